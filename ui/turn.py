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
        rated: whether the reader found the answer helpful, or None where that is not known.
        unrated: why the reader's last verdict could not be kept, in one line, or None.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    writing: bool = False
    forgotten: bool = False
    rated: bool | None = None
    unrated: str | None = None
