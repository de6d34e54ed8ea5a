"""Making the vector index of a generation: exact while it is small, trained on the library's own vectors when large.

How many lists a question looks into is measured, each time, on the library itself. Questions are not known when a
library is made, and its passages are no stand-in: each lies amid those of its own article, which are easy to find. Two
kinds of stand-ins are, and the harder of them counts:

- sentences, with the passages around them left out of what is to be found;
- sentences moved away from their passages, by the difference of two other passages, until the nearest passage is as far
  as it is from a question. They tell where a story has so many copies that leaving one out changes nothing.

On news of 2022 (7,078 passages in 128 lists) 300 real questions had recall@10 of .935, .968 and .984 in 8, 16 and 32
lists; the two kinds had .928, .967 and .987, and .954, .980 and .991. Passages without themselves had .979, .990, .997.
With the same passages and noise to a million, in 4,000 lists, questions had .949, .976 and .989, the second kind .963,
.983 and .991. Hence a target above the one that is meant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from rag.vectors import VectorIndex, candidates

if TYPE_CHECKING:
    from rag.arrays import Floats, Numbers

EXACT_UP_TO = 50_000
"""Passages up to which search is exact: it takes 8 ms on one core for so many vectors of 384 numbers, about what
encoding the question takes, and it grows with every passage."""

GROWTH = 1.5
"""How many times as many, or as few, passages as it was trained for an index may hold until it is trained again."""

TARGET = 0.995
"""The least share of the ten true nearest passages that stand-ins must find, on average; questions then find 0.99."""

_NEAREST = 10
_PROBES = 400
"""Stand-ins of each kind."""

_FAR = 1.4
"""How far a sentence is moved; its own length is 1. Its nearest passage then has the cosine that a question's has."""

_SAMPLE_PER_LIST = 40
_MOST_SAMPLED = 262_144
"""Rows that centres are placed on: 400 MB of numbers where a vector has 384."""

_MOST_LISTS = 8192
"""So that training takes minutes, whatever the size."""

_ROUNDS = 6
"""Of k-means; four more bring centres nearer to their rows by a thousandth."""

_BATCH = 4096
"""Rows in memory at a time, but for those that centres are placed on."""


class Source(Protocol):
    """The vectors of a library, as its SQLite file has them."""

    def numbers(self) -> Numbers:
        """The numbers of all passages, ascending."""
        ...

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Their unit-length rows, shape (n, d)."""
        ...

    def each_vector(self) -> Iterator[tuple[list[int], Floats]]:
        """All numbers and rows, in batches."""
        ...

    def sentence_rows(self, numbers: Sequence[int]) -> tuple[Floats, tuple[tuple[int, int], ...]]:
        """A sentence's row of each of the passages, with the first and the last number of those around it."""
        ...


def make_vectors(
    source: Source,
    dimension: int,
    earlier: Callable[[], VectorIndex | None] = lambda: None,
    tell: Callable[[str], None] = lambda _: None,
    *,
    exact_up_to: int = EXACT_UP_TO,
) -> VectorIndex:
    """Make the index of all vectors of a source.

    Args:
        source: the vectors.
        dimension: length of a vector.
        earlier: opens the index of the generation before, to be written to: its numbers stand for the same rows. It
            is changed into the new one where it was trained for about as many rows.
        tell: is told what is being done, where it takes long.
        exact_up_to: the most rows of an exact index.
    """
    numbers = source.numbers()
    if len(numbers) <= exact_up_to:
        index = VectorIndex(dimension)
        for batch, rows in source.each_vector():
            index.add(batch, rows)
        return index
    old = earlier()
    before = old.looked_into if old is not None and _serves(old, len(numbers)) else 0
    if old is not None and before and _change(old, source, numbers, tell):
        _tune(old, source, numbers, tell)
        if old.looked_into <= 2 * before:
            return old  # else its centres are no longer where the rows are
    index = _trained(source, dimension, numbers, tell)
    tell(f"placing {len(numbers):,} vectors")
    for batch, rows in source.each_vector():
        index.add(batch, rows)
    _tune(index, source, numbers, tell)
    return index


