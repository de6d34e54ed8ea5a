"""Answers that were given lately, so that the same question again costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.recent import Recent
from rag.retrieval import Found
from rag.schema import Answer

MOST = 64
"""How many answers are kept of one generation of a library; another generation has its own."""

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


Kept = Recent[Key, Quoted]
