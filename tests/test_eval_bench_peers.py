"""The comparison with peers runs real processes of real environments; what is not installed there is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval import bench_peers
from eval.bench import bench
from eval.bench_peers import PEERS, against_peers
from eval.peer_processes import SCRIPTS, Side, python_of
from eval.peers.side import FOUND
from rag import RagError

STAND_IN = '''
import json, pathlib, time
class Embeddings:
    """Stores texts and finds the first ones."""
    def __init__(self, **settings):
        self.texts = []
    def batchtransform(self, texts):
        return texts
    def index(self, texts):
        print("what a library says itself is no figure")
        time.sleep(0.05)
        self.texts = list(texts)
    def save(self, folder):
        pathlib.Path(folder).write_text(json.dumps(self.texts))
    def load(self, folder):
        self.texts = json.loads(pathlib.Path(folder).read_text())
    def search(self, question, limit):
        return [{"text": text} for text in self.texts[:limit]]
'''


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment in which nothing is installed."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def install(environment: Path, code: str) -> None:
    """Install a stand-in for txtai."""
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "txtai.py").write_text(code, encoding="utf-8")
    (packages / "txtai-1.2.3.dist-info").mkdir()
    metadata = "Metadata-Version: 2.1\nName: txtai\nVersion: 1.2.3\n"
    (packages / "txtai-1.2.3.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")


@pytest.mark.slow
def test_a_peer_is_measured_and_the_others_are_named(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, number in (("INDEXINGS", 1), ("QUESTIONS", 3), ("STARTS", 1)):
        monkeypatch.setattr(bench_peers, name, number)
    install(environment, STAND_IN)
    records = (
        {"_id": str(n), "title": f"Report {n}", "text": f"The boat of year {n} is red. It has {n} oars."}
        for n in range(30)
    )
    articles = tmp_path / "articles.jsonl"
    articles.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    bench([], [articles], tmp_path / "unused", tmp_path / "figures.json", peers=environment)
    record = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    units = {figure["name"]: figure["unit"] for figure in record["figures"]}
    assert units == {
        "indexing 30 passages": "passages/s",
        f"warm question, {FOUND} passages found": "ms",
        "warm question's vector alone": "ms",
        "cold process to its first answer": "s",
    }
    for figure in record["figures"]:
        assert figure["baseline_name"] == "txtai"
        # How they stand to one another depends on the machine: a median of ratios is no ratio of medians.
        assert min(figure["ratio"], figure["value"], figure["baseline"]) > 0
    told = capsys.readouterr().out
    assert "txtai 1.2.3: hybrid" in told
    for peer in ("haystack", "llama_index", "langchain"):
        assert any(note.startswith(f"{peer} is skipped: {peer[:5]}") for note in record["notes"])
        assert f"{peer} is skipped" in told


def test_an_environment_without_peers_is_told_how_to_get_them(environment: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    with pytest.raises(RagError, match=r"no peer is installed there; .*pip install -r .*requirements\.txt"):
        list(against_peers(environment, [], notes.append))
    assert [note.split(" is skipped")[0] for note in notes[1:]] == list(PEERS)
    with pytest.raises(RagError, match="no virtual environment: make one with python -m venv"):
        list(against_peers(tmp_path / "nowhere", [], notes.append))
    assert python_of(environment) == python_of(environment / "bin" / "python") == environment / "bin" / "python"


def test_what_a_peer_fails_with_is_told(environment: Path, tmp_path: Path) -> None:
    install(environment, "raise ImportError('no such thing as a database')")
    side = Side("txtai", PEERS["txtai"], python_of(environment), tmp_path / "txtai")
    assert side.once("installed")["version"] == "1.2.3"
    (tmp_path / "txtai" / "job.json").write_text('{"model": "", "passages": []}', encoding="utf-8")
    with pytest.raises(RagError, match="txtai could not be measured: ImportError: no such thing as a database"):
        side.once("index")


def test_neither_side_has_a_model_that_writes(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_WRITER_KEY", "hunter2")
    install(environment, "import os\nraise ImportError('the key is', os.environ.get('RAG_WRITER_KEY'))")
    side = Side("txtai", PEERS["txtai"], python_of(environment), tmp_path / "txtai")
    side.folder.mkdir()
    (side.folder / "job.json").write_text('{"model": "", "passages": []}', encoding="utf-8")
    with pytest.raises(RagError, match=r"\('the key is', None\)"):
        side.once("index")


def test_a_peer_that_finds_too_little_is_not_compared(environment: Path, tmp_path: Path) -> None:
    install(environment, STAND_IN)
    side = Side("txtai", PEERS["txtai"], python_of(environment), tmp_path / "txtai")
    side.folder.mkdir()
    job = {"model": "", "passages": ["One.", "Two."], "articles": [], "question": "Who?"}
    (side.folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    side.once("index")
    with side.start("ask") as process:
        assert process.told() == {"ready": True}
        with pytest.raises(RagError, match=f"txtai found 2 of {FOUND} passages"):
            process.asked("Who?")


def test_every_peer_has_a_script_and_its_packages_are_required() -> None:
    required = (SCRIPTS / "requirements.txt").read_text(encoding="utf-8")
    for module in PEERS.values():
        namespace: dict[str, object] = {}
        source = (SCRIPTS / f"{module}.py").read_text(encoding="utf-8")
        exec(compile(source, module, "exec"), namespace)  # as its side does, without anything of Footnote
        packages = namespace["PACKAGES"]
        assert isinstance(packages, tuple)
        assert all(f"\n{package}==" in required for package in packages)
