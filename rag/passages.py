"""An article, cut into passages of whole sentences that the encoder can read at once, page furniture left out."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.furniture import furniture_name
from rag.schema import Article, Passage
from rag.sentences import Span, paragraph_spans, sentence_spans

_MAY_BE_TOLD = frozenset({"price buttons", "date line", "tag line"})
"""Furniture by name which a paragraph of an article may well be: a price, when it was published, what it is about."""

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
        The passages in order. Every character that is not white space lies in exactly one, but for paragraphs that are
        page furniture, as articles of feeds and benchmarks hold it ("Sign up for our newsletter"): those lie in none.
    """
    starts = token_starts(article.text)
    cuts = []
    for stretch in _stretches(article):
        sentences = [part for span in stretch for part in _divide(article.text, span, starts, budget)]
        for group in _pack(sentences, starts, budget):
            cuts.append(CutPassage(Passage(article, group[0][0], group[-1][1]), group))
    return tuple(cuts)


def _stretches(article: Article) -> list[list[Span]]:
    """Sentences with no furniture between them; all together in a notice, or where there is nothing but furniture."""
    sentences = sentence_spans(article.text)
    pieces = (
        []
        if article.kind == "notice"
        else [span for span in paragraph_spans(article.text) if _furniture(article, span)]
    )
    stretches: list[list[Span]] = [[]]
    for span in sentences:
        if any(start <= span[0] < end for start, end in pieces):
            stretches.append([])
        else:
            stretches[-1].append(span)
    return [stretch for stretch in stretches if stretch] or [list(sentences)]


def _furniture(article: Article, paragraph: Span) -> bool:
    name = furniture_name(article.text[slice(*paragraph)])
    return name is not None and name not in _MAY_BE_TOLD


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
