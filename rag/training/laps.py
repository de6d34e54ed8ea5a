"""Which rows of several sets a chunk of training draws: each set by its share, no row twice before all were drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Laps(Generic[Row]):
    """Goes round each set again and again, in an order that depends on the seed, the set and the lap alone.

    Args:
        sets: the rows of each set, by its name.
        shares: of each set among what is drawn; they sum to 1.
        seed: of the orders.
    """

    def __init__(self, sets: Mapping[str, Sequence[Row]], shares: Mapping[str, float], seed: int) -> None:
        self._sets, self._shares, self._seed = sets, shares, seed
        self._orders: dict[tuple[str, int], list[int]] = {}

    def chunk(self, number: int, size: int) -> Iterator[Row]:
        """The rows of a chunk, about ``size`` of them; ``number`` counts from 0."""
        for source, share in self._shares.items():
            rows = self._sets.get(source, ())
            quota = max(1, round(share * size)) if rows else 0
            for place in range(number * quota, (number + 1) * quota):
                lap, step = divmod(place, len(rows))
                yield rows[self._order(source, lap)[step]]

    def _order(self, source: str, lap: int) -> list[int]:
        if (source, lap) not in self._orders:
            order = list(range(len(self._sets[source])))
            random.Random(f"{self._seed}:{source}:{lap}").shuffle(order)
            self._orders[source, lap] = order
        return self._orders[source, lap]
