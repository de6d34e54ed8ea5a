"""How closely a sentence keeps to the words of its source: to their order, and to how much they say.

"The Normans entered Italy soon after Armenia" has every word of "Soon after the Normans entered Italy they entered
Armenia", and a model that reads both takes the one for the other. Whoever shortens a source keeps its words in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.numerals import AMBIGUOUS, NUMBER_WORDS, missing_numbers, numbers
from rag.overlap import form, nearest

_WORD = re.compile(r"\w+")
SMALL = frozenset(
    re.findall(
        r"\w+",
        """
    a an and are as at be been being by did do does for had has have having he her him his in is it its of on s she that
    the their them there these they this those to was were which who whom with
    """,
    )
)
"""Words that a sentence may have elsewhere than its source, or in addition: they change with the grammar."""

_TEMPERING = tuple(
    frozenset(words.split())
    for words in (
        "may might could can possibly perhaps potentially probably likely unlikely",
        "would should ought",
        "if unless whether provided assuming",
        "accused alleged allegedly alleges believed claim claimed claims reportedly rumoured supposedly suspected",
        "expected expects going hoped hopes intended intends plan planned plans proposed scheduled sought tried",
        "nearly almost barely hardly",
    )
)
"""Words by which less is said than without them, those of a kind together."""

_SHARPENING = frozenset(
    ("all", "always", "completely", "entirely", "every", "exactly", "must", "never", "only", "solely")
)
"""Words by which more is said than without them."""

_PARTS = ("few", "half", "hundreds", "many", "most", "part", "several", "some", "thirds", "thousands")
_QUANTITY = rf"(?:\d[\d.,]*\b|{'|'.join((*_PARTS, *sorted(NUMBER_WORDS - AMBIGUOUS)))})"
_QUANTIFIED = re.compile(
    rf"\b(?!(?:1\d|20)\d\d )(?P<how_many>{_QUANTITY}(?:[ -]{_QUANTITY})*) (?:of (?:the |its |his |her |their )?)?"
    r"(?P<what>(?!this\b)\w{3,}s|people|men|women|children)\b",
    re.IGNORECASE,
)
"""How many of what there are; "the people" are more than "some people"."""


def in_order(sentence: str, texts: Sequence[str]) -> float:
    """The share of a sentence's words that neighbouring sentences have, in some form, in the same order; in 0..1.

    Each word counts as often as it stands. Articles, pronouns, forms of "be" and the commonest prepositions are left
    out. It is the length of the longest common subsequence by the number of words, which ROUGE-L calls its precision
    (Lin 2004, https://aclanthology.org/W04-1013).

    Args:
        sentence: plain prose.
        texts: the neighbouring sentences that it is said to rest on.
    """
    words, there = _forms(sentence), _forms(" ".join(texts))
    return _longest_common(words, there) / len(words) if words else 1.0


def untempered(sentence: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The words that temper what a source says, and that a sentence drops.

    They are those of ``_TEMPERING`` of whose kind the sentence has none, and how many there are of what it speaks of.

    Args:
        sentence: plain prose.
        texts: the neighbouring sentences that it is said to rest on; looked at is the one that shares most words.
    """
    source = nearest(sentence, texts)
    said = set(_WORD.findall(sentence.lower()))
    found = _WORD.findall(f"{source[:1].lower()}{source[1:]}")  # in capitals, "May" is a month
    dropped = [word for word in found for kind in _TEMPERING if word in kind and not kind & said]
    spoken_of = {form(word) for word in said}
    told = [fact for fact in numbers(source) if not missing_numbers(source[fact.start : fact.end], sentence)]
    for quantity in _QUANTIFIED.finditer(source):
        how_many = quantity["how_many"]
        in_words = said.issuperset(_WORD.findall(how_many.lower()))
        start, end = quantity.span("how_many")
        is_told = in_words or any(fact.start < end and start < fact.end for fact in told)
        if form(quantity["what"].lower()) in spoken_of and not is_told:
            dropped.append(how_many)
    return tuple(dropped)


def sharpened(sentence: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The words that a sentence brings in and by which it says more than neighbouring sentences do: "only", "all"."""
    there = set(_WORD.findall(" ".join(texts).lower()))
    return tuple(word for word in _WORD.findall(sentence.lower()) if word in _SHARPENING - there)


def _forms(text: str) -> list[str]:
    return [form(word) for word in _WORD.findall(text.lower()) if word not in SMALL]


def _longest_common(words: Sequence[str], there: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    lengths = [0] * (len(there) + 1)
    for word in words:
        before = 0  # the length without the word, one place to the left
        for place, other in enumerate(there, 1):
            above = lengths[place]
            lengths[place] = before + 1 if word == other else max(above, lengths[place - 1])
            before = above
    return lengths[-1]
