"""The numbers of a sentence, by their values, and those that a source does not bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = re.compile(r"\d+(?:[.,]\d+|[\u00a0\u2009\u202f]\d{3}\b)*")
APOSTROPHES = "'\u2019"
WORD = re.compile(rf"[^\W\d_]+(?:[{APOSTROPHES}.-][^\W\d_]+)*\.?")
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12,
           "m": 1_000_000, "bn": 10**9, "k": 1_000, "dozen": 12}  # fmt: skip
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SPELLED = {
    **{word: n for n, word in enumerate(_UNITS)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{word: n for n, word in enumerate(_ORDINALS, start=1)},
    "dozen": 12,
}
NUMBER_WORDS = frozenset({*_SPELLED, *_SCALES})
"""Words that state a number, or a part of one."""
AMBIGUOUS = frozenset({"one", "first", "second"})
"""Number words that are mostly something else; they state a number but need not be found again."""
_ABOVE = re.compile(
    r"\b(?:(?:more|greater|higher|later|older|longer) than|at least|over|above|after|exceeding)\s+"
    r"(?:\W|the|about|around)*$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:(?:less|fewer|lower|earlier|younger|shorter) than|at most|under|below|before|up to|nearly|almost)\s+"
    r"(?:\W|the|about|around)*$",
    re.IGNORECASE,
)
_PERIOD = re.compile(rf"(?P<decade>[{APOSTROPHES}]?s\b)|(?:st|nd|rd|th)?[ -]century\b", re.IGNORECASE)
_OF_TIME = re.compile(r"(?:after|before|later than|earlier than)\s+(?:\W|the|about|around)*$", re.IGNORECASE)
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_COUNTED = re.compile(r"\s*%|[ -][a-z]")
_DATED = re.compile(
    r"(?:\b(?:in|of|since|until|till|by|from|to|during|before|after|and|the|late|early|mid)|[A-Z][a-z]+\.?|,|\d)"
    r"[ -]?\(?$"
)
_FARTHEST = 2
"""How many times a number may be another that it is only compared with: who has 23 has "more than 20", not "over 2"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a name and where it stands: ``text[start:end]``; ``value`` is what it is compared by."""

    start: int
    end: int
    value: str


def numbers(text: str) -> tuple[Fact, ...]:
    """The numbers of a text, in digits or in words, in order.

    Returns:
        Each with its value as plain digits: ``1,200`` and ``1200`` are equal, so are ``five`` and ``5``, ``2 million``
        and ``2,000,000``. A date is its parts.
    """
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[Fact]:
    pieces = sorted([*_DIGITS.finditer(text), *WORD.finditer(text)], key=lambda match: match.start())
    taken = -1
    for n, piece in enumerate(pieces):
        if n <= taken:
            continue
        value = _value(piece.group())
        if value is None:
            continue
        end = n
        if piece.group().lower() in _TENS and n + 1 < len(pieces) and text[piece.end()] == " ":
            unit = _SPELLED.get(pieces[n + 1].group().lower())
            if unit is not None and 0 < unit < 10:
                value, end = value + unit, n + 1
        while end + 1 < len(pieces) and (scale := _SCALES.get(pieces[end + 1].group().lower().rstrip("."))):
            if text[pieces[end].end() : pieces[end + 1].start()] not in ("", " ", "-"):
                break
            value, end = value * scale, end + 1
        taken = end
        yield Fact(piece.start(), pieces[end].end(), f"{value.normalize():f}")


def _value(word: str) -> Decimal | None:
    if word[0].isdecimal():
        whole, dot, rest = re.sub(r"[,\s]", "", word).partition(".")
        if "." in rest:  # 12.3.2022
            return None
        return Decimal(whole + dot + rest)
    lowered = word.lower().rstrip(".")
    if lowered in _SPELLED:
        return Decimal(_SPELLED[lowered])
    tens, hyphen, unit = lowered.partition("-")
    if hyphen and tens in _TENS and unit in _SPELLED:
        return Decimal(_SPELLED[tens] + _SPELLED[unit])
    return None


def missing_numbers(sentence: str, evidence: str) -> tuple[str, ...]:
    """The numbers of a sentence that its evidence does not bear out, as the sentence writes them, in order.

    One that the sentence only compares with ("more than 20") is borne out by one that fits, a decade or a century ("the
    1920s") by a year of it.
    """
    found = numbers(evidence)
    held = {fact.value for fact in found}
    amounts = {fact.value for fact in found if not _is_year(evidence, fact)}
    return tuple(
        sentence[fact.start : fact.end]
        for fact in numbers(sentence)
        if fact.value not in held
        and sentence[fact.start : fact.end].lower() not in AMBIGUOUS
        and not _compares(sentence[: fact.start], Decimal(fact.value), held, amounts)
        and not _spans(Decimal(fact.value), sentence[fact.end :], held)
    )


def is_compared(text: str, number: Fact) -> bool:
    """Whether a text only compares with a number ("more than 20"), to judge by the words before it."""
    before = text[: number.start]
    return _ABOVE.search(before) is not None or _BELOW.search(before) is not None


def _is_year(text: str, number: Fact) -> bool:
    """Whether a number is a year, to judge by its form and by what stands beside it: "2007", not "2007 people"."""
    if _YEAR.fullmatch(text, number.start, number.end) is None:
        return False
    counts = _COUNTED.match(text, number.end) is not None
    return not counts or _DATED.search(text[: number.start]) is not None


def _compares(before: str, value: Decimal, held: set[str], amounts: set[str]) -> bool:
    """Whether a number is only compared with, to judge by the words before it, and another bears the comparison out.

    A year bears out what came before or after another, not how many there were.
    """
    others = [Decimal(number) for number in (held if _OF_TIME.search(before) else amounts)]
    if _ABOVE.search(before):
        return any(value <= other <= _FARTHEST * value for other in others)
    if _BELOW.search(before):
        return any(value <= _FARTHEST * other and other <= value for other in others)
    return False


def _spans(value: Decimal, after: str, held: set[str]) -> bool:
    """Whether a number is a decade or a century, to judge by what stands behind it, and a number of it is held."""
    period = _PERIOD.match(after)
    if period is None:
        return False
    if not period["decade"]:
        first, last = 100 * (value - 1), 100 * value
    else:
        first, last = value, value + (99 if value % 100 == 0 else 9)
    others = {Decimal(number) for number in held}
    if first < 100 and period["decade"]:  # "the '90s"
        others |= {number % 100 for number in others if 1000 <= number < 2100}
    return any(first <= number <= last for number in others)
