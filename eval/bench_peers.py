"""How fast Footnote is beside haystack, LlamaIndex, LangChain and txtai doing the same work with the same model.

The peers run in a virtual environment of their own, each as its documentation has it (``eval/peers``), and are given
the passages that Footnote cuts, ready to embed. Footnote starts from the articles. Every run is a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import rag
from eval.measuring import Figure, compared, model_of, usual_questions
from eval.peers.side import FOUND
from eval.peers.with_footnote import DOES as FOOTNOTE_DOES
from rag import Assistant, RagError, Settings

PEERS: Mapping[str, str] = {
    "haystack": "with_haystack",
    "llama_index": "with_llama_index",
    "langchain": "with_langchain",
    "txtai": "with_txtai",
}
SCRIPTS = Path(__file__).parent / "peers"
FEWEST = 2 * FOUND
INDEXINGS = 3
QUESTIONS = 40
STARTS = 5
_Turn = TypeVar("_Turn")
_PAUSE = 0.02
"""Seconds between questions, in which the threads of the side that was asked last stop spinning."""

_ALONE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
"""Nothing is fetched and nobody is told."""


@dataclass(frozen=True, slots=True)
class _Side:
    """Footnote or a peer: how its processes are started, and the folder that its index is kept in."""

    name: str
    module: str
    python: Path
    folder: Path

    def start(self, action: str) -> contextlib.AbstractContextManager[_Process]:
        """Start a process of the side; it is waited for on leaving, or ended where something went wrong."""
        return _process(self, action)

    def once(self, action: str) -> dict[str, Any]:
        """What a process of the side tells first."""
        with self.start(action) as process:
            return process.told()


@dataclass(frozen=True, slots=True)
class _Process:
    """A running process of a side."""

    side: _Side
    running: subprocess.Popen[str]
    log: Path

    def told(self) -> dict[str, Any]:
        """The next thing that it tells; raises RagError with the last thing it complained of where there is none."""
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        if line:
            told: dict[str, Any] = json.loads(line)
            return told
        complaints = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((complaint for complaint in reversed(complaints) if complaint.strip()), "it said nothing")
        raise RagError(
            f"{self.side.name} could not be measured: {last.strip()}; {self.side.python} has other versions?"
        )

    def asked(self, question: str) -> float:
        """The seconds that it takes to find passages for a question."""
        assert self.running.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what it ended with is told below
            self.running.stdin.write(json.dumps(question) + "\n")
            self.running.stdin.flush()
        told = self.told()
        self.enough(told)
        return float(told["seconds"])

    def enough(self, told: Mapping[str, Any]) -> None:
        """Raise RagError where it found too little to be compared."""
        if told["found"] < FOUND:
            raise RagError(f"{self.side.name} found {told['found']} of {FOUND} passages: give more articles")


@contextlib.contextmanager
def _process(side: _Side, action: str) -> Iterator[_Process]:
    own = side.module == "with_footnote"
    environment = {**os.environ, **_ALONE}
    # What this process imports from is not the peers' business, and Footnote is not installed where it is developed.
    environment.pop("PYTHONPATH", None)
    if own:
        environment["PYTHONPATH"] = str(Path(str(rag.__file__)).parent.parent)
    side.folder.mkdir(parents=True, exist_ok=True)
    log = side.folder / "log.txt"
    command = [str(side.python), str(SCRIPTS / "side.py"), side.module, action, str(side.folder)]
    with log.open("w", encoding="utf-8") as stream:
        running = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            env=environment,
            text=True,
            encoding="utf-8",
        )
    with running:
        try:
            yield _Process(side, running, log)
        except BaseException:
            running.kill()
            raise


def against_peers(environment: Path, paths: Sequence[Path], note: Callable[[str], None]) -> Iterator[Figure]:
    """Indexing, a warm question and a cold start, in turns with each peer that the environment has.

    Args:
        environment: folder of a virtual environment, or its python.
        paths: files and folders of articles.
        note: called first of all with what each side does, and with which peers are skipped.

    Yields:
        The figures, as they are measured.

    Raises:
        RagError: there is no such environment, no peer in it, or one of them fails.
    """
    python = python_of(environment)
    with tempfile.TemporaryDirectory() as folder:
        mine = _Side("footnote", "with_footnote", Path(sys.executable), Path(folder) / "footnote")
        note(f"footnote: {FOOTNOTE_DOES}")
        peers = _installed(python, Path(folder), note)
        sides = [mine, *peers]
        passages, questions = _prepared(sides, paths)

        def beside(name: str, unit: str, each: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
            for peer in peers:
                yield compared(name, unit, list(zip(each[mine.name], each[peer.name], strict=True)), peer.name)

        yield from beside(f"indexing {passages:,} passages", "passages/s", _indexed(sides, passages))
        yield from beside(f"warm question, {FOUND} passages found", "ms", _asked(sides, questions))
        yield from beside("cold process to its first answer", "s", _started(sides))


def python_of(environment: Path) -> Path:
    """The python of a virtual environment, which is named by its folder or directly; raises RagError if none."""
    places = (environment, environment / "bin" / "python", environment / "Scripts" / "python.exe")
    # Not resolved: an environment's python is often a link, and is itself only under its own name.
    python = next((place.absolute() for place in places if place.is_file()), None)
    if python is None:
        raise RagError(f"{environment} is no virtual environment: make one with python -m venv {environment}")
    return python


def _installed(python: Path, folder: Path, note: Callable[[str], None]) -> list[_Side]:
    """The peers that are there; each is noted, whether it is there or not."""
    peers = []
    for name, module in PEERS.items():
        side = _Side(name, module, python, folder / name)
        told = side.once("installed")
        if "missing" in told:
            note(f"{name} is skipped: {told['missing']} is not installed there")
        else:
            peers.append(side)
            note(f"{name} {told['version']}: {told['does']}")
    if not peers:
        install = f"{python} -m pip install -r {SCRIPTS / 'requirements.txt'}"
        raise RagError(f"no peer is installed there; to install them: {install}")
    return peers


def _prepared(sides: Sequence[_Side], paths: Sequence[Path]) -> tuple[int, list[str]]:
    """Have Footnote cut the articles and tell all sides what to do; the number of passages, and questions.

    Raises:
        RagError: there are too few passages for one question to differ from another.
    """
    mine = sides[0]
    settings = Settings(library=mine.folder / "library")
    job = {"model": model_of(settings), "passages": [], "articles": [str(path.absolute()) for path in paths]}
    mine.folder.mkdir()
    (mine.folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    mine.once("index")  # it also exports the model, which is done once for all libraries
    assistant = Assistant(settings)
    texts = [f"{passage.article.title}\n{passage.text}" for passage in assistant.passages()]
    texts = texts[1:]  # the first is the one that Footnote warmed up with
    if len(texts) < FEWEST:
        raise RagError(f"{len(texts)} passages are too few to compare with: name a folder of some hundred articles")
    first, *questions = usual_questions(assistant, QUESTIONS + 1)
    for side in sides:
        side.folder.mkdir(exist_ok=True)
        told = json.dumps({**job, "passages": texts, "question": first})
        (side.folder / "job.json").write_text(told, encoding="utf-8")
    return len(texts), questions


def _indexed(sides: Sequence[_Side], passages: int) -> dict[str, list[float]]:
    """Passages a second of each side in each round; the last indexes stay."""
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(INDEXINGS):
        for side in _turned(sides, number):
            _forget(side)
            rates[side.name].append(passages / float(side.once("index")["seconds"]))
    return rates


def _forget(side: _Side) -> None:
    """Delete what the side indexed before."""
    import shutil

    job = (side.folder / "job.json").read_bytes()
    shutil.rmtree(side.folder)
    side.folder.mkdir()
    (side.folder / "job.json").write_bytes(job)


def _asked(sides: Sequence[_Side], questions: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds of each side for each question, which all are asked in turn."""
    asked: dict[str, list[float]] = {side.name: [] for side in sides}
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(side.start("ask")) for side in sides]
        for process in processes:
            process.told()  # that it is ready
        for number, question in enumerate(questions):
            for process in _turned(processes, number):
                time.sleep(_PAUSE)
                asked[process.side.name].append(1000 * process.asked(question))
    return asked


def _started(sides: Sequence[_Side]) -> dict[str, list[float]]:
    """Seconds of each side from the start of a process until it has answered, in each round."""
    started: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(STARTS + 1):
        for side in _turned(sides, number):
            begun = time.perf_counter()
            with side.start("cold") as process:
                process.enough(process.told())
                taken = time.perf_counter() - begun
            if number > 0:  # the first reads files from the disk
                started[side.name].append(taken)
    return started


def _turned(sides: Sequence[_Turn], number: int) -> list[_Turn]:
    """The sides in another order each time, so that none is always asked after the same one."""
    start = number % len(sides)
    return [*sides[start:], *sides[:start]]
