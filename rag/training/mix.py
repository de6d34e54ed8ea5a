"""What training reads, and in which order: every set by its share, no question twice before all were asked."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from rag.training.data import SOURCES, Row
from rag.training.laps import Laps
from rag.training.windows import Pair, WindowIndex, near_pair, window_pair

NEGATIVE_SHARE = 0.55  # of the answerable questions are read beside a window that does not answer, too
# Their questions ask about one sentence ("Who reported something?"), and any other sentence may answer too.
WITHOUT_NEGATIVES = frozenset({"qadiscourse", "qanom", "qasrl_gs"})


class Mix:
    """The pairs of a training run, in chunks that depend on the seed and the chunk's number alone."""

    def __init__(self, rows: Sequence[Row], seed: int) -> None:
        """Index the windows of ``rows``."""
        self._seed = seed
        self._index = WindowIndex(rows)
        sets: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            sets[row.source].append(row)
        self._laps = Laps(sets, SOURCES, seed)

    def chunk(self, number: int, size: int, longest: int) -> list[Pair]:
        """The pairs of one chunk.

        Args:
            number: of the chunk, from 0.
            size: questions in a chunk; pairs are about 1.4 times as many.
            longest: most sentences in a window.
        """
        rng = random.Random(f"{self._seed}:{number}")
        return [pair for row in self._laps.chunk(number, size) for pair in self._pairs(row, rng, longest)]

    def _pairs(self, row: Row, rng: random.Random, longest: int) -> list[Pair]:
        pairs = [window_pair(self._index, row, rng, longest)]
        if row.answer and row.source not in WITHOUT_NEGATIVES and rng.random() < NEGATIVE_SHARE:
            pairs.append(near_pair(self._index, row, rng, longest))
        return [pair for pair in pairs if pair]