def _lists(count: int) -> int:
    """As many lists as four times the root of the number of rows: centres and lists then cost about the same."""
    return max(1, min(_MOST_LISTS, count // 16, round(4 * math.sqrt(count))))


def _serves(earlier: VectorIndex, count: int) -> bool:
    """Whether the lists of an index are about as many as those that so many rows should have."""
    return not earlier.exact and 1 / GROWTH <= (_lists(count) / earlier.lists) ** 2 <= GROWTH


def _trained(source: Source, dimension: int, numbers: Numbers, tell: Callable[[str], None]) -> VectorIndex:
    """An index with its centres, and no rows yet."""
    import numpy as np

    index = VectorIndex(dimension, _lists(len(numbers)))
    sample = _spread(numbers, min(_SAMPLE_PER_LIST * index.lists, _MOST_SAMPLED))
    tell(f"training the vector index on {len(sample):,} of {len(numbers):,} vectors")
    rows = np.empty((len(sample), dimension), dtype=np.float32)
    for start in range(0, len(sample), _BATCH):
        rows[start : start + _BATCH] = source.rows(sample[start : start + _BATCH])
    index.train(rows, _ROUNDS)
    return index


def _change(index: VectorIndex, source: Source, numbers: Numbers, tell: Callable[[str], None]) -> bool:
    """Let the index hold exactly the rows of those numbers. A number stands for one row for ever: see ``rag.store``.

    Returns:
        Whether it could; where a new row does not fit in, the index must be trained anew.
    """
    import numpy as np

    held = index.numbers()
    gone = np.setdiff1d(held, numbers, assume_unique=True)
    new = np.setdiff1d(numbers, held, assume_unique=True)
    tell(f"changing the vector index: {len(gone):,} vectors go, {len(new):,} come")
    if len(gone):
        index.remove(gone)
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH].tolist()
        rows = source.rows(batch)
        if not index.fits(rows):
            return False
        index.add(batch, rows)
    return True


def _spread(numbers: Numbers, count: int) -> list[int]:
    """At most so many of the numbers, evenly spaced: every part of the library, and the same ones always."""
    import numpy as np

    chosen: list[int] = numbers[np.linspace(0, len(numbers) - 1, min(count, len(numbers))).astype(np.int64)].tolist()
    return chosen


def _tune(index: VectorIndex, source: Source, numbers: Numbers, tell: Callable[[str], None]) -> None:
    """Have the index look into as many lists as bring the target, and no more."""
    tell("measuring what the vector index finds")
    probes = _Probes(source, numbers)
    for batch, rows in source.each_vector():
        probes.compare(batch, rows)
    index.looked_into = 1
    while index.looked_into < index.lists and probes.recall(index) < TARGET:
        index.looked_into = min(index.lists, max(index.looked_into + 1, round(index.looked_into * 1.2)))


class _Probes:
    """What stands in for questions, and the passages truly nearest to each, but for those that are left out.

    Which of many copies are the nearest is chance, so any of them will do: passages are known by what they look like.
    """

    def __init__(self, source: Source, numbers: Numbers) -> None:
        import numpy as np

        chosen = _spread(numbers, _PROBES)
        sentences, around = source.sentence_rows(chosen)
        passages = source.rows(chosen)
        count = len(sentences)
        apart = np.roll(passages, 1, axis=0) - np.roll(passages, len(passages) // 2, axis=0)
        moved = _unit(sentences + _FAR * _unit(apart[:count]))
        nothing = [(0, -1)] * count
        self._vectors: Floats = np.concatenate([_unit(sentences), moved])
        self._around = np.asarray([*around, *nothing], dtype=np.int64).reshape(-1, 2)
        self._scores = np.full((2 * count, _NEAREST), -np.inf, dtype=np.float32)
        self._nearest = np.zeros((2 * count, _NEAREST), dtype=np.int64)
        self._numbers, self._looks = numbers, np.zeros(len(numbers), dtype=np.int64)

    def compare(self, numbers: Sequence[int], rows: Floats) -> None:
        """Take so many more rows into account."""
        import numpy as np

        names, looks = np.asarray(numbers, dtype=np.int64), _looks(rows)
        self._looks[np.searchsorted(self._numbers, names)] = looks
        scores = self._vectors @ rows.T
        scores[(names >= self._around[:, :1]) & (names <= self._around[:, 1:])] = -np.inf
        looks = np.concatenate([self._nearest, np.broadcast_to(looks, scores.shape)], axis=1)
        scores = np.concatenate([self._scores, scores], axis=1)
        best = np.argpartition(-scores, _NEAREST - 1, axis=1)[:, :_NEAREST]
        self._scores = np.take_along_axis(scores, best, axis=1)
        self._nearest = np.take_along_axis(looks, best, axis=1)

    def recall(self, index: VectorIndex) -> float:
        """The share of the nearest passages that a search would rescore, of the kind of stand-in that finds fewer."""
        import numpy as np

        found = index.near(self._vectors, candidates(_NEAREST) + self._widest())
        looks = self._looks[np.searchsorted(self._numbers, found)]
        same = (self._nearest[:, :, None] == looks[:, None, :]) & (found >= 0)[:, None, :]
        wanted = np.isfinite(self._scores)
        hits = same.any(axis=2) & wanted
        half = len(self._vectors) // 2
        kinds = slice(half), slice(half, None)
        return min(float(hits[kind].sum() / max(1, wanted[kind].sum())) for kind in kinds)

    def _widest(self) -> int:
        """How many passages are left out at most, which a search that knows nothing of it brings all the same."""
        return int((self._around[:, 1] - self._around[:, 0]).max(initial=0)) + 1


def _looks(rows: Floats) -> Numbers:
    """A number for each row that copies share; a text that is embedded twice differs by less than a thousandth."""
    import numpy as np

    return np.asarray([hash(row.tobytes()) for row in np.rint(1000 * rows).astype(np.int16)], dtype=np.int64)


def _unit(rows: Floats) -> Floats:
    import numpy as np

    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit.astype(np.float32)
