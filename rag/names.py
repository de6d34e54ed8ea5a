"""Names in a question: which words they are, and whether they may be a person's."""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "thing", "any"]

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
VERBS = frozenset(
    "is are was were be been being am do does did has have had will would can could shall should may might must".split()
)
_BEING = frozenset("is are was were be been being am".split())
_JOINS = frozenset("of the for and de la le du von van der al bin ibn".split())
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

_LONGEST_KIND = 3
"""The most words that such a word is said of: "presidential election"."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was said, and what it may be of."""

    text: str
    kind: Kind


def names(text: str) -> Iterator[Name]:
    """Runs of capitalised words, and small words between them: "the Council of Europe"."""
    found = list(WORD.finditer(text))
    position = 0
    while position < len(found):
        word = found[position].group()
        joins = word.lower() in _BEGINNINGS and _begins(text, found, position)
        if not _capital(word) or _names_nothing(word) or joins:
            position += 1
            continue
        first = last = position
        while last + 1 < len(found) and text[found[last].end() : found[last + 1].start()] == " ":
            following = last + 1
            if found[following].group() in _JOINS and following + 1 < len(found):
                following += 1
                if text[found[following - 1].end() : found[following].start()] != " ":
                    break
            if not _capital(found[following].group()):
                break
            last = following
        if found[last].group() in _PEOPLES and (head := _head(text, found, first, last)) > last:
            last = head
            first -= bool(first) and found[first - 1].group().isdigit()  # "the 2022 French election"
        position = last + 1
        name = text[found[first].start() : found[last].end()]
        before = found[first - 1].group().lower() if first else ""
        if first == last and _only_begins(text, found, first):
            continue
        yield Name(f"the {name}", "thing") if before == "the" else Name(name, sort_of(name))


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
    return place == 0 or re.search(r"[.?!:]", text[found[place - 1].end() : found[place].start()]) is not None


def _capital(word: str) -> bool:
    return word[0].isupper()


def is_name(text: str) -> bool:
    """Whether a text is a name and nothing else, as a short answer may be."""
    words = text.split()
    return bool(words) and len(words) <= 6 and all(_capital(word) or word in _JOINS for word in words)


def sort_of(name: str, asked: str = "") -> Kind:
    """What a name may be of: two or three words may be a person's, and whoever answers "who" is one."""
    words = re.sub(r"['’]s$", "", name).split()
    if asked.lower().startswith("who "):
        return "person"
    if words[0].lower() == "the" or set(words) & {"of", "the", "for", "and"} or len(words) > 3 or name.isupper():
        return "thing"
    return "any"
