"""Whether a sentence of its source's own words turns what it says round: a "not" cut out, facts that changed places.

Whoever shortens a source may leave out a great deal, but no "not" between words that are kept; and where a sentence has
few words, another one among them is enough to turn it round.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from itertools import pairwise

from rag.alignment import gaps, words
from rag.dates import MONTHS, WEEKDAYS
from rag.facts import names
from rag.fidelity import SMALL
from rag.numerals import APOSTROPHES, Fact, numbers
from rag.overlap import content_words, form

_NOT = re.compile(
    rf"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|scarcely|(?:fail|refus)\w* to"
    rf"|den(?:y|ies|ied))\b|n[{APOSTROPHES}]t\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[,;:.!?()\u2013\u2014]")
_ENDING = re.compile(r"(?<=\w{3})(?:e?s|e?d|ing)$")
_LAST, _NEXT = re.compile(r"\w+(?=\s*$)"), re.compile(r"\s*(\w+)")
_TURNING = frozenset(
    re.findall(
        r"\w+",
        """
    above after against ago although because before below despite during earlier except former from including later
    next previous since though under unless until unlike without
    """,
    )
)
"""Words that tell how two things stand to each other; with another in its place they stand otherwise."""
_FEW = 7
"""Longer words of a sentence in which any other word may turn all of it round."""
_DATES = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS)) - {"may"}  # which is a person's name, too
_TOWARDS = re.compile(r"\b(by|to|from)\s+[^\w\s]?$", re.IGNORECASE)
_SHARE = re.compile(r"\s?(?:%|per\s?cent\b|percentage\b)", re.IGNORECASE)
_JOINT = re.compile(r"(?:(?:\s?%|\s[a-z]+)?\s(?:to|and|until|till)\s|\s?(?P<dash>[-\u2010-\u2015])\s?)[^\w\s]?")
_OPENED = re.compile(r"\b(?:(?P<way>from)|between)\s+[^\w\s]?$", re.IGNORECASE)


class _Kind(Enum):
    NUMBER, DATE, NAME = range(3)


def turns_round(sentence: str, text: str) -> bool:
    """Whether a sentence plainly says the reverse of a text, whatever else of it is reworded.

    It does where a score or a span ("7-1", "from 1995 to 2003") begins with what ends it there, where something changed
    "to" a share by which it changed there, or the reverse, and where it has two words side by side between which a
    "not" stands there, and nothing else that denies.

    Args:
        sentence: plain prose.
        text: the neighbouring sentences that it is said to rest on.
    """
    said, there = set(_spans(sentence)), set(_spans(text))
    if any(sorted(span) == sorted(other) for span in said - there for other in there):
        return True
    if _changes_otherwise(sentence, text):
        return True
    if _NOT.search(sentence):
        return False
    plain, whole = (f" {' '.join(words(each))} " for each in (sentence, text))
    for denial in _NOT.finditer(text):
        left, right = _LAST.search(text, 0, denial.start()), _NEXT.match(text, denial.end())
        if left and right:
            cut = f" {left[0]} {right[1]} ".lower()
            if cut in plain and cut not in whole:
                return True
    return False


def strays(sentence: str, text: str, known: Collection[str] = ()) -> bool:
    """Whether a sentence, however close to a text, has one of the small changes that may say the reverse of it.

    Args:
        sentence: plain prose.
        text: the neighbouring sentences that it is said to rest on.
        known: as for ``rag.facts.names``.
    """
    return (
        _changes_places(sentence, text, known)
        or _leads_otherwise(sentence, text)
        or _denies_otherwise(sentence, text)
        or _brings_words(sentence, text, known)
    )


def _changes_places(sentence: str, text: str, known: Collection[str]) -> bool:
    """Whether numbers, or months and weekdays, or other names stand in another order than in a text.

    Among each other they may: a sentence may begin or end with the day of what it tells.
    """
    said, there = _facts(sentence, known), _facts(text, known)
    for kind in _Kind:
        order = [fact.value for fact in there if _kind(fact) is kind]
        values, rest = set(order), iter(order)
        if not all(fact.value in rest for fact in said if _kind(fact) is kind and fact.value in values):
            return True
    return False


def _changes_otherwise(sentence: str, text: str) -> bool:
    """Whether "by" or "to" stands before a share that a text has behind the other of them alone."""
    said, there = _share_ways(sentence), _share_ways(text)
    return any((ways, there.get(value)) in (({"by"}, {"to"}), ({"to"}, {"by"})) for value, ways in said.items())


def _leads_otherwise(sentence: str, text: str) -> bool:
    """Whether "by", "to" or "from" before a number is another of them in a text: "rose by 4 percent"."""
    there = set(_ways(text))
    values = {value for value, _ in there}
    return any(
        value in values and (value, way) not in there and (way != "by" or (value, "") not in there)
        for value, way in _ways(sentence)
        if way
    )


def _denies_otherwise(sentence: str, text: str) -> bool:
    """Whether a "not" is left out that stands between words that are kept, or right before them, or one is brought in.

    What stands between commas or brackets may be left out with its own "not", and so may what ends the text.
    """
    for (start, end), (first, last) in gaps(text, sentence):
        parts = _ENDS.split(text[start:end])
        beside = parts[-1:] if not start else [parts[0], parts[-1]] if end < len(text) else []
        denies = _NOT.search(sentence, first, last) is not None
        if denies and not _NOT.search(text, start, end):
            return True
        if not denies and any(_NOT.search(part) for part in beside):
            return True
    return False


def _brings_words(sentence: str, text: str, known: Collection[str]) -> bool:
    """Whether a sentence of few words has one that a text has in no form, or any has a turning word elsewhere."""
    if any(word in _TURNING for _, place in gaps(text, sentence) for word in words(sentence[slice(*place)])):
        return True
    if len(content_words(sentence)) > _FEW:
        return False
    named = {word for fact in names(sentence, known) for word in words(fact.value)}
    there = set(words(text))
    own = {word for word in words(sentence) if word[0].isalpha() and not _NOT.fullmatch(word)} - SMALL - named
    return any(not any(_alike(word, other) for other in there) for word in own)


def _alike(word: str, other: str) -> bool:
    one, two = (_ENDING.sub("", each) for each in (word, other))
    shorter = min(len(one), len(two))
    return form(one) == form(two) or (shorter > 2 and one[:shorter] == two[:shorter])


def _facts(text: str, known: Collection[str]) -> list[Fact]:
    return sorted((*numbers(text), *names(text, known)), key=lambda fact: fact.start)


def _kind(fact: Fact) -> _Kind:
    if fact.value[0].isdecimal():
        return _Kind.NUMBER
    return _Kind.DATE if fact.value in _DATES else _Kind.NAME


def _ways(text: str) -> Iterator[tuple[str, str]]:
    for fact in numbers(text):
        way = _TOWARDS.search(text[: fact.start])
        yield fact.value, way[1].lower() if way else ""


def _share_ways(text: str) -> Mapping[str, set[str]]:
    """What of "by", "to" and "from", or "" for none, stands before each number of percent."""
    found: dict[str, set[str]] = defaultdict(set)
    for fact in numbers(text):
        if _SHARE.match(text, fact.end):
            way = _TOWARDS.search(text[: fact.start])
            found[fact.value].add(way[1].lower() if way else "")
    return found


def _spans(text: str) -> Iterator[tuple[str, ...]]:
    """Scores, and what goes from one to another, by their numbers and names."""
    facts = _facts(text, ())
    for n, (one, two) in enumerate(pairwise(facts)):
        joint = _JOINT.fullmatch(text, one.end, two.start)
        if joint is None:
            continue
        if joint["dash"]:
            if _kind(one) is _kind(two) is _Kind.NUMBER:
                yield one.value, two.value
            continue
        first, last = n, n + 1
        while first and text[facts[first - 1].end : facts[first].start] == " ":
            first -= 1
        while last + 1 < len(facts) and text[facts[last].end : facts[last + 1].start] == " ":
            last += 1
        run = facts[first : last + 1]
        opened = _OPENED.search(text[: run[0].start])
        # Who speaks between two may be named in either order.
        if opened and (opened["way"] or any(_kind(fact) is not _Kind.NAME for fact in run)):
            yield tuple(fact.value for fact in run)
