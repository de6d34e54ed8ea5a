"""Names in a question: which words they are, and whether they may be a person's."""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "place", "thing", "any"]

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
VERBS = frozenset(
    "is are was were be been being am do does did has have had will would can could shall should may might must".split()
)
_BEING = frozenset("is are was were be been being am".split())
_JOINS = frozenset("of the for and de la le du da dos di von van der den ter al bin ibn".split())
_TITLES = frozenset("Dr Mr Mrs Ms Prof St Sen Rep Gov Gen Lt Sgt Capt Col Rev Hon".split())
"""What a name goes on after though a full stop stands behind it."""
_OFFICES = frozenset(
    "President Chancellor Minister Prime Premier Secretary Commissioner Senator Governor Mayor Ambassador Chairman "
    "Chairwoman Director Spokesman Spokeswoman Spokesperson Congressman Congresswoman Representative Deputy Vice "
    "Foreign Interior Defence Defense Finance Attorney Justice Judge Professor Doctor Captain Colonel Major Sergeant "
    "Archbishop Bishop Cardinal Pope Chief Executive Officer Former Acting".split()
)
"""What stands before a person's name and tells what they are: by itself it names no one."""
_DAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December".split()
)
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
_PEOPLES = frozenset(
    "Afghan African American Arab Argentine Asian Australian Austrian Belarusian Belgian Brazilian British "
    "Bulgarian Canadian Chechen Chilean Chinese Colombian Croatian Cuban Czech Danish Dutch Egyptian English "
    "Estonian Ethiopian European Filipino Finnish French Georgian German Greek Haitian Hungarian Indian "
    "Indonesian Iranian Iraqi Irish Israeli Italian Japanese Jewish Kenyan Korean Kurdish Latvian Lebanese Libyan "
    "Lithuanian Mexican Moldovan Moroccan Muslim Nigerian Norwegian Pakistani Palestinian Peruvian Polish "
    "Portuguese Romanian Russian Scottish Serbian Somali Soviet Spanish Sudanese Swedish Swiss Syrian Taiwanese "
    "Thai Tunisian Turkish Ukrainian Venezuelan Vietnamese Welsh Western Yemeni Catholic Christian Democratic "
    "Republican Conservative Labour".split()
)
"""Words that are capital though, before another, they only tell of which people or party it is."""

_SHOUTED = 4
"""From so many words on a text without a lower-case letter is shouted."""

_LONGEST_KIND = 3
"""The most words that such a word is said of: "presidential election"."""


