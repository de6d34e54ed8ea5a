"""Where one article of a dump ends and the next begins: a headline that opens something new.

A line that looks like a headline may be a sub-heading of the article that goes on. What tells them apart is weighed by
a logistic model: what stands before it (buttons, a message to readers, "first appeared in"), what stands after it (a
byline, a date, a credit, a dateline), how many of its words the next paragraphs take up, and whether those paragraphs
speak of the people and places of the article above (the idea of TextTiling, Hearst 1997, with names for words).
"""

# ruff: noqa: RUF001, SIM905 - quotes and dashes of many shapes; lists of words read best as words
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from rag.furniture import CAPITALISED
from rag.lines import Line
from rag.provenance import is_byline, is_date_line, is_origin

_REST = re.compile(
    r".{0,80}\b(?:contributed to this (?:report|story|article)|is an? .{0,60}\b(?:reporter|correspondent|editor|writer|"
    r"columnist|journalist|fellow|professor|author)\b.{0,200}|(?:reporting|writing) by .{2,80}editing by .{2,60})\W?",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    rf"{CAPITALISED}[\w.'’ ,/-]{{0,50}}?(?:\s\([^()]{{2,30}}\))?\s?[—–-]{{1,2}}\s|\([^()]{{2,30}}\)\s?[—–-]"
)
_LIST_ITEM = re.compile(r"[-*+•‣▪·>]\s|\(?\d{1,2}[.)]\s")
_WORD = re.compile(r"[^\W_]{3,}")
_NAME = re.compile(rf"(?<=[\w,;]\s){CAPITALISED}")
_SMALL_WORDS = frozenset(
    "the and for that with from this has have are was were will not but its his her their after over into amid more "
    "than what why how who when where says say said you your can could would may new all out off about".split()
)
CLOSING = frozenset(
    "newsletter form,consent line,price buttons,dismiss button,support banner,share line,read more,comments,"
    "copyright line,tag line,account line,contact line".split(",")
)
_HEAD_FURNITURE = frozenset(("photo credit", "photo controls", "share line", "byline", "date line"))
_REACH = 3000
_LONGEST_HEADLINE = 24


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for a headline being one, each in 0..1."""

    closed_above: float
    rests_above: float
    head_below: float
    dateline_below: float
    taken_up: float
    unheard: float
    worded: float
    break_of_topic: float
    new_names: float
    dropped_names: float
    long_enough: float
    sustained: float
    crowded: float
    wide_gap: float

    @property
    def score(self) -> float:
        """The log odds that a new article begins here."""
        signs: tuple[float, ...] = astuple(self)
        return _BIAS + sum(weight * sign for weight, sign in zip(_WEIGHTS, signs, strict=True))


# One for each sign, in the order above. Fitted by scikit-learn's LogisticRegression to dumps glued from half of 700
# news pages, with and without furniture between them, and to the same pages alone; kept to one decimal.
_WEIGHTS = (4.0, 3.9, 6.0, 1.0, 6.3, 0.5, 7.4, 2.7, 0.7, 2.1, 1.7, 0.5, -0.5, 2.8)
_BIAS = -21.9
_FOR_FIRST = 1.0


def find_headlines(text: str, lines: Sequence[Line]) -> tuple[int, ...]:
    """Find the headlines that articles begin with.

    Args:
        text: the document.
        lines: its lines, labelled.

    Returns:
        The places of the headlines in ``lines``, ascending; the first stands above the first paragraph, if any does.
    """
    runs = list(_runs(lines))
    found: list[int] = []
    start = 0
    for at, run in enumerate(runs):
        above = any(is_body(line) for line in lines[start : run[0]])
        scores = [_signs_at(text, lines, start, place, runs, at).score for place in run]
        scores[0] += _FOR_FIRST  # what follows a headline may well be its sub-heading
        best = max(range(len(run)), key=scores.__getitem__)
        if (not above and not found) or (above and scores[best] >= 0):
            found.append(run[best])
            start = run[best]
    return tuple(found)


def _runs(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Lines that look like headlines, in runs with no paragraph between them and one below each run."""
    run: list[int] = []
    others = 0
    first_text = next((place for place, line in enumerate(lines) if line.role == "text"), 0)
    for place, line in enumerate(lines):
        if line.role != "text":
            continue
        if _could_be_headline(line, place == first_text):
            run, others = [*run, place], 0
        elif is_body(line):
            if run:
                yield run
            run, others = [], 0
        elif not is_byline(line.text) and not is_date_line(line.text):
            others += 1
            if others > 2:
                run = []


