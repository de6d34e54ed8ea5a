"""Kills an indexing run before each of its steps in turn: ``python -m tests.steps [--stride N]``.

A step is a call that changes a file or a row: an open, a rename, an SQL statement, a flush. Where a random kill meets
the moment between two renames once in years, this meets it every time. After each kill, the library must hold the old
articles or the new ones, sound; and the next run must end in the very library that an undisturbed run makes, without
embedding again what was kept. Forks, so it runs where there are processes as POSIX has them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from rag.articles import split
from rag.documents import Document
from rag.encoder import PassageText, PassageVectors
from rag.feedback import rate
from rag.indexing import index
from rag.library import open_library
from rag.manifest import read_manifest
from rag.schema import Answer, Citation
from rag.verification import verify

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_FILES = ("open", "close", "mkdir", "rename", "replace", "unlink", "rmdir", "fsync", "write_index")
STEPS = frozenset((*_FILES, "execute", "executemany", "executescript"))
OLD = {"kept": "The mill turns.", "gone": "The tower fell.", "changed": "A Kestrel sang.", "new": "", "twin": ""}
NEW = {
    "kept": "The mill turns.",
    "gone": "",
    "changed": "A lark sang.",
    "new": "A bridge opened.",
    "twin": "The mill turns.",
}
"""What each file's article begins with; a file of nothing is not there."""


class Hashing:
    """An encoder that loads nothing: vectors drawn from a text's checksum."""

    name, fingerprint, dimension, max_tokens = "hashing", "f" * 64, 8, 256

    def __init__(self) -> None:
        self.embedded = 0

    def token_starts(self, text: str) -> Sequence[int]:
        """A token every four characters."""
        return range(0, len(text), 4)

    def embed_question(self, question: str) -> Floats:
        """A vector of shape (8,)."""
        import numpy as np

        row = np.random.default_rng(zlib.crc32(question.encode())).standard_normal(self.dimension)
        return (row / np.linalg.norm(row)).astype(np.float32)

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of the passages, in their order."""
        import numpy as np

        texts = list(passages)
        self.embedded += len(texts)
        for passage in texts:
            sentences = [self.embed_question(passage.text[first:last]) for first, last in passage.sentences]
            yield PassageVectors(self.embed_question(passage.text), np.stack(sentences))


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill before every step, or before every Nth; returns 0 where nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.steps", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stride", type=int, default=1, metavar="N", help="kill before each Nth step only")
    stride = parser.parse_args(arguments).stride
    with tempfile.TemporaryDirectory() as work:
        lost = 0
        for name, before in (("first", None), ("update", OLD)):
            kills, troubles = sweep(Path(work) / name, before, stride)
            lost += len(troubles)
            print(f"{name} index: killed before {kills} steps, {len(troubles)} losses")
            for trouble in troubles:
                print(f"  {trouble}")
    return 1 if lost else 0


def sweep(work: Path, before: dict[str, str] | None, stride: int) -> tuple[int, list[str]]:
    """Kill runs that index ``NEW`` into a library of ``before``, one after the other, each some steps later.

    Returns:
        How many runs were killed, and what was lost.
    """
    load_once()
    source, start, wanted = work / "in", work / "start", work / "wanted"
    start_content = None
    if before is not None:
        write(source, before)
        start_content = forked(lambda: [run(start, source), rated(start), content(start)])[2]
    write(source, NEW)
    goal = forked(lambda: [run(wanted, source), content(wanted)])[1]
    troubles: list[str] = []
    kills, embedded = 0, sys.maxsize
    library = work / "library"
    while True:
        shutil.rmtree(library, ignore_errors=True)
        if before is not None:
            shutil.copytree(start, library)
        step = 1 + kills * stride
        if forked(lambda step=step: run(library, source, die_before=step)) is not None:  # type: ignore[misc]  # called at once
            return kills, troubles
        kills += 1
        found, again, after = forked(lambda: [content(library), run(library, source), content(library)])
        if found not in (goal, start_content):
            troubles.append(f"step {step}: neither the old articles nor the new ones: {found}")
        if again > embedded:
            troubles.append(f"step {step}: {again} passages embedded again, after an earlier kill {embedded}")
        embedded = min(embedded, again)
        if after != goal:
            troubles.append(f"step {step}: the library does not equal one that was made undisturbed: {after}")
        troubles += [f"step {step}: {left}" for left in leftovers(library)]


def load_once() -> None:
    """Import and compile what every run needs, before any is forked."""
    for name in ("numpy", "faiss", "tantivy", "datasketch", "filelock"):
        importlib.import_module(name)
    split(Document("A headline\n\nA text of one sentence.", origin="none"))


def write(folder: Path, articles: dict[str, str]) -> None:
    """Write a file for each article that has a text, and delete the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        file = folder / f"{name}.jsonl"
        file.unlink(missing_ok=True)
        if text:
            more = " ".join(f"{text[:-1]} on day {day}, as those tell who were there." for day in range(20))
            file.write_text(json.dumps({"_id": name, "title": "News", "text": f"{text} {more}"}))


def run(library: Path, source: Path, *, die_before: int = sys.maxsize) -> int:
    """Make the library equal to the folder; returns how many passages were embedded."""
    encoder = Hashing()
    steps = 0

    def count(frame: FrameType, event: str, called: Any) -> None:
        nonlocal steps
        if event == "c_call" and called.__name__ in STEPS:
            steps += 1
            if steps == die_before:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    index(library, encoder, [source], sync=True)
    sys.setprofile(None)
    return encoder.embedded


def rated(folder: Path) -> str:
    """Rate an answer that quotes the article that will be changed; returns its question."""
    (article,) = (article for article in open_library(folder).articles() if "Kestrel" in article.text)
    citation = Citation(1, article, 0, 15)
    answer = Answer("Who sang?", "Who sang?", f"{citation.quote} [1]", None, False, 0.9, (citation,))
    return rate(folder, answer, True).question


def content(folder: Path) -> list[Any] | None:
    """What a library says: problems, articles, what words and a vector bring; None where there is no library."""
    if not (folder / "manifest.json").exists():
        return None
    found = verify(folder, repair=False)
    library = open_library(folder)
    texts = {number: stored.passage.id for number, stored in library.passages(range(1, 100)).items()}
    word = [texts[number] for number in library.lexical("mill bridge lark kestrel tower", 100)]
    near = [texts[number] for number in library.dense(Hashing().embed_question("mill"), 100)]
    articles = sorted([article.id, article.text[:20]] for article, _ in library.each_article())
    return [list(found.problems), articles, sorted(word), sorted(near)]


def leftovers(folder: Path) -> Iterator[str]:
    """What should be gone from a library's folder once a run has ended."""
    manifest = read_manifest(folder)
    for generation in (folder / "generations").iterdir():
        if manifest is None or generation.name != str(manifest.generation):
            yield f"{generation.name} was not deleted"
    for file in folder.rglob("*"):
        if file.is_file() and b"Kestrel" in file.read_bytes():
            yield f"the old text is still in {file.name}"


def forked(work: Callable[[], Any]) -> Any:
    """Do something in a process of its own; returns its result, or None where it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, json.dumps(work()).encode())
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        result = stream.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    assert status == 0, "a run ended with an error of its own, see above"
    return json.loads(result)


if __name__ == "__main__":
    sys.exit(main())
