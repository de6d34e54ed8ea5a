"""The numbers of a sentence, by their values, and those that a source does not bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from rag.units import unit

_DIGITS = re.compile(r"\d+(?:[.,]\d+|[\u00a0\u2009\u202f]\d{3}\b)*")
APOSTROPHES = "'\u2019"
WORD = re.compile(rf"[^\W\d_]+(?:[{APOSTROPHES}.-][^\W\d_]+)*\.?")
_PART = re.compile(rf"[^\W\d_]+(?:[{APOSTROPHES}.][^\W\d_]+)*\.?")
"""A word without the others that a hyphen joins it to: "five-year" tells a number as "five years" does."""
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
_ROUND = ("hundred", "thousand", "million", "billion", "trillion")
_ARTICLES = ("a", "an")
_AND_A_HALF = ("and", "a", "half")
_LONGEST = 12
"""Words that one number is read from at most."""
PLAIN_HYPHENS = str.maketrans("\u2010\u2011", "--")
"""Hyphens that writers use beside the one of the keyboard; each is one character, so that places stay."""
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
    text = text.translate(PLAIN_HYPHENS)
    pieces = sorted([*_DIGITS.finditer(text), *_PART.finditer(text)], key=lambda match: match.start())
    words = [piece.group().lower().rstrip(".") for piece in pieces]
    apart = [
        one.group().endswith(".") or text[one.end() : two.start()] not in ("", " ", "-")
        for one, two in pairwise(pieces)
    ]
    read = 0
    while read < len(pieces):
        farthest = min(read + _LONGEST, len(pieces))
        stop = next((n + 1 for n in range(read, farthest - 1) if apart[n]), farthest)
        found = _number(words[read:stop])
        if found is None:
            read += 1
            continue
        value, count = found
        yield Fact(pieces[read].start(), pieces[read + count - 1].end(), f"{value.normalize():f}")
        read += count


def _number(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """The number that words begin with, and how many of them say it; None where they begin otherwise."""
    begun = _beginning(words)
    if begun is None:
        return None
    part, at = begun
    whole = Decimal(0)
    scale = 0
    while at < len(words):
        if words[at] in _SCALES:
            scale = _SCALES[words[at]]
            part, at = part * scale, at + 1
        elif tuple(words[at : at + 3]) == _AND_A_HALF:
            part, at = part + Decimal(scale or 1) / 2, at + 3
        elif words[at - 1] in _ROUND and (more := _more(words[at:], scale)):
            if scale > 100:
                whole, part = whole + part, Decimal(0)
            part, at, scale = part + more[0], at + more[1], 0
        else:
            break
    return whole + part, at


def _beginning(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """A number without what may multiply it, with how many words say it: "thirty six", the "a" of "a million"."""
    second, third = (*words[1:3], "", "")[:2]
    if words[0] == "half" and second in (*_ROUND, "dozen"):
        return Decimal("0.5"), 1
    if words[0] == "half" and second in _ARTICLES and third in (*_ROUND, "dozen"):
        return Decimal("0.5"), 2
    if words[0] in _ARTICLES and second in _ROUND:
        return Decimal(1), 1
    value = _value(words[0])
    if value is None:
        return None
    if words[0] in _TENS and 0 < _SPELLED.get(second, 0) < 10:
        return value + _SPELLED[second], 2
    return value, 1


def _more(words: Sequence[str], scale: int) -> tuple[Decimal, int] | None:
    """What is added to a hundred, a thousand or more, as "and twenty", with how many words say it.

    What may as well be a number by itself is not added: "killed two hundred two years ago".
    """
    joined = int(words[0] == "and")
    rest = words[joined:]
    if not rest or rest[0] not in (*_TENS, *_UNITS[1:]):
        return None
    found = _beginning(rest)
    if found is None:
        return None
    small, count = found
    is_added = scale <= 1000 if joined else small >= 10
    return (small, joined + count) if is_added or (*rest[count:], "")[0] in _ROUND else None


def _value(word: str) -> Decimal | None:
    if word[0].isdecimal():
        whole, dot, rest = re.sub(r"[,\s]", "", word).partition(".")
        if "." in rest:  # 12.3.2022
            return None
        return Decimal(whole + dot + rest)
    lowered = word.lower().rstrip(".")
    if lowered in _SPELLED:
        return Decimal(_SPELLED[lowered])
    return None


def missing_numbers(sentence: str, evidence: str) -> tuple[str, ...]:
    """The numbers of a sentence that its evidence does not bear out, as the sentence writes them, in order.

    One that the sentence only compares with ("more than 20") is borne out by one that fits, a decade or a century ("the
    1920s") by a year of it. Six months do not bear out six years, nor five dollars five percent: where both texts tell
    what a number counts, it must be the same.
    """
    there = [(fact, unit(evidence, fact.start, fact.end)) for fact in numbers(evidence)]
    gone = []
    for fact in numbers(sentence):
        written = sentence[fact.start : fact.end]
        counted = unit(sentence, fact.start, fact.end)
        alike = [other for other, counts in there if not counted or not counts or counts == counted]
        counts_otherwise = any(other.value == fact.value for other, _ in there) and written.lower() == "one"
        if (written.lower() not in AMBIGUOUS or counts_otherwise) and not _is_held(sentence, fact, evidence, alike):
            gone.append(written)
    return tuple(gone)


def _is_held(sentence: str, number: Fact, evidence: str, there: Sequence[Fact]) -> bool:
    held = {fact.value for fact in there}
    amounts = {fact.value for fact in there if not _is_year(evidence, fact)}
    value = Decimal(number.value)
    return (
        number.value in held
        or _compares(sentence[: number.start], value, held, amounts)
        or _spans(value, sentence[number.end :], held)
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
