"""Shared by all tests: the real encoder, and a real library of the seed articles, each made once."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

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
from rag import Assistant, Settings
from rag.encoder import Encoder
from rag.opening import seeds
from rag.torch_encoder import open_encoder
from tests.small_model import small_model_server

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
"""Public benchmarks, on a developer's machine only; tests that read them are skipped where they are absent."""


def pytest_configure(config: pytest.Config) -> None:
    """Let through what other packages warn of while they are imported; each line says whose it is."""
    # faiss's SWIG classes have no __module__.
    config.addinivalue_line("filterwarnings", "ignore:builtin type .* has no __module__ attribute:DeprecationWarning")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default encoder."""
    return open_encoder("default")


@pytest.fixture(scope="session")
def seed_library(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a library of the seed articles; do not write to it."""
    folder = tmp_path_factory.mktemp("seeds") / "library"
    from rag.indexing import index

    index(folder, encoder, [seeds()])
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
    with small_model_server() as address:
        yield address
