"""The facts of a sentence that can be checked word by word: its numbers and its names.

A sentence that states a number or a name which its source does not hold is not supported by it, however alike the two
are in all else; and a model that reads both is easily fooled by exactly that (VitaminC, arXiv 2103.08541).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_APOSTROPHES = "'\u2019"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_APOSTROPHES}.-][^\W\d_]+)*\.?")
_OPENERS = " \n\t\"'([\u201c\u2018"
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12,
           "m": 1_000_000, "bn": 10**9, "k": 1_000}  # fmt: skip
_RUN_WORD = re.compile(rf"[\w{_APOSTROPHES}-]+")
_CAPITALISED_RUN = re.compile(rf"(?:[A-Z][\w{_APOSTROPHES}-]+(?: of| for| the| and)* ?){{2,6}}")
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SPELLED = {
    **{word: n for n, word in enumerate(_UNITS)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{word: n for n, word in enumerate(_ORDINALS, start=1)},
}
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
_FARTHEST = 2
"""How many times a number may be another that it is only compared with: who has 23 has "more than 20", not "over 2"."""
# Words that open a sentence or a title in capitals and name nothing.
_COMMON = frozenset(re.findall(r"\w+", """
    a about above according after again all almost already also although always among an and another any anyone are
    around as at based be because been before being below between both but by can could despite did do does during
    each either even every few following for from further had has have having he her here him his how however i if
    in including instead into is it its just last later less like many may me meanwhile might more most much must my
    near nearly next no none nor not nothing now of off officials on once one only or other others our out over
    people per perhaps rather same several she should since so some someone soon still such than that the their them
    then there these they this those though through thus to today together too toward under until up upon us very
    was we were what when where whether which while who whom whose why will with within without would yes yet you
    your
"""))  # fmt: skip


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
    pieces = sorted([*_DIGITS.finditer(text), *_WORD.finditer(text)], key=lambda match: match.start())
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
        whole, dot, rest = word.replace(",", "").partition(".")
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


def names(text: str, known: Collection[str] = ()) -> tuple[Fact, ...]:
    """The words of a text that name something, in order: those in capitals that are no common word.

    A sentence's first word counts where it is more than a capital: with a capital inside (``NATO``), or followed by
    another name (``Vladimir Putin``). Whether ``Lavrov said`` begins with a name cannot be told from it.

    Args:
        text: to look in.
        known: values of words that are names at the beginning of a sentence too.

    Returns:
        Each word of a name by itself, its value in lower case without a possessive ending.
    """
    words = [match for match in _WORD.finditer(text) if len(match.group()) > 1 or match.group().isupper()]
    found = []
    for n, word in enumerate(words):
        name = word.group()
        value = _plain(name)
        if not name[0].isupper() or value in _COMMON or value in _SPELLED or value in _SCALES:
            continue
        if value not in known and _opens(text, word.start()) and not any(letter.isupper() for letter in name[1:]):
            follows = words[n + 1] if n + 1 < len(words) else None
            if follows is None or text[word.end() : follows.start()] != " " or not follows.group()[0].isupper():
                continue
        found.append(Fact(word.start(), word.start() + len(name.rstrip(".")), value))
    return tuple(found)


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(_OPENERS)
    return not before or before[-1] in ".!?:"


def _plain(name: str) -> str:
    """In lower case, without accents, a possessive ending or a full stop."""
    letters = unicodedata.normalize("NFKD", name.lower().rstrip("."))
    return re.sub(rf"[{_APOSTROPHES}]s?$", "", "".join(each for each in letters if not unicodedata.combining(each)))


def openers(sentence: str, texts: Sequence[str]) -> frozenset[str]:
    """The first words of a sentence that must be names, to judge by the texts that it is said to rest on.

    One that is a name elsewhere in the texts is a name; and so is one that stands nowhere in them: it would bring in
    something of its own.
    """
    first = [word.group() for word in _WORD.finditer(sentence) if _opens(sentence, word.start())]
    values = {_plain(word) for word in first if word[0].isupper()} - _COMMON - _SPELLED.keys()
    if not values:
        return frozenset()
    named = {fact.value for text in texts for fact in names(text)}
    words = {_plain(word.group()) for text in texts for word in _WORD.finditer(text)}
    return frozenset(value for value in values if value in named or not (value in words or _alike(value, words)))


def missing(sentence: str, evidence: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The numbers and names that a sentence states and its evidence does not.

    A number that the sentence only compares with ("more than 20") is held where the evidence has one that fits; a name
    where the evidence has it in another form: a longer or shorter one of the same beginning
    (``Russia``, ``Russian``), its initials, or the words that it is the initials of.

    Args:
        sentence: what is to be supported.
        evidence: the text that it is said to rest on.
        known: as for ``names``.

    Returns:
        Each as the sentence writes it, in order; empty where nothing is missing.
    """
    held = {fact.value for fact in numbers(evidence)}
    words = {_plain(word.group()) for word in _WORD.finditer(evidence)}
    short = _initials(evidence)
    lacking = [
        sentence[fact.start : fact.end]
        for fact in numbers(sentence)
        if fact.value not in held
        and sentence[fact.start : fact.end].lower() not in AMBIGUOUS
        and not _compares(sentence[: fact.start], Decimal(fact.value), held)
    ]
    own = _initials(sentence)
    for fact in names(sentence, known):
        initials = fact.value.replace(".", "")
        found = fact.value in words or initials in short or _alike(fact.value, words)
        spelled_out = any(fact.value in name and initials_ in words for initials_, name in own.items())
        if not found and not spelled_out:
            lacking.append(sentence[fact.start : fact.end])
    return tuple(lacking)


def _compares(before: str, value: Decimal, held: set[str]) -> bool:
    """Whether a number is only compared with, to judge by the words before it, and another bears the comparison out."""
    others = [Decimal(number) for number in held]
    if _ABOVE.search(before):
        return any(value <= other <= _FARTHEST * value for other in others)
    if _BELOW.search(before):
        return any(value <= _FARTHEST * other and other <= value for other in others)
    return False


def _alike(name: str, words: set[str]) -> bool:
    stem = name[:-1] if len(name) > 5 else name
    return (
        any(word.startswith(stem) or (len(word) >= 4 and name.startswith(word)) for word in words if len(word) >= 4)
        and len(name) >= 4
    )


def _initials(text: str) -> dict[str, tuple[str, ...]]:
    """Runs of two to five capitalised words by their first letters in lower case."""
    runs: dict[str, tuple[str, ...]] = {}
    for match in _CAPITALISED_RUN.finditer(text):
        parts = [part for part in _RUN_WORD.findall(match.group()) if part[0].isupper()]
        for first in range(len(parts)):
            for stop in range(first + 2, min(len(parts), first + 5) + 1):
                some = parts[first:stop]
                runs["".join(part[0] for part in some).lower()] = tuple(_plain(part) for part in some)
    return runs
