"""A bounded memory of what was wanted lately."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by their keys; those that were wanted least lately are let go of. Safe to use from several threads.

    Args:
        room: the most that the weights of all values may add up to; a value alone that weighs more is not kept.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: K) -> V | None:
        """What is kept of a key, or None."""
        return self.held((key,)).get(key)

    def held(self, keys: Iterable[K]) -> dict[K, V]:
        """What is kept of those keys that something is kept of."""
        found = {}
        with self._lock:
            for key in keys:
                if key in self._held:
                    self._held.move_to_end(key)
                    found[key] = self._held[key][0]
        return found

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Keep a value in place of an earlier one of its key."""
        with self._lock:
            if key in self._held:
                self._weight -= self._held.pop(key)[1]
            if weight > self._room:
                return
            self._held[key] = value, weight
            self._weight += weight
            while self._weight > self._room:
                self._weight -= self._held.popitem(last=False)[1][1]
