"""Page furniture and publishers' own messages, told apart from the lines of the articles between them.

A line is judged by what it says (``rag.furniture``) and by its neighbours: the prose of a sign-up form is furniture
because it stands under the form's heading, a price because it stands among buttons, and an appeal to readers is a
notice from its salutation to its thanks.
"""

# Quotes and dashes of many shapes are the matter of this file, and a pattern reads best unbroken.
# ruff: noqa: E501, RUF001
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from rag.furniture import furniture_name
from rag.lines import BUTTONS, Line
from rag.notices import WE, YOU, mark_notices, opens_notice
from rag.sentences import paragraph_spans

_TAIL = re.compile(
    r"(?<=[.!?…\"”’)])\s+(?=[^\s.!?][^.!?]{1,40}(?:\.[^\s.!?]+)*\W?$)|\s+(?=[(\[][^()\[\]]{2,80}[)\]]\.?$)"
)
_FORM_PROSE = re.compile(
    r"\b(?:newsletters?|inbox|mailbox|e-?mails?|mailing list|subscri\w+|sign(?:ed)? up|unsubscribe|privacy)\b",
    re.IGNORECASE,
)
_MOST_BETWEEN_BUTTONS = 3
_LONGEST_FORM = 6


def label_lines(text: str) -> tuple[Line, ...]:
    """Tell which lines of a text are furniture, which a publisher's message, and which may be an article's.

    Args:
        text: a document.

    Returns:
        The lines in order; together they hold every character that is not whitespace.
    """
    lines = [part for start, end in paragraph_spans(text) for part in _parts(text, start, end)]
    lines = [line.named(name) if (name := furniture_name(line.text)) else line for line in lines]
    _keep_lone_prices(lines)
    _complete_forms(lines)
    mark_notices(lines)
    _fill_between_buttons(lines)
    return tuple(lines)


def _parts(text: str, start: int, end: int) -> list[Line]:
    """A line, or what it says and the photo credit that a caption ends with."""
    line = text[start:end]
    tail = None
    for match in _TAIL.finditer(line, max(0, len(line) - 100)):
        if furniture_name(line[match.end() :]) == "photo credit" and match.start() > 20:
            tail = match
            break
    if tail is None:
        return [Line.read(text, start, end)]
    return [
        Line.read(text, start, start + tail.start()),
        Line.read(text, start + tail.end(), end).named("photo credit"),
    ]


def _keep_lone_prices(lines: list[Line]) -> None:
    """A price, or a word such as "Other", is a button only beside another button."""
    for place, line in enumerate(lines):
        if line.name == "price buttons":
            beside = [other.name for other in lines[max(0, place - 2) : place] + lines[place + 1 : place + 3]]
            if not any(name in BUTTONS for name in beside):
                lines[place] = replace(line, role="text", name="")


def _complete_forms(lines: list[Line]) -> None:
    """Add to a sign-up form what stands between its lines, and the sentences above and below that speak of the letter."""
    places = [place for place, line in enumerate(lines) if line.name in ("newsletter form", "consent line")]
    for upper, lower in pairwise(places):
        between = range(upper + 1, lower)
        if len(between) <= _MOST_BETWEEN_BUTTONS and not any(opens_notice(lines[at]) for at in between):
            _name_text(lines, between, "newsletter form")
    for place in places:
        for below in range(place + 1, min(len(lines), place + 1 + _LONGEST_FORM)):
            if lines[below].role == "text" and not _is_of_form(lines[below]):
                break
            _name_text(lines, (below,), "newsletter form")
        for above in range(place - 1, max(-1, place - 1 - _LONGEST_FORM), -1):
            if lines[above].role == "text" and not (lines[above].is_prose and _is_of_form(lines[above])):
                break
            _name_text(lines, (above,), "newsletter form")


def _is_of_form(line: Line) -> bool:
    if opens_notice(line):
        return False
    speaks = YOU.search(line.text) or WE.search(line.text)
    return bool(_FORM_PROSE.search(line.text) and speaks) or (line.words <= 2 and not line.is_prose)


def _name_text(lines: list[Line], places: Iterable[int], name: str) -> None:
    for place in places:
        if lines[place].role == "text":
            lines[place] = lines[place].named(name)


def _fill_between_buttons(lines: list[Line]) -> None:
    """Short lines between two buttons are buttons too, whatever they say."""
    buttons = [place for place, line in enumerate(lines) if line.name in BUTTONS]
    for upper, lower in pairwise(buttons):
        between = lines[upper + 1 : lower]
        if 0 < len(between) <= _MOST_BETWEEN_BUTTONS and all(
            line.role == "text" and line.words <= 5 and not line.is_prose for line in between
        ):
            for at in range(upper + 1, lower):
                lines[at] = lines[at].named(lines[upper].name)
