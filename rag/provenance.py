"""Lines that say where an article comes from: its author, its date, the outlet that it first appeared in."""

# ruff: noqa: RUF001 - quotes and dashes of many shapes
from __future__ import annotations

import re
from collections.abc import Iterable

from rag.dates import date_in
from rag.furniture import CAPITALISED

_BYLINE = re.compile(
    r"(?i:(?:story|text|words|written|reported|reporting|analysis|opinion|commentary)\s)?(?:[Bb]y|BY):?\s+(?:[Tt]he\s)?"
    rf"{CAPITALISED}(?:[\s,|/·&]{{1,3}}(?:(?:and|AND|of|de|la|van|von|der|al|bin|in|for|the|with)\s){{0,2}}{CAPITALISED}){{0,9}}"
)
_DATED = re.compile(
    r"(?:(?:first )?(?:published|posted|updated|last (?:updated|modified)|modified|created|date)\b|[^\W_]+day\b|\W*\d|"
    r"[^\W_]+\.?\s\d)",
    re.IGNORECASE,
)
_PIECE = r"(?:article|story|report|piece|post|text|column|essay|interview|analysis|commentary|dispatch|feature)"
_VERB = r"(?:appeared|published|posted|produced|reported|republished|reprinted|written|ran)"
_FIRST = r"(?:first|originally|previously|also)"
_VERSION = r"(?:an? (?:\w+ )?version of )?"
_ORIGIN = re.compile(
    rf"\W*(?:{_VERSION}this (?:\w+ ){{0,2}}{_PIECE} (?:(?:was|is|has|had|been) )*(?:{_FIRST} )?{_VERB}"
    rf"|(?:{_VERSION}the (?:\w+ ){{0,2}}{_PIECE} (?:(?:was|is|has|had|been) )*)?{_FIRST} {_VERB}"
    rf"|(?:republished|reprinted) (?:from|with|by)|{_VERB} {_FIRST})\b(?P<rest>.*)",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:in|on|by|at|from|of)\s(?:the\s(?=[a-z]))?(?P<name>[^,;()|]{2,60}?)"
    r"(?=[,;()|]|\.(?:\s|$)|$|\s(?:on|under|and\s(?:is|was|has)|as|with|before|during|here|in)\s)",
)
_WIRE = re.compile(r".{0,60}?\((?P<name>[^\W\d_a-z][\w. ]{1,30})\)\s?[—–-]")
_RIGHTS = re.compile(
    r"(?:copyright\s)?(?:©|\(c\)|copyright)\s?(?:\d{4}(?:\s?[-–]\s?\d{4})?)?,?\s?(?:by\s)?(?P<name>[^\W_].{1,50}?)"
    r"(?:\.?,?\s(?:all rights|\d{4}).*|[.|].*|$)",
    re.IGNORECASE,
)


def is_byline(line: str) -> bool:
    """Whether a line names the author: By Jane Doe, Staff Writer."""
    return len(line) <= 120 and bool(_BYLINE.fullmatch(line.strip("()[] |")))


def is_date_line(line: str) -> bool:
    """Whether a line is a date and little else: Updated: April 5, 2022, 3:04 p.m. EDT."""
    return len(line) <= 80 and len(line.split()) <= 11 and bool(_DATED.match(line)) and bool(date_in(line))


def is_origin(line: str) -> bool:
    """Whether a line says where the article above it appeared first."""
    return len(line) <= 240 and bool(_ORIGIN.match(line))


def outlet_of(lines: Iterable[str]) -> str | None:
    """The outlet that an article says it first appeared in.

    Args:
        lines: the lines of the article and of the furniture around it.

    Returns:
        The name after "first appeared in" and the like; else the agency of the dateline, as in "PARIS (Reuters) —";
        else who holds the rights; None where no line says.
    """
    lines = tuple(lines)
    for line in lines:
        origin = _ORIGIN.match(line) if len(line) <= 240 else None
        for match in _OUTLET.finditer(origin["rest"] if origin else ""):
            name = match["name"].strip(" .*_\"“”'’")
            if (
                any(character.isupper() for character in name)
                and not date_in(name + ", 2000")
                and not name[0].isdigit()
            ):
                return name
    for pattern in (_WIRE, _RIGHTS):
        for line in lines[: 4 if pattern is _WIRE else None]:
            found = pattern.match(line) if len(line) <= 240 or pattern is _WIRE else None
            if found:
                return found["name"].strip(" .,")
    return None
