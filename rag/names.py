"""Names in a question: which words they are, and what each may be of."""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.dates import MONTHS, WEEKDAYS
from rag.kinds import CALLINGS, JOINS, OFFICES, PEOPLES, TITLES, Kind, bare, kind_of, parts_of

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
VERBS = frozenset(
    "is are was were be been being am do does did has have had will would can could shall should may might must".split()
)
_BEING = frozenset("is are was were be been being am".split())
_DAYS = frozenset((*WEEKDAYS, *MONTHS))
"""Capital, though no pronoun stands for them."""
_NO_NAMES = frozenset(
    "what which who whom whose when where why how and or but so then also if in on at by for to from of the a an is "
    "are was were do does did has have had will would can could should may might must i you we he she it they this "
    "that these those there yes no not ok okay please thanks thank tell give name list describe explain".split()
)
_BEGINNINGS = frozenset(
    "after before since until while because although though as than about between during into against without "
    "through".split()
)
"""Words that name nothing where they begin a sentence, and may elsewhere: "Who directed Before Sunrise?"."""
_NAMES_AS_WELL = frozenset("WHO IT IS".split())
"""Small words that are names in capitals, though elsewhere capitals only stress a word: "What is NOT true?"."""
_BEHIND = VERBS | frozenset("the by of for from to with about at in on against".split())
"""What stands before such a name, and seldom before a word that is stressed."""
_CALLED = frozenset("April May June".split())
"""Months that people are called by."""
_NOUNS_AS_WELL = frozenset(("Labour",))
"""What is a party by itself: "Did Labour win?"."""
_COMPASS = frozenset("North South East West Northern Southern Eastern Western".split())
_WITHIN = frozenset("in near inside outside across".split())
"""What stands before a place, and seldom before a person."""

_ARTICLE = re.compile(r"(?!(?:all|bi|co|de|e|ex|mid|neo|non|off|pre|pro|re|sub|tri|un)-)[a-z]{1,3}[-'’](?=\w)")
"""Up to three small letters that a name begins with, but not "pro-" or "ex-", which English puts before one."""

_SHOUTED = 4
"""From so many words on a text without a lower-case letter is shouted."""

_LONGEST_KIND = 3
"""The most words that such a word is said of: "presidential election"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was said, and what it may be of.

    Attributes:
        text: with "the" in front where it was said so.
        kind: what it may be of.
        parts: of several, each that may be a person. No "it" is one of two things that were said together.
    """

    text: str
    kind: Kind
    parts: tuple[Name, ...] = ()


def apart(found: Iterable[Name]) -> Iterator[Name]:
    """The names, and behind those of several each that may be a person's."""
    for name in found:
        yield from (name, *name.parts)


def names(text: str) -> Iterator[Name]:
    """Runs of capitalised words, and small words between them: "the Council of Europe"."""
    found = list(WORD.finditer(text))
    if len(found) >= _SHOUTED and text.isupper():
        return  # every word is capital, so that none tells a name
    position = 0
    while position < len(found):
        word = found[position].group()
        joins = word.lower() in _BEGINNINGS and _begins(text, found, position)
        known = _names_all_the_same(found, position)
        if not capital(word) or (_names_nothing(word) and not known) or joins:
            position += 1
            continue
        first = last = position
        while (following := _following(text, found, last)) > last:
            last = following
        if found[last].group() in PEOPLES and (head := _head(text, found, first, last)) > last:
            last = head
            first -= bool(first) and found[first - 1].group().isdigit()  # "the 2022 French election"
        position = last + 1
        name = text[found[first].start() : _end(text, found, first, last)]
        before = found[first - 1].group().lower() if first else ""
        nameless = (is_no_name(name, before) and not known) or _only_tells(text, found, first, last, before)
        if nameless or (first == last and _only_begins(text, found, first)):
            continue
        yield named(f"the {name}" if before == "the" else name, before in _WITHIN)


def named(text: str, within: bool = False) -> Name:
    """A name with its kind: where somebody is "in" or "near" what may be of anything, that is a place."""
    kind = kind_of(text)
    if kind == "any" and within and bare(text) == text:
        kind = "place"
    sorts = [(part, kind_of(part)) for part in parts_of(text)] if not within else ()
    return Name(text, kind, tuple(Name(part, "person") for part, sort in sorts if sort in ("person", "any")))


def _following(text: str, found: Sequence[re.Match[str]], last: int) -> int:
    """Where the next capital word of a name stands, small words between aside: "Ursula von der Leyen"; or ``last``."""
    place = last + 1
    while place < len(found) and _joined(text, found, place - 1):
        word = found[place].group()
        if capital(word):
            ends = text[found[place - 1].end()] == "." and _names_nothing(word)  # "in the U.S. What did ..."
            return last if ends else place
        if word not in JOINS or found[place - 1].group() == "and":
            break
        place += 1
    return last


