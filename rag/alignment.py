"""Where a sentence and the text that it rests on differ, between the words that both have in one order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.fidelity import SMALL
from rag.numerals import APOSTROPHES
from rag.overlap import form

_WORD = re.compile(rf"\w+?(?=n[{APOSTROPHES}]t\b)|n[{APOSTROPHES}]t\b|\w+")
"""A "n't" is a word of its own."""

Place = tuple[int, int]
"""From a character, to one that is not counted."""


def gaps(text: str, sentence: str) -> Iterator[tuple[Place, Place]]:
    """Where a text and a sentence differ, between longer words that both have in one order.

    Args:
        text: what the sentence is said to rest on.
        sentence: plain prose.

    Yields:
        The place in the text and the place in the sentence, of which one may be empty.
    """
    there, said = ([word for word in _WORD.finditer(each) if word[0].lower() not in SMALL] for each in (text, sentence))
    forms = [[form(word[0].lower()) for word in words] for words in (there, said)]
    for kind, first, stop, first_said, stop_said in SequenceMatcher(None, forms[0], forms[1], False).get_opcodes():
        if kind != "equal":
            yield _between(text, there, first, stop), _between(sentence, said, first_said, stop_said)


def words(text: str) -> list[str]:
    """The words of a text in lower case; the "n't" of "weren't" is one of them."""
    return _WORD.findall(text.lower())


def _between(text: str, words: Sequence[re.Match[str]], first: int, stop: int) -> Place:
    start = words[first - 1].end() if first else 0
    return start, words[stop].start() if stop < len(words) else len(text)