def _could_be_headline(line: Line, first: bool) -> bool:
    text = line.text
    if line.role != "text" or not 3 <= line.words <= _LONGEST_HEADLINE or not 12 <= len(text) <= 180:
        return first and line.role == "text" and line.words < 3 and len(text) <= 60 and not line.is_prose
    if text[-1] in ".:;,。" and not text.endswith(("...", "U.S.")):
        return False
    if not first and (text.lstrip("\"'“‘«¿¡(#")[:1].islower() or _LIST_ITEM.match(text)):
        return False
    return not is_byline(text) and not is_date_line(text) and not _REST.fullmatch(text)


def is_body(line: Line) -> bool:
    """Whether a line is a paragraph of an article."""
    if line.role != "text" or not line.is_prose:
        return False
    return line.words > _LONGEST_HEADLINE or not _could_be_headline(line, first=False)


def _signs_at(text: str, lines: Sequence[Line], start: int, place: int, runs: Sequence[list[int]], at: int) -> _Signs:
    """Weigh up the line at ``place``, of the run ``runs[at]``, as the end of the article that began at ``start``."""
    title = lines[place].text
    end = runs[at + 1][0] if at + 1 < len(runs) else len(lines)
    below = _texts(lines[place + 1 : place + 40], _REACH)
    above_lines = lines[start:place]
    above = _texts(above_lines[:20], _REACH) + " " + _texts(list(reversed(above_lines[-40:])), _REACH)
    words = _content_words(title)
    names_above, names_below = Counter(_NAME.findall(above)), Counter(_NAME.findall(below[:1500]))
    main_names = [name for name, _ in names_above.most_common(6)]
    unheard = 1 - _share(words, _content_words(above))
    new_names = 1 - _share(set(names_below), set(names_above)) if len(names_below) > 2 else 0.5
    dropped_names = 1 - _share(set(main_names), set(names_below)) if len(main_names) > 2 else 0.5
    return _Signs(
        closed_above=_closed_above(lines, start, place),
        rests_above=float(_rests_above(above_lines)),
        head_below=_head_below(lines, place),
        dateline_below=float(bool(_DATELINE.match(below[:90]))),
        taken_up=_share(words, _content_words(below[:900])),
        unheard=unheard,
        worded=min(1.0, lines[place].words / 9),
        break_of_topic=min(unheard, new_names, dropped_names),
        new_names=new_names,
        dropped_names=dropped_names,
        long_enough=min(1.0, len(below) / 600, sum(len(line.text) for line in above_lines if is_body(line)) / 800),
        sustained=min(1.0, sum(len(line.text) for line in lines[place:end] if is_body(line)) / 1000),
        crowded=len((*runs[max(0, at - 5) : at], *runs[at + 1 : at + 6])) / 10,
        wide_gap=float(_gap(text, lines, place) > 2),
    )


def _texts(lines: Sequence[Line], limit: int) -> str:
    """The paragraphs among some lines, up to a number of characters."""
    kept: list[str] = []
    length = 0
    for line in lines:
        if is_body(line):
            kept.append(line.text[: limit - length])
            length += len(line.text)
            if length >= limit:
                break
    return " ".join(kept)


def _content_words(text: str) -> set[str]:
    """Words by their first five letters, which is stem enough to match "prosecute" with "prosecution"."""
    return {word[:5] for word in _WORD.findall(text.lower()) if word not in _SMALL_WORDS}


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _closed_above(lines: Sequence[Line], start: int, place: int) -> float:
    closing = 0
    for line in reversed(lines[max(start, place - 60) : place]):
        if is_body(line):
            break
        closing += 3 if line.role in ("notice", "notice title") else line.name in CLOSING
    return min(1.0, 0.6 + 0.2 * (closing - 1)) if closing else 0.0


def _rests_above(lines: Sequence[Line]) -> bool:
    last = [line.text for line in lines[-12:] if line.role == "text" and line.is_prose][-2:]
    return any(is_origin(text) or bool(_REST.fullmatch(text)) for text in last)


def _head_below(lines: Sequence[Line], place: int) -> float:
    for line in lines[place + 1 : place + 6]:
        if is_body(line):
            break
        if line.name in ("byline", "date line") or is_byline(line.text) or is_date_line(line.text):
            return 1.0
        if line.name in _HEAD_FURNITURE:
            return 0.5
    return 0.0


def _gap(text: str, lines: Sequence[Line], place: int) -> int:
    return text.count("\n", lines[place - 1].end, lines[place].start) if place else 0