def _joined(text: str, found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether the next word can go on with a name: a space lies between, or the full stop of "J." or "Dr."."""
    word, between = found[place].group(), text[found[place].end() : found[place + 1].start()]
    return between == " " or (between in (".", ". ") and (_is_initial(word) or word in TITLES))


def _end(text: str, found: Sequence[re.Match[str]], first: int, last: int) -> int:
    """Where a name ends, with the last full stop of "the U.S."."""
    end = found[last].end()
    abbreviated = first < last and _is_initial(found[last].group()) and _is_initial(found[last - 1].group())
    return end + (abbreviated and text[end : end + 1] == ".")


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def is_no_name(name: str, before: str) -> bool:
    """Whether capital words name no one by themselves: days and months, and offices, unless it is "the President"."""
    words = set(name.split())
    return words <= _DAYS | JOINS or (words <= OFFICES and before != "the")


def _only_tells(text: str, found: Sequence[re.Match[str]], first: int, last: int, before: str) -> bool:
    """Whether words for a people are only said of what follows: "French" in "Did French president Ana Bo resign?".

    "The French" are a people, unless it is what somebody is: "the French president Ana Bo".
    """
    words = {word.group() for word in found[first : last + 1]}
    if words & _NOUNS_AS_WELL or not words <= PEOPLES | JOINS | _COMPASS or not words & PEOPLES:
        return False
    if before == "the":
        return _is_title(text, found, last)
    following = found[last + 1].group() if last + 1 < len(found) and _joined(text, found, last) else ""
    return following.islower() and following not in _NO_NAMES | VERBS | JOINS


def _is_title(text: str, found: Sequence[re.Match[str]], last: int) -> bool:
    """Whether small words behind a word tell what somebody is who is named then: "French finance minister Ana Bo"."""
    place = last + 1
    while place + 1 < len(found) and _joined(text, found, place - 1) and found[place].group().islower():
        if found[place].group() in CALLINGS and _joined(text, found, place) and capital(found[place + 1].group()):
            return place <= last + _LONGEST_KIND
        place += 1
    return False


def _head(text: str, found: Sequence[re.Match[str]], first: int, last: int) -> int:
    """Where that ends which a word of ``PEOPLES`` is said of: "French presidential election"; else ``last``.

    What is told of it is no part of it: "Did the French president resign?", "Was the French president elected?".
    """
    end = last
    while end + 1 < len(found) and text[found[end].end() : found[end + 1].start()] == " ":
        word = found[end + 1].group()
        if not word.islower() or word in _NO_NAMES | VERBS | JOINS or word.endswith(("ing", "ed")):
            break
        end += 1
    if _is_title(text, found, last):
        return last
    before = next((w for match in found[:first][::-1] if (w := match.group().lower()) != "the" and not w.isdigit()), "")
    if before in VERBS - _BEING:
        end -= 1  # the verb that goes with "did" or "will"
    elif end + 1 < len(found) and capital(found[end + 1].group()):
        return last  # the last of them is a verb: "French voters chose Macron"
    return end if last < end <= last + _LONGEST_KIND else last


def _names_nothing(word: str) -> bool:
    """Whether a word is capital only since it begins a sentence: "What", "What's", "Don't"."""
    stem, _, ending = word.lower().replace("’", "'").partition("'")
    return stem in _NO_NAMES or ending == "t"


def _names_all_the_same(found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a small word in capitals, or a month, is a name: "What did the WHO say?", "Did May resign?".

    "WHO said it?" may only be stressed, and "May 2020" does nothing.
    """
    word, before = found[place].group(), found[place - 1].group().lower() if place else ""
    if word in _NAMES_AS_WELL:
        return before in _BEHIND
    dated = place + 1 < len(found) and found[place + 1].group()[0].isdigit()
    return word in _CALLED and before in VERBS - _BEING and not dated


def _only_begins(text: str, found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether one word may be capital only since it begins a sentence: "Based on ...", but not "Russia has ..."."""
    word = found[place].group()
    stem = re.sub(r"['’]s$", "", word)
    if not _begins(text, found, place) or stem != word or not stem[1:].islower():
        return False
    followed = place + 1 < len(found) and found[place + 1].group().lower() in VERBS
    again = any(other.group() == word for n, other in enumerate(found) if n != place)
    alone = len(found) == 1
    return not (followed or again or alone)


def _begins(text: str, found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a sentence begins with that word."""
    if place == 0 or _joined(text, found, place - 1):
        return place == 0
    return re.search(r"[.?!:]", text[found[place - 1].end() : found[place].start()]) is not None


def capital(word: str) -> bool:
    """Whether a word is written as a name is, maybe behind an article of its own language: "al-Qaeda", "d'Estaing"."""
    article = _ARTICLE.match(word)
    return word[article.end() if article else 0].isupper()
