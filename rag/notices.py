"""Publishers' messages about themselves: an appeal to readers is a notice from its salutation to its thanks."""

# Quotes and dashes of many shapes are the matter of this file, and a pattern reads best unbroken.
# ruff: noqa: E501, RUF001
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.lines import BUTTONS, Line

_QUOTED = ("“", '"', "‘", "«", "„")

_LETTER = re.compile(
    r"(?:an?|the|our)?\s?(?:(?:special|important|personal|urgent|quick|brief|open|short)\s)*"
    r"(?:message|letter|note|appeal|word|plea|request)s? (?:from|to|for) .{2,80}",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"(?:dear|hello|hi|greetings)\b[\w ,&']{0,40}\b(?:readers?|friends?|supporters?|subscribers?|members?|listeners?|"
    r"viewers?|community|everyone|all)\b",
    re.IGNORECASE,
)
WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Uu]s|[Oo]urs|[Ww]e['’](?:re|ve|ll|d))\b")
YOU = re.compile(r"\b(?:you|your|yours|you['’](?:re|ve|ll|d)|readers?|please)\b", re.IGNORECASE)
_ASK = re.compile(
    r"\b(?:support(?:ing|ers?)?|donat\w+|contribut\w+|subscri\w+|members?(?:hip)?|fund(?:ed|ing)?|help|chip in|gifts?|give|back(?:ing)? us)\b",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"\b(?:journalis\w+|newsroom|reporting|reporters?|readers?|independent|publication|coverage|press|paywall|news|stories|"
    r"magazine|newspaper|site|website|investigations?|media|monthly|month|[$€£]\d+)\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:thank you|thanks|with (?:gratitude|thanks)|sincerely|yours|gratefully|best|warmly|in solidarity|[—–-]{1,2}\s?\S).{0,120}",
    re.IGNORECASE,
)
_SHORTEST_NOTICE = 150
_LONGEST_NOTICE = 40


def mark_notices(lines: list[Line]) -> None:
    """Find messages of a publisher about itself: a salutation or heading, then sentences that ask "you" to support "us"."""
    place = 0
    while place < len(lines):
        end = _end_of_notice(lines, place)
        if end is None:
            place += 1
            continue
        body = [at for at in range(place, end) if lines[at].role == "text"]
        banner = len(body) < 3 and sum(len(lines[at].text) for at in body) < _SHORTEST_NOTICE
        for at in body:
            lines[at] = lines[at].named("support banner") if banner else replace(lines[at], role="notice")
        if not banner and _LETTER.fullmatch(lines[place].text):
            lines[place] = replace(lines[place], role="notice title")
        place = end


def _end_of_notice(lines: Sequence[Line], place: int) -> int | None:
    """The place after a notice that begins here, or None where none does."""
    opened = opens_notice(lines[place])
    if lines[place].role != "text" or not (opened or (lines[place].is_prose and _speaks_to_readers(lines[place]))):
        return None
    kept: list[str] = []
    last, silent, appeals = place, 0, 0
    for at in range(place, min(len(lines), place + _LONGEST_NOTICE)):
        line = lines[at]
        if line.name in ("read more", "copyright line"):
            break
        if line.role != "text":
            continue
        signs_off = at > place and (
            _SIGN_OFF.fullmatch(line.text) or (_SIGN_OFF.fullmatch(lines[at - 1].text) and line.words <= 8)
        )
        greets = opens_notice(line) and at - place < 3
        if not (line.is_prose or greets or signs_off):
            break
        if greets or signs_off or _speaks_to_readers(line):
            last, silent = at, 0
            kept.append(line.text)
        else:
            silent += 1
            if silent > (2 if opened else 0):
                break
        appeals += _appeals(line)
    beside = any(line.name in BUTTONS for line in (*lines[max(0, place - 1) : place], *lines[last + 1 : last + 2]))
    enough = _asks(" ".join(kept)) if opened else appeals >= (1 if beside else 2)
    return last + 1 if enough else None


def opens_notice(line: Line) -> bool:
    """Whether a line is how a letter to readers begins: "Dear reader", "A message from our editor"."""
    if line.role != "text" or len(line.text) > 400:
        return False
    return bool(_SALUTATION.match(line.text)) or (bool(_LETTER.fullmatch(line.text)) and not line.is_prose)


def _speaks_to_readers(line: Line) -> bool:
    return not line.text.startswith(_QUOTED) and bool(WE.search(line.text) or YOU.search(line.text))


def _appeals(line: Line) -> bool:
    """Whether a sentence asks readers to support those who wrote it."""
    return not line.text.startswith(_QUOTED) and _asks(line.text)


def _asks(text: str) -> bool:
    return all(pattern.search(text) for pattern in (WE, YOU, _ASK, _PRESS))
