"""How fast Footnote is beside haystack, LlamaIndex, LangChain and txtai doing the same work with the same model.

The peers run in a virtual environment of their own, each as its documentation has it (``eval/peers``), and are given
the passages that Footnote cuts, ready to embed. Footnote starts from the articles. Every run is a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from eval.measuring import Measured, compared, model_of, usual_questions
from eval.peer_processes import SCRIPTS, Side, python_of
from eval.peers.side import FOUND
from eval.peers.with_footnote import DOES as FOOTNOTE_DOES
from eval.peers.with_vector import DOES as VECTOR_DOES
from rag import Assistant, RagError, Settings

PEERS: Mapping[str, str] = {
    "haystack": "with_haystack",
    "llama_index": "with_llama_index",
    "langchain": "with_langchain",
    "txtai": "with_txtai",
}
FEWEST = 2 * FOUND
INDEXINGS = 3
QUESTIONS = 300
"""LlamaIndex takes some 11 ms or some 18, by whom it is asked after: of a hundred, the median falls to either."""
STARTS = 5
_Turn = TypeVar("_Turn")
_PAUSE = 0.02
"""Seconds between questions, in which the threads of the side that was asked last stop spinning; haystack leaves more
running than that, which slows whoever is asked after it."""


def against_peers(environment: Path, paths: Sequence[Path], note: Callable[[str], None]) -> Iterator[Measured]:
    """Indexing, a warm question, its vector alone, and a cold start, in turns with each peer that is there.

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
        mine = Side("footnote", "with_footnote", Path(sys.executable), Path(folder) / "footnote")
        vector = replace(mine, name="vector alone", module="with_vector")
        note(f"footnote: {FOOTNOTE_DOES}")
        peers = _installed(python, Path(folder), note)
        note(f"{vector.name}, asked in Footnote's place: {VECTOR_DOES}")
        sides = [mine, *peers]
        passages, questions = _prepared(sides, paths)

        def beside(name: str, unit: str, each: Mapping[str, Sequence[float]], first: Side = mine) -> Iterator[Measured]:
            for peer in peers:
                yield compared(name, unit, list(zip(each[first.name], each[peer.name], strict=True)), peer.name)

        yield from beside(f"indexing {passages:,} passages", "passages/s", _indexed(sides, passages))
        yield from beside(f"warm question, {FOUND} passages found", "ms", _asked(sides, questions))
        yield from beside("warm question's vector alone", "ms", _asked([vector, *peers], questions), vector)
        yield from beside("cold process to its first answer", "s", _started(sides))


def _installed(python: Path, folder: Path, note: Callable[[str], None]) -> list[Side]:
    """The peers that are there; each is noted, whether it is there or not."""
    peers = []
    for name, module in PEERS.items():
        side = Side(name, module, python, folder / name)
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


def _prepared(sides: Sequence[Side], paths: Sequence[Path]) -> tuple[int, list[str]]:
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


def _indexed(sides: Sequence[Side], passages: int) -> dict[str, list[float]]:
    """Passages a second of each side in each round; the last indexes stay."""
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(INDEXINGS):
        for side in _turned(sides, number):
            _forget(side)
            rates[side.name].append(passages / float(side.once("index")["seconds"]))
    return rates


def _forget(side: Side) -> None:
    """Delete what the side indexed before."""
    import shutil

    job = (side.folder / "job.json").read_bytes()
    shutil.rmtree(side.folder)
    side.folder.mkdir()
    (side.folder / "job.json").write_bytes(job)


def _asked(sides: Sequence[Side], questions: Sequence[str]) -> dict[str, list[float]]:
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


def _started(sides: Sequence[Side]) -> dict[str, list[float]]:
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
    """The sides in an order drawn anew each time, so that none is always asked after the same one."""
    return random.Random(number).sample(list(sides), len(sides))
