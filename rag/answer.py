"""Candidates become an answer of one to three quoted sentences, or a refusal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from rag.confidence import Refusal, Rules, rules
from rag.dissent import differ, dissent
from rag.evidence import Candidate, gather
from rag.retrieval import Found
from rag.schema import Answer, Citation, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.library import Library
    from rag.passages import Span
    from rag.reader import Reader

    Floats = NDArray[np.float32]

REFUSAL = "The articles do not answer this question."
NO_READER = "Answered without a reader: the sentences were chosen by their words and vectors alone."

OTHER_DAYS = "Nothing was found that is of the days around {}, so that day did not count."

_MOST_SENTENCES = 3
_SURE_ENOUGH = 0.9
"""No sentence is added once the ones at hand hold the answer with this probability."""
_WORTH_ADDING = 0.4
"""The least probability of a sentence that is added, as a share of the first one's."""

_LIKELY = 0.5
"""The least probability of a sentence that is shown because it contradicts the first one."""


_READING = 0.18
"""What the probability that a sentence of it holds the answer adds to a passage's score, which the search puts in 0..1:
measured on news, out of sample (CHANGELOG.md)."""

_NEVER = 1e-4
"""A probability below this one, or that near to 1, tells no more than this one."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the probability that it holds the answer, and that of all candidates that say the same."""

    candidate: Candidate
    probability: float
    agreed: float


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
    chosen = _with_rival(shown(ranked), ranked)
    citations = tuple(
        cite(number, item.candidate.found, (item.candidate.start, item.candidate.end), library)
        for number, item in enumerate(chosen, start=1)
    )
    text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    short = ranked[0].candidate.answer if ranked[0].candidate.short else None
    notes = (NO_READER if reader is None else dissent([item.candidate for item in chosen]), beside_the_day)
    note = " ".join(told for told in notes if told) or None
    return Answer(question, standalone, text, short, False, confidence, citations, hits, note=note, asked=day)


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


def rank(candidates: Sequence[Candidate], fitted: Rules) -> tuple[Ranked, ...]:
    """The candidates, likeliest first; those that give the same answer count for each other."""
    probabilities = [fitted.candidate.probability(candidate.features) for candidate in candidates]
    wrong: dict[str, float] = {}
    for candidate, probability in zip(candidates, probabilities, strict=True):
        key = plain(candidate.answer)
        wrong[key] = wrong.get(key, 1.0) * (1.0 - probability)
    ranked = [
        Ranked(candidate, probability, 1.0 - wrong[plain(candidate.answer)])
        for candidate, probability in zip(candidates, probabilities, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda item: (-item.agreed, -item.probability)))


def answer_features(ranked: Sequence[Ranked], passages: int) -> dict[str, float]:
    """What tells whether an answer is right.

    Args:
        ranked: the candidates, likeliest first; at least one.
        passages: how many the library holds: the more, the better the best of the wrong ones looks.

    Returns:
        The first candidate's features, its lead, what agrees with it (the logarithm of its odds, too, in which a
        logistic model is at home), and the size of the library.
    """
    first = ranked[0]
    rival = next((item.agreed for item in ranked if plain(item.candidate.answer) != plain(first.candidate.answer)), 0.0)
    return {
        **first.candidate.features,
        "size": math.log10(1 + passages),
        "probability": first.probability,
        "agreed": first.agreed,
        "agreed_odds": math.log(max(first.agreed, _NEVER) / max(1.0 - first.agreed, _NEVER)),
        "lead": first.agreed - rival,
        "best_coverage": max(item.candidate.features["coverage"] for item in ranked),
        "best_cosine": max(item.candidate.features["cosine"] for item in ranked),
    }


def shown(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The first candidate, and others that say something else while the answer is not sure to be among them."""
    chosen = [ranked[0]]
    missing = 1.0 - ranked[0].agreed
    for item in ranked[1:]:
        if len(chosen) == _MOST_SENTENCES or 1.0 - missing >= _SURE_ENOUGH:
            break
        says_it_already = any(_same(item.candidate, other.candidate) for other in chosen)
        if says_it_already or item.agreed < _WORTH_ADDING * chosen[0].agreed:
            continue
        chosen.append(item)
        missing *= 1.0 - item.agreed
    return tuple(chosen)


def _with_rival(chosen: tuple[Ranked, ...], ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """What is shown, and the likeliest candidate that gives another figure for the same thing, however sure one is."""
    first = chosen[0].candidate
    if any(differ(first, item.candidate) for item in chosen[1:]):
        return chosen
    rivals = (item for item in ranked if item.probability >= _LIKELY and differ(first, item.candidate))
    rival = next(rivals, None)
    return chosen if rival is None else (*chosen[: _MOST_SENTENCES - 1], rival)


def _same(one: Candidate, other: Candidate) -> bool:
    overlapping = one.article.id == other.article.id and one.start < other.end and other.start < one.end
    return overlapping or plain(one.answer) == plain(other.answer) or plain(one.text) == plain(other.text)


def plain(text: str) -> str:
    """The words of a text in lower case, for telling whether two answers are the same."""
    return " ".join(re.findall(r"\w+", text.lower()))
