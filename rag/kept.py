"""Answers that were given lately, so that the same question again costs next to nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from rag.retrieval import Found
from rag.schema import Answer

MOST = 64

Key = tuple[str, date | None]
"""A question that began a conversation, and its day where that was told."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What quotes alone come to, before anything is written of it.

    Attributes:
        answer: the quotes, or a refusal.
        found: the passages that it was looked for in.
        problem: why a model did not rewrite the follow-up, or None.
    """

    answer: Answer
    found: tuple[Found, ...]
    problem: str | None = None


class Kept:
    """The last answers of one generation of a library, at most ``MOST``; another generation gets another.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Quoted] = OrderedDict()

    def get(self, key: Key) -> Quoted | None:
        """What was kept for a question."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, quoted: Quoted) -> None:
        """Keep an answer, and let go of the one that was wanted least lately where there are too many."""
        with self._lock:
            self._kept[key] = quoted
            self._kept.move_to_end(key)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
