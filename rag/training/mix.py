"""What training reads, and in which order: every set by its share, no question twice before all were asked."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from rag.training.data import SOURCES, Row
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
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self._rows[row.source].append(row)
        self._orders: dict[tuple[str, int], list[int]] = {}

    def chunk(self, number: int, size: int, longest: int) -> list[Pair]:
        """The pairs of one chunk.

        Args:
            number: of the chunk, from 0.
            size: questions in a chunk; pairs are about 1.4 times as many.
            longest: most sentences in a window.
        """
        rng = random.Random(f"{self._seed}:{number}")
        pairs: list[Pair] = []
        for source, share in SOURCES.items():
            rows = self._rows[source]
            quota = max(1, round(share * size)) if rows else 0
            for place in range(number * quota, (number + 1) * quota):
                lap, step = divmod(place, len(rows))
                pairs += self._pairs(rows[self._order(source, lap)[step]], rng, longest)
        return pairs

    def _order(self, source: str, lap: int) -> list[int]:
        if (source, lap) not in self._orders:
            order = list(range(len(self._rows[source])))
            random.Random(f"{self._seed}:{source}:{lap}").shuffle(order)
            self._orders[source, lap] = order
        return self._orders[source, lap]

    def _pairs(self, row: Row, rng: random.Random, longest: int) -> list[Pair]:
        pairs = [window_pair(self._index, row, rng, longest)]
        if row.answer and row.source not in WITHOUT_NEGATIVES and rng.random() < NEGATIVE_SHARE:
            pairs.append(near_pair(self._index, row, rng, longest))
        return [pair for pair in pairs if pair]
