"""A question to the passages that are most likely to answer it: vectors and words, fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.duplicates import says_the_same
from rag.recency import recencies
from rag.schema import Article, Hit, Passage
from rag.store import StoredPassage

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.library import Library

Weights = tuple[float, float, float]

WEIGHTS: Weights = (1 / 3, 1 / 3, 1 / 3)
"""How much the vector counts, the passage's words, and its whole article's; each is scaled to 0..1 first."""

WEIGHTS_OF_A_FOLLOW_UP: Weights = (0.5, 0.5, 0.0)
"""The same where the question goes on from a conversation: what was said stands all over the article that was talked
of, so that the whole article's words would keep to it."""

_GOES_ON = 0.1
"""What an earlier text counts for at the least where the question goes on from it: half of the most. Where it may as
well stand alone, the whole article's words are needed as ever (CHANGELOG.md)."""

_RECENT = 0.2
"""What it adds to a passage's score, which the search puts in 0..1, that its article is of the very day of the
question: measured on news (CHANGELOG.md)."""

_POOL = 100
"""How many passages each of the two searches brings."""

_EARLIER_TERMS = 40
"""How many terms of the conversation are searched for besides the question's own."""

_LEAST_WEIGHT = 0.01
"""An earlier text that counts for less is left out of the search."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found, with what the library keeps of it, and how near it is to the question and its day.

    Attributes:
        hit: the passage and its fused score.
        stored: its sentences and their vectors.
        cosine: of the passage's vector to the question's own, whatever was said before it.
        recency: how near to the day of the question its article was published, in 0..1; None where that is not known,
            or does not count.
    """

    hit: Hit
    stored: StoredPassage
    cosine: float
    recency: float | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier text of the conversation: its words, its unit-length vector, and how much it counts, from 0."""

    text: str
    vector: Floats
    weight: float


@dataclass(frozen=True, slots=True)
class Worded:
    """What the word searches say to a question.

    Attributes:
        passages: the BM25 score of each of the best passages, by its number, best first.
        articles: the same of whole articles, by their rows.
    """

    passages: Mapping[int, float]
    articles: Mapping[int, float]


def search_words(library: Library, question: str, limit: int, earlier: Sequence[Earlier] = ()) -> Worded:
    """Look for a question's words, which can be done while its vector is made.

    Args:
        library: where to look.
        question: its words.
        limit: the most passages that will be wanted.
        earlier: what was said before the question and counts for its search.
    """
    passages = library.lexical(question, max(_POOL, limit), _terms(library, earlier))
    return Worded(passages, library.articles_lexical(question, _POOL))


def retrieve(
    library: Library,
    question: str,
    vector: Floats,
    limit: int,
    earlier: Sequence[Earlier] = (),
    weights: Weights | None = None,
    asked: date | None = None,
    worded: Worded | None = None,
) -> tuple[Found, ...]:
    """Find passages for a question.

    Each score is scaled to 0..1 over the passages that either search brings, then they are added (a convex combination
    of min-max scores, arXiv 2210.11934), so a passage that one search missed still has its true cosine. The words of
    the whole article tell what a passage in it is about that names no one; where the question goes on from what was
    said they are left out. Articles of the days around that of the question are put higher.

    Args:
        library: where to look.
        question: its words.
        vector: its unit-length vector, shape (d,).
        limit: the most passages to return.
        earlier: what was said before the question; each text adds its scores, times its weight, to the question's.
        weights: how much vectors, passage words and article words count instead of ``WEIGHTS``, for measuring.
        asked: the day of the question, or None where it does not count.
        worded: what ``search_words`` says to the very same, where it was asked already.

    Returns:
        The passages, best first.
    """
    earlier = [item for item in earlier if item.weight >= _LEAST_WEIGHT]
    worded = worded or search_words(library, question, limit, earlier)
    mixed = _mixed(vector, earlier)
    dense = library.dense(mixed, max(_POOL, limit))
    lexical = worded.passages
    nearness = dense | library.cosines(mixed, [number for number in lexical if number not in dense])
    goes_on = any(item.weight >= _GOES_ON for item in earlier)
    weights = weights or (WEIGHTS_OF_A_FOLLOW_UP if goes_on else WEIGHTS)
    rows = library.article_rows(nearness) if weights[2] else {}
    wholes = {number: worded.articles.get(row, 0.0) for number, row in rows.items()}
    recent = recencies(library.published(nearness), asked) if asked else {}
    fused = _fuse(nearness, lexical, wholes, weights)
    for number, near in recent.items():
        fused[number] += _RECENT * near
    order = sorted(sorted(fused), key=fused.__getitem__, reverse=True)  # of equals the lower number comes first
    dense_ranks = {number: rank for rank, number in enumerate(dense, start=1)}
    lexical_ranks = {number: rank for rank, number in enumerate(lexical, start=1)}
    best, stored = _distinct(library, order, limit)
    cosines = library.cosines(vector, best) if earlier else nearness

    def found(number: int, copies: tuple[Article, ...]) -> Found:
        ranks = dense_ranks.get(number), lexical_ranks.get(number)
        hit = Hit(stored[number].passage, fused[number], *ranks, also_in=copies)
        return Found(hit, stored[number], cosines[number], recent.get(number))

    return tuple(found(number, copies) for number, copies in best.items())


def _distinct(
    library: Library, order: Sequence[int], limit: int
) -> tuple[dict[int, tuple[Article, ...]], dict[int, StoredPassage]]:
    """The first passages that are not copies of one another, as copies of a wire story hold them.

    Returns:
        Their numbers, in order, with the articles of the copies that were passed over; and what is stored of them.
    """
    stored: dict[int, StoredPassage] = {}
    best: dict[int, tuple[Article, ...]] = {}
    for start in range(0, len(order) if limit > 0 else 0, max(limit, 1)):
        stored |= library.passages(order[start : start + limit])
        for number in order[start : start + limit]:
            mine = stored[number]
            rivals = (other for other in best if stored[other].story == mine.story)
            copied = next((other for other in rivals if _copies(mine.passage, stored[other].passage)), None)
            if copied is None:
                best[number] = ()
            else:
                best[copied] = tuple(dict.fromkeys((*best[copied], mine.passage.article)))
            if len(best) == limit:
                return best, stored
    return best, stored


def _copies(one: Passage, other: Passage) -> bool:
    return one.article.id != other.article.id and says_the_same(one.text, other.text)


def _mixed(vector: Floats, earlier: Sequence[Earlier]) -> Floats:
    """The direction whose cosines are the weighted sums of those to the question and to the earlier texts."""
    if not earlier:
        return vector
    import numpy as np

    mixed: Floats = np.sum([vector, *(item.weight * item.vector for item in earlier)], axis=0)
    return mixed / max(float(np.linalg.norm(mixed)), 1e-12)


def _terms(library: Library, earlier: Sequence[Earlier]) -> Mapping[str, float]:
    """The terms of the earlier texts that say what they are about, the weightiest of them, with their weights."""
    weights: dict[str, float] = {}
    for item in earlier:
        for term in library.words.content(item.text):
            weights[term] = weights.get(term, 0.0) + item.weight
    rarity = library.rarity(weights)
    best = sorted(weights, key=lambda term: (-weights[term] * rarity[term], term))[:_EARLIER_TERMS]
    return {term: weights[term] for term in best}


def _fuse(
    cosines: Mapping[int, float],
    lexical: Mapping[int, float],
    wholes: Mapping[int, float],
    weights: Weights,
) -> dict[int, float]:
    counted = zip((cosines, lexical, wholes), weights, strict=True)
    parts = [_scaled([scores.get(number, 0.0) for number in cosines], weight) for scores, weight in counted]
    return dict(zip(cosines, map(sum, zip(*parts, strict=True)), strict=True))


def _scaled(scores: Sequence[float], weight: float) -> list[float]:
    """The scores between 0 and the weight, the lowest and the highest of them."""
    if not scores:
        return []
    low, high = min(scores), max(scores)
    width = high - low
    return [weight * ((score - low) / width) for score in scores] if width else [weight * (s > 0) for s in scores]
