"""A question of the conversation and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation and what came of it.

    Attributes:
        question: as it was asked.
        answer: what the articles say, or None while it is looked for and where it could not be asked.
        problem: why it could not be asked, in one line, or None.
        writing: whether more of the answer is to come.
        forgotten: whether this stands for the questions before it, which are no longer held.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    writing: bool = False
    forgotten: bool = False