_LEADING = r"\W*(?:(?:and|but|so|then|or|also)\s+)*(?:(?:by|to|with|from|in|at|for|of|on|since|until)\s+)?"
_ASKS_WHO = re.compile(_LEADING + r"(?:who|whom|whose|which (?:person|man|woman))\b", re.IGNORECASE)
_ASKS_WHERE = re.compile(
    _LEADING + r"(?:where|(?:which|what) (?:city|town|village|region|place|continent))\b", re.IGNORECASE
)
_ASKS_WHICH_STATE = re.compile(_LEADING + r"(?:which|what) (?:country|state|nation)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(
    _LEADING + r"(?:when|how (?:long|old|often|soon)|(?:which|what) (?:year|month|day|date|time))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was said, and what it may be of."""

    text: str
    kind: Kind


def names(text: str) -> Iterator[Name]:
    """Runs of capitalised words, and small words between them: "the Council of Europe"."""
    found = list(WORD.finditer(text))
    if len(found) >= _SHOUTED and text.isupper():
        return  # every word is capital, so that none tells a name
    position = 0
    while position < len(found):
        word = found[position].group()
        joins = word.lower() in _BEGINNINGS and _begins(text, found, position)
        if not _capital(word) or _names_nothing(word) or joins:
            position += 1
            continue
        first = last = position
        while (following := _following(text, found, last)) > last:
            last = following
        if found[last].group() in _PEOPLES and (head := _head(text, found, first, last)) > last:
            last = head
            first -= bool(first) and found[first - 1].group().isdigit()  # "the 2022 French election"
        position = last + 1
        name = text[found[first].start() : _end(text, found, first, last)]
        before = found[first - 1].group().lower() if first else ""
        if (first == last and _only_begins(text, found, first)) or _is_no_name(name, before):
            continue
        yield Name(f"the {name}", "thing") if before == "the" else Name(name, _sort_of(name))


def _following(text: str, found: Sequence[re.Match[str]], last: int) -> int:
    """Where the next capital word of a name stands, small words between aside: "Ursula von der Leyen"; or ``last``."""
    place = last + 1
    while place < len(found) and _joined(text, found, place - 1):
        word = found[place].group()
        if _capital(word):
            ends = text[found[place - 1].end()] == "." and _names_nothing(word)  # "in the U.S. What did ..."
            return last if ends else place
        if word not in _JOINS or found[place - 1].group() == "and":
            break
        place += 1
    return last


def _joined(text: str, found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether the next word can go on with a name: a space lies between, or the full stop of "J." or "Dr."."""
    word, between = found[place].group(), text[found[place].end() : found[place + 1].start()]
    return between == " " or (between in (".", ". ") and (_is_initial(word) or word in _TITLES))


def _end(text: str, found: Sequence[re.Match[str]], first: int, last: int) -> int:
    """Where a name ends, with the last full stop of "the U.S."."""
    end = found[last].end()
    abbreviated = first < last and _is_initial(found[last].group()) and _is_initial(found[last - 1].group())
    return end + (abbreviated and text[end : end + 1] == ".")


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _is_no_name(name: str, before: str) -> bool:
    """Whether capital words name no one by themselves: days and months, and offices, unless it is "the President"."""
    words = set(name.split())
    return words <= _DAYS or (words <= _OFFICES and before != "the")


def _head(text: str, found: Sequence[re.Match[str]], first: int, last: int) -> int:
    """Where that ends which a word of ``_PEOPLES`` is said of: "French presidential election"; else ``last``.

    What is told of it is no part of it: "Did the French president resign?", "Was the French president elected?".
    """
    end = last
    while end + 1 < len(found) and text[found[end].end() : found[end + 1].start()] == " ":
        word = found[end + 1].group()
        if not word.islower() or word in _NO_NAMES | VERBS | _JOINS or word.endswith(("ing", "ed")):
            break
        end += 1
    before = next((w for match in found[:first][::-1] if (w := match.group().lower()) != "the" and not w.isdigit()), "")
    if before in VERBS - _BEING:
        end -= 1  # the verb that goes with "did" or "will"
    elif end + 1 < len(found) and _capital(found[end + 1].group()):
        return last  # the last of them is a verb: "French voters chose Macron"
    return end if last < end <= last + _LONGEST_KIND else last


def _names_nothing(word: str) -> bool:
    """Whether a word is capital only since it begins a sentence: "What", "What's", "Don't"."""
    stem, _, ending = word.lower().replace("’", "'").partition("'")
    return stem in _NO_NAMES or ending == "t"


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


def _capital(word: str) -> bool:
    return word[0].isupper()


def _is_name(text: str) -> bool:
    """Whether a text is a name and nothing else, as a short answer may be."""
    words = text.split()
    capital = bool(words) and len(words) <= 6 and all(_capital(word) or word in _JOINS for word in words)
    return capital and not _is_no_name(text, "")


def answered(question: str, short: str) -> Name | None:
    """The name that a short answer gives, or None: a day, an amount and a description are no names.

    Args:
        question: what was asked, which tells what the name is of.
        short: the few words that answer.
    """
    if _ASKS_WHEN.match(question):
        return None
    if _is_name(short):
        return Name(short, _sort_of(short, question))
    if not _ASKS_WHO.match(question):
        return None
    within = [name for name in names(short) if name.kind == "any" or set(name.text.split()) & _OFFICES]
    return Name(_without_office(within[-1].text), "person") if within else None


def _without_office(name: str) -> str:
    """A person's name alone: "Human Rights Commissioner Ana Bo" is Ana Bo."""
    words = name.split()
    last = max((place for place, word in enumerate(words[:-1]) if word in _OFFICES), default=-1)
    return " ".join(words[last + 1 :])


def _sort_of(name: str, asked: str = "") -> Kind:
    """What a name may be of: two or three words may be a person's, and whoever answers "who" is one, no place is.

    A city is no "they"; a country may be.
    """
    if asked and _ASKS_WHO.match(asked):
        return "person"
    if asked and _ASKS_WHERE.match(asked):
        return "place"
    if asked and _ASKS_WHICH_STATE.match(asked):
        return "thing"
    words = re.sub(r"['’]s$", "", name).split()
    own = [word for word in words if word not in _OFFICES | _PEOPLES | _JOINS]
    if words[0].lower() == "the" or set(words) & {"of", "the", "for", "and"} or len(own) > 3 or name.isupper():
        return "thing"
    return "any"
