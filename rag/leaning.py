"""Whether a written sentence leans on the one before it, as "He was jailed" does, and whether its source does, too.

Each sentence is checked by itself: that somebody was jailed stands in some article, and who "he" is, only what is shown
before tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.sentences import Span, sentence_spans

if TYPE_CHECKING:
    from rag.schema import Article

_LEANS = re.compile(
    r"[\"'\u2018\u201c(]*(?:(?:he|she|they|this|these|those|his|her|their|its|both|the (?:latter|former|two))\b"
    r"|(?:it|that)(?= (?:is|was|has|had|will|would|can|could|did|does|also|then|[a-z]+(?:ed|s))\b"
    r"(?! (?:been )?(?:\w+ ){1,2}that\b)))",
    re.IGNORECASE,
)
"""Words that stand for something said before; not the "it" of "It was said that"."""

_OPENED = re.compile(r"[^\w]*(?:(?:The|A|An) )?((?:[A-Z][\w-]*(?: |$)?)+)")
_NAMED = re.compile(r"[A-Z][\w-]+")

_FAR = 1
"""The most sentences that may lie between two that go on from one another."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that is shown, and the words that it rests on.

    Attributes:
        text: the sentence.
        article: of its source.
        span: where its source stands, in characters.
    """

    text: str
    article: Article
    span: Span


def leans(sentence: str) -> bool:
    """Whether a sentence begins with a word that stands for something said before."""
    return _LEANS.match(sentence) is not None


def goes_on(told: Told, before: Told) -> bool:
    """Whether a sentence rests on words that go on from those that the one before it rests on.

    They do in the same article where they follow closely, or begin with somebody or something that the sentence
    before names.

    Args:
        told: the sentence, which ``leans``.
        before: the one that is shown before it.
    """
    if told.article.id != before.article.id:
        return False
    text, (start, end) = told.article.text, told.span
    opened = _OPENED.match(text, start, end)
    if opened and not leans(opened[0]) and set(_NAMED.findall(opened[1])) & set(_NAMED.findall(before.text)):
        return True
    return start >= before.span[0] and len(sentence_spans(text[before.span[1] : start])) <= _FAR
