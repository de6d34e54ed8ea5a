"""How long each stage of an answer took."""

from __future__ import annotations

import dataclasses
import time

from rag.schema import Answer


class Clock:
    """Milliseconds by stage, from the moment that it is made."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage; the next one begins."""
        now = time.perf_counter()
        self._laps[stage] = (now - self._last) * 1000
        self._last = now

    def stamp(self, answer: Answer) -> Answer:
        """The answer with the stages so far, and their total."""
        total = (time.perf_counter() - self._start) * 1000
        return dataclasses.replace(answer, timings={**self._laps, "total": total})
