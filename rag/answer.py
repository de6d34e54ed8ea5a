"""Candidates become an answer of one to three quoted sentences, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from rag.choice import Ranked, agreeing, answer_features, rank, shown, with_rival
from rag.confidence import rules
from rag.dissent import dissent
from rag.evidence import gather
from rag.retrieval import Found
from rag.schema import Answer, Citation, Hit, Refusal

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.library import Library
    from rag.reader import Reader
    from rag.sentences import Span

REFUSAL = "The articles do not answer this question."
NO_READER = "Answered without a reader: the sentences were chosen by their words and vectors alone."

OTHER_DAYS = "Nothing was found that is of the days around {}, so that day did not count."

_READING = 0.18
"""What the probability that a sentence of it holds the answer adds to a passage's score, which the search puts in 0..1:
measured on news, out of sample (CHANGELOG.md)."""


def compose(
    question: str,
    standalone: str,
    found: Sequence[Found],
    library: Library,
    vector: Floats,
    reader: Reader | None,
    refusal: Refusal,
    asked: date | None = None,
) -> Answer:
    """Answer from the passages that were found.

    Args:
        question: as it was asked.
        standalone: as it was understood from the conversation.
        found: passages, best first.
        library: where they are from.
        vector: unit-length vector of the standalone question, shape (d,).
        reader: points at the words that answer, or None.
        refusal: how sure an answer must be to be shown.
        asked: the day of the question, which the search knew, or None.
    """
    dated = any(item.recency is not None for item in found)
    fitted = rules(with_reader=reader is not None, dated=dated)
    candidates = gather(standalone, vector, found, library, reader)
    ranked = rank(candidates, fitted)
    hits = read_hits(found, ranked)
    day = asked if dated else None
    beside_the_day = OTHER_DAYS.format(asked) if asked and not dated else None
    if not ranked:
        return Answer(question, standalone, REFUSAL, None, True, 0.0, (), hits, note=beside_the_day, asked=day)
    confidence = fitted.answer.probability(answer_features(ranked, library.manifest.passages))
    if confidence < fitted.thresholds[refusal].at(library.manifest.passages):
        return Answer(question, standalone, REFUSAL, None, True, confidence, (), hits, note=beside_the_day, asked=day)
    chosen = with_rival(shown(ranked), ranked)
    text, citations = _quoted(chosen, ranked, library)
    short = ranked[0].candidate.answer if ranked[0].candidate.short else None
    notes = (NO_READER if reader is None else dissent([item.candidate for item in chosen]), beside_the_day)
    note = " ".join(told for told in notes if told) or None
    return Answer(question, standalone, text, short, False, confidence, citations, hits, note=note, asked=day)


def _quoted(chosen: Sequence[Ranked], ranked: Sequence[Ranked], library: Library) -> tuple[str, tuple[Citation, ...]]:
    """The sentences that are shown, and behind each a marker of its own and of those articles that agree with it."""
    sentences: list[str] = []
    citations: list[Citation] = []
    for item, others in zip(chosen, agreeing(chosen, ranked), strict=True):
        spans = [(each.candidate.found, (each.candidate.start, each.candidate.end)) for each in (item, *others)]
        cited = [cite(number, *place, library) for number, place in enumerate(spans, start=len(citations) + 1)]
        sentences.append(" ".join([cited[0].quote, *(f"[{citation.number}]" for citation in cited)]))
        citations += cited
    return " ".join(sentences), tuple(citations)


def settle(one: Answer, other: Answer) -> Answer:
    """The answer to a follow-up that can be read in two ways: to the reading that the articles answer.

    Where they answer both, and not by the same words, which one is meant is asked back.
    """
    if one.refused or other.refused:
        return one if other.refused else other
    if {(citation.article.id, citation.start) for citation in one.citations} & {
        (citation.article.id, citation.start) for citation in other.citations[:1]
    }:
        return one
    readings = (one.standalone, other.standalone)
    text = f"Which do you mean: \u201c{readings[0]}\u201d or \u201c{readings[1]}\u201d"
    return Answer(
        one.question, one.question, text, None, True, max(one.confidence, other.confidence), (), one.hits,
        readings=readings, asked=one.asked,
    )  # fmt: skip


def cite(number: int, found: Found, span: Span, library: Library) -> Citation:
    """The citation of a span of the article that a passage is from, with the other articles that hold its words."""
    article = found.stored.passage.article
    quote = article.text[span[0] : span[1]]
    twins = library.story(found.stored.story)
    also = tuple(twin for twin in twins if twin.id != article.id and quote in twin.text)
    return Citation(number, article, *span, also)


def read_hits(found: Sequence[Found], ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
    """The hits, best first by what search and reading say together; those that were read have the reader's word."""
    read: dict[int, float] = {}
    answers: dict[int, float] = {}
    for item in ranked:
        number = item.candidate.found.stored.number
        answers[number] = max(answers.get(number, 0.0), item.probability)
        if item.candidate.read is not None:
            read[number] = max(read.get(number, 0.0), item.candidate.read)
    hits = (
        replace(
            item.hit,
            score=item.hit.score + _READING * answers.get(item.stored.number, 0.0),
            reader_score=read.get(item.stored.number),
        )
        for item in found
    )
    return tuple(sorted(hits, key=lambda hit: -hit.score))
