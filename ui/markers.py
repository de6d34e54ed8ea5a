"""The markers of an answer, such as [1]: where they stand, and the ids that link them with their cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag import Answer

_BRACKETED = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in the text of an answer.

    Attributes:
        number: of its citation.
        start: offset of its first character.
        end: offset behind its last.
        agrees: whether it stands behind another, so that its article gives the same answer in words of its own.
    """

    number: int
    start: int
    end: int
    agrees: bool


def markers(answer: Answer) -> tuple[Marker, ...]:
    """The markers of an answer; a number in brackets that a quoted article wrote itself is none."""
    numbers = {citation.number for citation in answer.citations}
    quoted = tuple(_occurrences(answer))
    found: list[Marker] = []
    for match in _BRACKETED.finditer(answer.text):
        number, (start, end) = int(match.group(1)), match.span()
        if number in numbers and not any(first <= start < last for first, last in quoted):
            agrees = bool(found) and found[-1].end == start - 1 and answer.text[start - 1] == " "
            found.append(Marker(number, start, end, agrees))
    return tuple(found)


def card_id(turn: int, number: int) -> str:
    """The HTML id of the card of citation ``number`` of turn ``turn``."""
    return f"source-{turn}-{number}"


def marker_id(turn: int, number: int) -> str:
    """The HTML id of the first marker of citation ``number`` in the answer of turn ``turn``."""
    return f"marker-{turn}-{number}"


def _occurrences(answer: Answer) -> Iterator[tuple[int, int]]:
    """Where the answer repeats the words of a citation."""
    for citation in answer.citations:
        start = answer.text.find(citation.quote)
        while start >= 0:
            yield start, start + len(citation.quote)
            start = answer.text.find(citation.quote, start + len(citation.quote))
