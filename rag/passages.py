"""An article, cut into passages of whole sentences that the encoder can read at once."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.schema import Article, Passage
from rag.sentences import sentence_spans

Span = tuple[int, int]

TokenStarts = Callable[[str], Sequence[int]]
"""The offset of each token's first character in a text, in the encoder's own tokens."""


@dataclass(frozen=True, slots=True)
class CutPassage:
    """A passage with the spans of its sentences, in characters of the article."""

    passage: Passage
    sentences: tuple[Span, ...]


def cut(article: Article, token_starts: TokenStarts, budget: int) -> tuple[CutPassage, ...]:
    """Cut an article into passages of consecutive whole sentences.

    The passages of an article are of about the same length, so that none is a scrap. Only a sentence that is
    longer than the budget is divided, between words, since the encoder would not read its end.

    Args:
        article: what to cut.
        token_starts: tells the encoder's tokens of a text.
        budget: the most tokens that a passage may hold, at least 1.

    Returns:
        The passages in order; every character of the article that is not white space lies in exactly one.
    """
    starts = token_starts(article.text)
    sentences = tuple(
        part for span in sentence_spans(article.text) for part in _divide(article.text, span, starts, budget)
    )
    return tuple(
        CutPassage(Passage(article, group[0][0], group[-1][1]), group) for group in _pack(sentences, starts, budget)
    )


def _tokens(span: Span, starts: Sequence[int]) -> int:
    return bisect.bisect_left(starts, span[1]) - bisect.bisect_left(starts, span[0])


def _pack(sentences: Sequence[Span], starts: Sequence[int], budget: int) -> Iterator[tuple[Span, ...]]:
    counts = [_tokens(span, starts) for span in sentences]
    remaining = sum(counts)
    group: list[Span] = []
    held = 0
    target = _even_share(remaining, budget)
    for span, count in zip(sentences, counts, strict=True):
        if group and (held + count > budget or held + count / 2 > target):
            yield tuple(group)
            remaining -= held
            group, held = [], 0
            target = _even_share(remaining, budget)
        group.append(span)
        held += count
    if group:
        yield tuple(group)


def _even_share(tokens: int, budget: int) -> float:
    passages = max(1, -(-tokens // budget))
    return tokens / passages


def _divide(text: str, span: Span, starts: Sequence[int], budget: int) -> Iterator[Span]:
    """Yield the span itself, or pieces of at most ``budget`` tokens that break between words where there is one."""
    first, last = span
    while _tokens((first, last), starts) > budget:
        limit = starts[bisect.bisect_left(starts, first) + budget]
        space = max(text.rfind(" ", first + 1, limit), text.rfind("\n", first + 1, limit))
        stop = space if space > first else limit
        yield first, first + len(text[first:stop].rstrip())
        first = stop + (len(text[stop:last]) - len(text[stop:last].lstrip()))
    yield first, last
