"""Shared by all tests: the real models, opened once a process, and a real library of the seed articles."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
if "PYTEST_XDIST_WORKER" not in os.environ:  # else the folders are those of the run
    # Encoders are exported once a run, and a developer's own library stays out.
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = tempfile.mkdtemp(prefix="footnote-tests-")
        atexit.register(shutil.rmtree, os.environ[name], ignore_errors=True)
for name in [name for name in os.environ if name.startswith("RAG_")]:
    del os.environ[name]  # a developer's own settings must not change what the tests see

# What must be set before anything else is imported stands above.
# ruff: noqa: E402
from rag import Assistant, Settings, opening
from rag.encoder import Encoder
from rag.manifest import read_manifest
from tests.small_model import small_model_server

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
"""Public benchmarks, on a developer's machine only; tests that read them are skipped where they are absent."""


# How long an example takes is the machine's affair: on a busy one, any takes longer than is allowed by default.
hypothesis.settings.register_profile("footnote", deadline=None)
hypothesis.settings.load_profile("footnote")


def pytest_configure(config: pytest.Config) -> None:
    """Let through what other packages warn of while they are imported; each line says whose it is."""
    # faiss's SWIG classes have no __module__.
    config.addinivalue_line("filterwarnings", "ignore:builtin type .* has no __module__ attribute:DeprecationWarning")


Opening = Callable[..., Any]


def _once(opens: Opening) -> Opening:
    """Opens a default model once; another, or what there is none of or cannot be opened, each time."""
    opened: dict[tuple[str, ...], Any] = {}

    def remembering(*given: str) -> Any:
        if given in opened:
            return opened[given]
        model = opens(*given)
        if given[0] == "default" and model is not None:
            opened[given] = model
        return model

    return remembering


_ANEW: dict[str, Opening] = {name: getattr(opening, name) for name in ("open_encoder", "open_exported", "open_reader")}
"""What an assistant opens its models with."""

_ONCE = {name: _once(opens) for name, opens in _ANEW.items()}


@pytest.fixture(scope="session", autouse=True)
def models_opened_once() -> Iterator[None]:
    """All assistants share the default models: hundreds are made, and each would check and load 120 MB."""
    with pytest.MonkeyPatch.context() as patch:
        for name, opens in _ONCE.items():
            patch.setattr(opening, name, opens)
        yield


@pytest.fixture
def models_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Assistants open their models as they do elsewhere, for tests of where these come from."""
    for name, opens in _ANEW.items():
        monkeypatch.setattr(opening, name, opens)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder, the one that assistants have."""
    opened: Encoder = _ONCE["open_encoder"]("default")
    return opened


@pytest.fixture(scope="session")
def seed_library(request: pytest.FixtureRequest) -> Path:
    """Folder of a library of the seed articles, made by the first process that wants it; do not write to it.

    The encoder's export is made with it.
    """
    folder = Path(os.environ["XDG_DATA_HOME"]) / "seeds"
    with FileLock(f"{folder}.lock"):
        if read_manifest(folder) is None:
            from rag.indexing import index

            index(folder, request.getfixturevalue("encoder"), [opening.seeds()])
    return folder


@pytest.fixture(scope="session")
def assistant(seed_library: Path) -> Iterator[Assistant]:
    """An assistant over the seed articles, with everything loaded."""
    assistant = Assistant(Settings(library=seed_library))
    assistant.open()
    yield assistant


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The base address of a server with a real model, which is often wrong."""
    with small_model_server(threads=1) as address:  # another test process computes beside it
        yield address
