"""Whether a word of a source stands as its opposite in a sentence that repeats what is around it.

"The eastern bank was flooded" has every name and number of "The western bank was flooded", and reads much like it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from rag.numerals import APOSTROPHES

_PAIRS = """
before after, above below, inside outside, with without, always never, although because, though because,
although since, if unless, north south, northern southern, northeast southeast, northwest southwest, east west,
eastern western, northeast northwest, southeast southwest, left right, upper lower, most least, best worst,
better worse, highest lowest, higher lower, largest smallest, larger smaller, oldest youngest, older younger,
longest shortest, longer shorter, big small, large small, high low, long short, old young, fast slow, rich poor,
major minor, good bad, positive negative, majority minority, minimum maximum, few many, all none, first last,
first second, second third, also only, man woman, men women, male female, boy girl, boys girls, father mother,
son daughter, brother sister, husband wife, he she, his her, summer winter, spring autumn, morning evening,
increase decrease, increases decreases, increased decreased, rise fall, rises falls, rose fell, risen fallen,
up down, gain loss, gained lost, won lost, wins loses, win lose, born died, birth death, public private,
successful unsuccessful, possible impossible, legal illegal, likely unlikely, guilty innocent, import export,
imports exports, imported exported, accepted rejected, approved rejected, opened closed, bought sold, began ended,
started stopped, succeeded failed, supported opposed, allowed banned, confirmed denied, agreed refused
"""
"""Words that change what is said to its reverse, or to what cannot be so, too, where one stands for the other."""
_WORD = re.compile(rf"\w+(?:[{APOSTROPHES}]\w+)*")


def opposite_words(sentence: str, text: str) -> tuple[str, ...]:
    """The words of a sentence that a text has as their opposites between, or before, the very words beside them.

    A word that the text has elsewhere is left alone, and so is one whose opposite the sentence has, too: who lives
    "north of the river" may be told by a text that says, besides, who lives south of it.

    Args:
        sentence: what somebody wrote.
        text: the neighbouring sentences that it is said to rest on.

    Returns:
        Each in lower case, in order.
    """
    said, there = _words(sentence), _words(text)
    plain = f" {' '.join(there)} "
    found = [
        word
        for number, word in enumerate(said)
        if word in _OPPOSITES and word not in there
        for other in _OPPOSITES[word]
        if other not in said and _stands_there(said, number, other, plain)
    ]
    return tuple(dict.fromkeys(found))


def _stands_there(words: list[str], place: int, other: str, text: str) -> bool:
    """Whether another word stands in a text between the words beside a place, or before two where it is the first."""
    if place + 1 == len(words):
        return place > 1 and f" {words[place - 2]} {words[place - 1]} {other} " in text
    beside = [words[place - 1], other, words[place + 1]] if place else [other, *words[1:3]]
    return len(beside) > 2 and f" {' '.join(beside)} " in text


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _by_word() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in _PAIRS.replace("\n", " ").split(","):
        one, other = pair.split()
        found[one].add(other)
        found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES = _by_word()
