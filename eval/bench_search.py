"""How fast vectors are searched as a library grows to a million passages, against FAISS searching all of them.

The vectors are those of the library's own passages and, where it has too few, those with noise: the difference of two
other passages' vectors, six tenths as long as a vector, is added, so that what is made lies where texts lie. Passages
and vectors are put into files as a library has them; words, titles and texts are left out.
"""

from __future__ import annotations

import hashlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.made import RealVectors
from eval.measuring import Measured, bare_model, questions_of, tail, timed, told_by_processes, usual_questions
from rag import Assistant, Settings
from rag.store import Store
from rag.vector_training import make_vectors
from rag.vectors import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 300
STARTS = 3

_CHILD = """
import hashlib, json, sys, time
from pathlib import Path
import numpy
from rag.store import Store
from rag.vectors import VectorIndex
folder, wanted = Path(sys.argv[1]), sys.argv[2]
questions = numpy.load(folder / "questions.npy")
import faiss
started = time.perf_counter()
with (folder / "vectors.faiss").open("rb") as stream:
    assert hashlib.file_digest(stream, "sha256").hexdigest() == wanted
hashed = time.perf_counter()
index = VectorIndex.open(folder / "vectors.faiss", Store(folder / "articles.sqlite"))
opened = time.perf_counter()
for question in questions[:100]:
    index.search(question, 100)
told = [hashed - started, opened - hashed]
"""
"""Opens the index in a process of its own, as a library does: checks its hash, maps it, asks a hundred questions."""


def searching(library: Path, paths: Sequence[Path], sizes: Sequence[int] = SIZES) -> list[Measured]:
    """Search at each of the sizes, against all vectors searched by FAISS on all cores, question by question in turn.

    Args:
        library: whose vectors are searched.
        paths: folders; a ``queries.jsonl`` in one of them is asked. Where there is none, titles make the questions.
        sizes: how many passages.

    Raises:
        RagError: the library has too few passages to draw from.
    """
    assistant = Assistant(Settings(library=library))
    texts = questions_of(paths) or usual_questions(assistant, QUESTIONS)
    real = RealVectors.of(library)
    step = max(1, len(texts) // QUESTIONS)
    questions = bare_model(assistant).encode(texts[::step][:QUESTIONS], normalize_embeddings=True)
    figures, medians = [], []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found, median = _measured(real, size, questions, Path(folder))
        figures += found
        medians.append(median)
    grown = round(medians[-1] / medians[0], 2)
    return [*figures, Measured(f"growth of a search from {sizes[0]:,} to {sizes[-1]:,} passages", grown, "times")]


def _measured(real: RealVectors, size: int, questions: Floats, folder: Path) -> tuple[list[Measured], float]:
    """The figures of one size, and the median of a search in milliseconds."""
    import numpy as np

    dimension = real.wholes.shape[1]
    _write(real, size, folder / "articles.sqlite")
    np.save(folder / "questions.npy", questions)
    store = Store(folder / "articles.sqlite")
    file = folder / "vectors.faiss"
    built = timed(lambda: make_vectors(store, dimension).save(file))
    index = VectorIndex.open(file, store)
    exact = _exact(store, dimension)
    for question in questions[:20]:
        index.search(question, 100)
    of_ten, of_hundred = ([_turn(index, exact, question, limit) for question in questions] for limit in (10, 100))
    share = min(1.0, len(real.wholes) / size)
    mine = [turn.mine for turn in of_hundred]
    name = f"{size:,} passages ({share:.0%} real, the rest with noise)" if share < 1 else f"{size:,} real passages"
    kind = "exact" if index.exact else f"{index.looked_into} of {index.lists} lists"
    figures = [
        _ratio(f"search for 10 of {name}, {kind}", of_ten),
        Measured(
            f"recall@10 of {size:,} passages", round(statistics.mean(turn.recall for turn in of_ten), 4), "of exact"
        ),
        _ratio(f"search for 100 of {size:,} passages", of_hundred),
        Measured(f"recall@100 of {size:,}", round(statistics.mean(turn.recall for turn in of_hundred), 4), "of exact"),
        tail(f"p99 of a search for 10 of {size:,} passages", [turn.mine for turn in of_ten]),
        tail(f"p99 of a search for 100 of {size:,} passages", mine),
        Measured(f"making the index of {size:,} vectors", round(built, 1), "s"),
        *_opened(folder, size),
    ]
    store.close()
    return figures, statistics.median(mine)


def _write(real: RealVectors, size: int, file: Path) -> None:
    """Write a file that has what a library's has of vectors."""
    import numpy as np

    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE articles (row INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE passages (number INTEGER PRIMARY KEY, article INTEGER NOT NULL)")
        connection.execute("CREATE TABLE vectors (passage INTEGER PRIMARY KEY, whole BLOB, sentences BLOB)")
        for numbers, articles, wholes, sentences in real.drawn(size):
            blobs = ([row.tobytes() for row in rows] for rows in (wholes, sentences.astype(np.float16)))
            connection.executemany("INSERT INTO passages VALUES (?, ?)", zip(numbers, articles, strict=True))
            connection.executemany("INSERT INTO vectors VALUES (?, ?, ?)", zip(numbers, *blobs, strict=True))
        connection.execute("CREATE INDEX passages_by_article ON passages (article)")
    connection.close()


def _exact(store: Store, dimension: int) -> Any:
    """FAISS's exact index in two halves, so that one question uses more than one core."""
    import faiss
    import numpy as np

    halves = [faiss.IndexFlatIP(dimension) for _ in range(2)]
    total, done = len(store.numbers()), 0
    for _, rows in store.each_vector():
        halves[int(done >= total / 2)].add(np.ascontiguousarray(rows))
        done += len(rows)
    sharded: Any = faiss.IndexShards  # whose stubs know fewer arguments than it takes
    both = sharded(dimension, True, True)
    for half in halves:
        both.add_shard(half)
    return both


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question asked of both: milliseconds, and the share of the exact finds that ours has."""

    mine: float
    theirs: float
    recall: float


def _turn(index: VectorIndex, exact: Any, question: Floats, limit: int) -> _Turn:
    started = time.perf_counter()
    found = index.search(question, limit)
    between = time.perf_counter()
    _, true = exact.search(question[None, :], limit)
    ended = time.perf_counter()
    right = {int(place) + 1 for place in true[0]}
    return _Turn(1000 * (between - started), 1000 * (ended - between), len(right & set(found)) / len(right))


def _ratio(name: str, turns: Sequence[_Turn]) -> Measured:
    mine, theirs = statistics.median(turn.mine for turn in turns), statistics.median(turn.theirs for turn in turns)
    ratio = statistics.median(turn.mine / turn.theirs for turn in turns)
    return Measured(name, round(mine, 2), "ms", round(theirs, 2), "FAISS exact, all cores", round(ratio, 4))


def _opened(folder: Path, size: int) -> list[Measured]:
    """What opening costs in a process of its own, and what that process holds after a hundred questions."""
    with (folder / "vectors.faiss").open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    hashed, opened, *memory = told_by_processes(_CHILD, str(folder), digest, starts=STARTS)
    return [
        Measured(f"checking the hash of the index of {size:,} vectors", round(hashed, 3), "s"),
        Measured(f"opening it once it is checked, {size:,} vectors", round(opened, 3), "s"),
        *(Measured(f"peak memory of 100 searches of {size:,}, no models", round(held), "MiB") for held in memory),
    ]
