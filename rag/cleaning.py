"""Page furniture and publishers' own messages, told apart from the lines of the articles between them.

A line is judged by what it says (``rag.furniture``) and by its neighbours: the prose of a sign-up form is furniture
because it stands under the form's heading, a price because it stands among buttons, and an appeal to readers is a
notice from its salutation to its thanks.
"""

# Quotes and dashes of many shapes are the matter of this file, and a pattern reads best unbroken.
# ruff: noqa: E501, RUF001
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rag.furniture import furniture_name
from rag.sentences import paragraph_spans

Role = Literal["text", "furniture", "notice", "notice title"]

_STOP_AT_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_TAIL = re.compile(
    r"(?<=[.!?…\"”’)])\s+(?=[^\s.!?][^.!?]{1,40}(?:\.[^\s.!?]+)*\W?$)|\s+(?=[(\[][^()\[\]]{2,80}[)\]]\.?$)"
)
_UNSPACED = re.compile(r"[\u3040-\u9fff]")
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
_FORM_PROSE = re.compile(
    r"\b(?:newsletters?|inbox|mailbox|e-?mails?|mailing list|subscri\w+|sign(?:ed)? up|unsubscribe|privacy)\b",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Uu]s|[Oo]urs|[Ww]e['’](?:re|ve|ll|d))\b")
_YOU = re.compile(r"\b(?:you|your|yours|you['’](?:re|ve|ll|d)|readers?|please)\b", re.IGNORECASE)
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
_BUTTONS = frozenset(
    (
        "newsletter form",
        "consent line",
        "price buttons",
        "dismiss button",
        "support banner",
        "share line",
        "account line",
    )
)
_MOST_BETWEEN_BUTTONS = 3
_LONGEST_FORM = 6
_SHORTEST_NOTICE = 150
_LONGEST_NOTICE = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, or the credit at the end of one.

    Attributes:
        start: offset of its first character in the document.
        end: offset after its last.
        text: the characters between.
        words: how many words it has; of a script that sets no spaces, about how many.
        is_prose: whether it reads as one sentence or several: long enough, and stopped at its end.
        role: what it is; "text" until shown to be something else.
        name: the name of the furniture that it is, or "".
    """

    start: int
    end: int
    text: str
    words: int
    is_prose: bool
    role: Role = "text"
    name: str = ""

    @classmethod
    def read(cls, text: str, start: int, end: int) -> Line:
        """The line that is ``text[start:end]``."""
        line = text[start:end]
        words = max(len(line.split()), 0 if line.isascii() else len(_UNSPACED.findall(line)) // 3)
        return cls(start, end, line, words, words >= 6 and bool(_STOP_AT_END.search(line, max(0, len(line) - 8))))

    def named(self, name: str) -> Line:
        """The line as a piece of furniture."""
        return replace(self, role="furniture", name=name)


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
    _mark_notices(lines)
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
            if not any(name in _BUTTONS for name in beside):
                lines[place] = replace(line, role="text", name="")


def _complete_forms(lines: list[Line]) -> None:
    """Add to a sign-up form what stands between its lines, and the sentences above and below that speak of the letter."""
    places = [place for place, line in enumerate(lines) if line.name in ("newsletter form", "consent line")]
    for upper, lower in pairwise(places):
        between = range(upper + 1, lower)
        if len(between) <= _MOST_BETWEEN_BUTTONS and not any(_opens_notice(lines[at]) for at in between):
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
    if _opens_notice(line):
        return False
    speaks = _YOU.search(line.text) or _WE.search(line.text)
    return bool(_FORM_PROSE.search(line.text) and speaks) or (line.words <= 2 and not line.is_prose)


def _name_text(lines: list[Line], places: Iterable[int], name: str) -> None:
    for place in places:
        if lines[place].role == "text":
            lines[place] = lines[place].named(name)


def _mark_notices(lines: list[Line]) -> None:
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
    opened = _opens_notice(lines[place])
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
        greets = _opens_notice(line) and at - place < 3
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
    beside = any(line.name in _BUTTONS for line in (*lines[max(0, place - 1) : place], *lines[last + 1 : last + 2]))
    enough = _asks(" ".join(kept)) if opened else appeals >= (1 if beside else 2)
    return last + 1 if enough else None


def _opens_notice(line: Line) -> bool:
    if line.role != "text" or len(line.text) > 400:
        return False
    return bool(_SALUTATION.match(line.text)) or (bool(_LETTER.fullmatch(line.text)) and not line.is_prose)


def _speaks_to_readers(line: Line) -> bool:
    return not line.text.startswith(_QUOTED) and bool(_WE.search(line.text) or _YOU.search(line.text))


def _appeals(line: Line) -> bool:
    """Whether a sentence asks readers to support those who wrote it."""
    return not line.text.startswith(_QUOTED) and _asks(line.text)


def _asks(text: str) -> bool:
    return all(pattern.search(text) for pattern in (_WE, _YOU, _ASK, _PRESS))


def _fill_between_buttons(lines: list[Line]) -> None:
    """Short lines between two buttons are buttons too, whatever they say."""
    buttons = [place for place, line in enumerate(lines) if line.name in _BUTTONS]
    for upper, lower in pairwise(buttons):
        between = lines[upper + 1 : lower]
        if 0 < len(between) <= _MOST_BETWEEN_BUTTONS and all(
            line.role == "text" and line.words <= 5 and not line.is_prose for line in between
        ):
            for at in range(upper + 1, lower):
                lines[at] = lines[at].named(lines[upper].name)
