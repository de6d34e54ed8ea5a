"""Where in the found passages the answer may stand: their sentences, scored, and windows of them, read.

A sentence that repeats the question often stands beside the one that answers it, so the reader is given windows of
three sentences, and points at the words that answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.retrieval import Found
from rag.schema import Article

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.library import Library
    from rag.reader import Reader, Reading
    from rag.sentences import Span

WINDOWS = 6
"""How many windows the reader reads for a question: twelve find hardly more, and take twice the time (CHANGELOG)."""

SENTENCES = 12
"""How many sentences are candidates without a reader."""

_PASSAGES = 10
"""How many of the best passages are looked into."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer.

    Attributes:
        found: the passage that holds it.
        start: offset of its first character in the article.
        end: offset after its last.
        short: span of the words that answer, in the article, or None without a reader.
        read: the reader's probability that its window answers, or None without a reader.
        features: what is known of it, by name; see ``confidence``.
    """

    found: Found
    start: int
    end: int
    short: Span | None
    read: float | None
    features: Mapping[str, float]

    @property
    def article(self) -> Article:
        """The article that it stands in."""
        return self.found.stored.passage.article

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.text[self.start : self.end]

    @property
    def answer(self) -> str:
        """The words that answer, or the whole sentence where they cannot be told."""
        first, last = self.short or (self.start, self.end)
        return self.article.text[first:last]


@dataclass(frozen=True, slots=True)
class _Sentence:
    found: Found
    index: int
    cosine: float
    overlap: float
    coverage: float

    @property
    def score(self) -> float:
        return self.cosine + self.overlap + self.found.hit.score

    @property
    def span(self) -> Span:
        return self.found.stored.sentences[self.index]


def gather(
    question: str, vector: Floats, found: Sequence[Found], library: Library, reader: Reader | None
) -> tuple[Candidate, ...]:
    """Find the sentences that may answer a question.

    Args:
        question: one that stands alone.
        vector: its unit-length vector, shape (d,).
        found: passages, best first.
        library: where they are from; it knows how rare words are.
        reader: points at the words that answer; None scores sentences by likeness alone.

    Returns:
        At most one candidate for each sentence, in no order of merit.
    """
    sentences = _sentences(question, vector, found[:_PASSAGES], library)
    if reader is None:
        best = sorted(sentences, key=lambda sentence: -sentence.score)[:SENTENCES]
        return tuple(_candidate(sentence, sentence, None, None) for sentence in best)
    windows = _windows(sentences)
    texts = [_text(window) for window in windows]
    candidates: dict[tuple[str, int], Candidate] = {}
    # Without the articles' titles: with them the reader points at wrong words more often (CHANGELOG), and takes longer.
    for window, first in zip(windows, reader.read(question, texts), strict=True):
        for reading in (first, *first.others):
            if reading.start == reading.end:
                continue
            candidate = _read_candidate(window, reading)
            key = (candidate.article.id, candidate.start)
            known = candidates.get(key)
            if known is None or known.features["reader"] < reading.score:
                candidates[key] = candidate
    return tuple(candidates.values())


def _read_candidate(window: Sequence[_Sentence], reading: Reading) -> Candidate:
    offset = window[0].span[0]
    short = (offset + reading.start, offset + reading.end)
    held = [sentence for sentence in window if sentence.span[0] < short[1] and sentence.span[1] > short[0]]
    return _candidate(held[0], held[-1], short, reading)


def _text(window: Sequence[_Sentence]) -> str:
    text = window[0].found.stored.passage.article.text
    return text[window[0].span[0] : window[-1].span[1]]


def _candidate(first: _Sentence, last: _Sentence, short: Span | None, reading: Reading | None) -> Candidate:
    best = max(first, last, key=lambda sentence: sentence.score)
    features = {
        "cosine": best.cosine,
        "overlap": best.overlap,
        "coverage": best.coverage,
        "passage": best.found.hit.score,
        "passage_cosine": best.found.cosine,
        "dated": float(best.found.recency is not None),
        "recent": best.found.recency or 0.0,
    }
    read = None
    if reading is not None:
        features["reader"] = reading.score
        read = reading.probability
    return Candidate(first.found, first.span[0], last.span[1], short, read, features)


def _sentences(question: str, vector: Floats, found: Sequence[Found], library: Library) -> tuple[_Sentence, ...]:
    words = library.words
    rarity = library.rarity(words.content(question) or words.terms(question))
    total = math.fsum(rarity.values()) or 1.0

    def share(text: str) -> float:
        # fsum, whose result does not hang on the order of a set: the share of all terms is 1, never a hair more.
        return math.fsum(rarity[term] for term in rarity.keys() & set(words.terms(text))) / total

    scored = []
    for item in found:
        article = item.stored.passage.article
        coverage = share(f"{article.title}\n{item.stored.passage.text}")
        cosines = item.stored.vectors @ vector
        for index, (start, end) in enumerate(item.stored.sentences):
            overlap = share(article.text[start:end])
            scored.append(_Sentence(item, index, float(cosines[index]), overlap, coverage))
    return tuple(scored)


def _windows(sentences: Sequence[_Sentence]) -> tuple[tuple[_Sentence, ...], ...]:
    """Runs of neighbouring sentences round the best ones; a window shares at most its edges with another."""
    by_place = {(id(sentence.found), sentence.index): sentence for sentence in sentences}
    middles: set[tuple[int, int]] = set()
    windows: list[tuple[_Sentence, ...]] = []
    for sentence in sorted(sentences, key=lambda sentence: -sentence.score):
        place = id(sentence.found)
        count = len(sentence.found.stored.sentences)
        middle = min(max(sentence.index, 1), max(count - 2, 0))
        if any((place, near) in middles for near in (middle - 1, middle, middle + 1)):
            continue
        middles.add((place, middle))
        indexes = range(max(0, middle - 1), min(count, middle + 2))
        windows.append(tuple(by_place[place, index] for index in indexes))
        if len(windows) == WINDOWS:
            break
    return tuple(windows)
