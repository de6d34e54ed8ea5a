"""Which words of a sentence a text has.

Two forms of a word are told to be one by the letters with which they begin, as a stemmer would do it, without one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_FORM = 5  # letters by which two forms of a word are told to be one
_SHORT = 3
_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    about after also been before being from have having into less more most much only other over same some such than
    that their them then there these they this those through under very were what when where which while will with
    within without would your
    """,
    )
)


def telling_words(text: str) -> set[str]:
    """The longer words and the numbers of a text, in lower case."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > _SHORT or word[0].isdigit()}


def nearest(text: str, others: Sequence[str]) -> str:
    """The one of other texts that shares most of a text's longer words and numbers; "" where there are none."""
    words = telling_words(text)
    return max(others, key=lambda other: len(words & telling_words(other)), default="")


def content_words(text: str) -> list[str]:
    """The longer words of a text that say something by themselves, in lower case, each as often as it stands there."""
    return [word for word in _WORD.findall(text.lower()) if len(word) > _SHORT and word not in _COMMON]


def held(text: str, quote: str) -> float:
    """The share of a sentence's longer words that a quote has in some form, in 0..1; 1 where there are none.

    Args:
        text: plain prose.
        quote: what it is said to follow from, with the title above it.
    """
    forms = {form(word) for word in content_words(quote)}
    words = set(content_words(text))
    return sum(form(word) in forms for word in words) / len(words) if words else 1.0


def form(word: str) -> str:
    """What tells two forms of a word to be one: its first letters."""
    return word[:_FORM]
