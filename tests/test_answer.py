"""Candidates to an answer: agreement counts, sentences are added only while unsure, nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag.answer import read_hits
from rag.choice import agreeing, answer_features, rank, shown
from rag.confidence import Logistic, Rules
from rag.evidence import Candidate
from rag.retrieval import Found
from rag.schema import Article, Hit, Passage
from rag.store import StoredPassage

RULES = Rules(Logistic(0.0, {"reader": 1.0}), Logistic(0.0, {}), {})


def candidate(name: str, text: str, short: str, score: float, start: int = 0, story: int = 1) -> Candidate:
    """A sentence at ``start`` of an article of that story, which a reader gave that score."""
    article = Article(name, "", "." * start + text)
    passage = Passage(article, start, start + len(text))
    stored = StoredPassage(1, story, passage, ((start, start + len(text)),), np.zeros((1, 4), dtype=np.float16))
    first = start + text.index(short)
    features = {"reader": score, "coverage": 0.5, "cosine": 0.5}
    return Candidate(
        Found(Hit(passage, 1.0), stored, 0.5), start, start + len(text), (first, first + len(short)), 0.5, features
    )


def texts(candidates: Sequence[Candidate]) -> list[str]:
    return [item.candidate.text for item in shown(rank(candidates, RULES))]


def test_the_same_answer_in_two_articles_beats_a_likelier_one_alone() -> None:
    ranked = rank(
        [
            candidate("a", "Rome hosts it.", "Rome", 0.6),
            candidate("b", "It sits in Oslo.", "Oslo", 0.4),
            candidate("c", "Oslo is the seat.", "Oslo", 0.4),
        ],
        RULES,
    )
    assert ranked[0].candidate.answer == "Oslo"
    assert ranked[0].agreed == pytest.approx(1 - (1 - ranked[0].probability) ** 2)


def test_a_sure_answer_stands_alone() -> None:
    assert texts([candidate("a", "Rome hosts it.", "Rome", 4), candidate("b", "Oslo, too.", "Oslo", 3)]) == [
        "Rome hosts it."
    ]


def test_unsure_answers_are_shown_together_but_never_more_than_three() -> None:
    cities = ["Rome", "Oslo", "Bern", "Kyiv"]
    found = [candidate(city, f"{city} is the seat.", city, -1.0 - n / 10) for n, city in enumerate(cities)]
    assert texts(found) == ["Rome is the seat.", "Oslo is the seat.", "Bern is the seat."]


def test_nothing_is_said_twice() -> None:
    found = [
        candidate("a", "Rome is the seat.", "Rome", -1),
        candidate("b", "ROME is the seat!", "ROME", -1.1),
        candidate("c", "Oslo may follow.", "Oslo", -1.2),
    ]
    assert texts(found) == ["Rome is the seat.", "Oslo may follow."]


def test_an_unlikely_sentence_is_not_added() -> None:
    assert texts([candidate("a", "Rome hosts it.", "Rome", 0), candidate("b", "Oslo.", "Oslo", -4)]) == [
        "Rome hosts it."
    ]


def agreed(*candidates: Candidate) -> list[list[str]]:
    ranked = rank(candidates, RULES)
    return [[each.candidate.article.id for each in others] for others in agreeing(shown(ranked), ranked)]


def test_other_articles_that_are_likely_to_give_the_same_answer_agree() -> None:
    rome = candidate("a", "Rome hosts it.", "Rome", 3, story=1)
    assert agreed(rome, candidate("b", "It is in ROME.", "ROME", 2, story=2)) == [["b"]]
    assert agreed(rome, candidate("b", "Rome, they say.", "Rome", 2, story=1)) == [[]]  # a copy, or the article itself
    assert agreed(rome, candidate("b", "Rome is old.", "Rome", -1, story=2)) == [[]]
    assert agreed(rome, candidate("b", "It is in Oslo.", "Oslo", 2, story=2)) == [[]]
    copies = [candidate(name, "It is in Rome.", "Rome", 2, story=2) for name in ("b", "c")]
    assert agreed(rome, *copies) == [["b"]]


def test_sentences_and_what_agrees_with_them_are_never_more_than_three() -> None:
    rome = [candidate(str(n), f"Rome, said {n}.", "Rome", 3 - n / 10, story=n) for n in range(5)]
    assert agreed(*rome) == [["1", "2"]]
    unsure = [candidate(city, f"{city} is the seat.", city, -1, story=n) for n, city in enumerate(("Rome", "Oslo"))]
    assert agreed(*unsure) == [[], []]


def test_features_tell_the_lead_over_another_answer() -> None:
    ranked = rank([candidate("a", "Rome.", "Rome", 1), candidate("b", "Oslo.", "Oslo", 0)], RULES)
    features = answer_features(ranked, 99)
    assert features["lead"] == pytest.approx(ranked[0].agreed - ranked[1].agreed)
    assert features["best_coverage"] == 0.5
    assert features["size"] == pytest.approx(2)


def test_a_passage_that_seems_to_answer_rises_a_little_among_the_hits() -> None:
    def found(number: int, name: str, text: str, short: str, reader: float, score: float) -> Candidate:
        made = candidate(name, text, short, reader)
        stored = replace(made.found.stored, number=number)
        return replace(made, found=replace(made.found, hit=replace(made.found.hit, score=score), stored=stored))

    candidates = [
        found(1, "far ahead", "Rome is old.", "Rome", -9, 0.9),
        found(2, "near", "Bern is a city.", "Bern", -9, 0.6),
        found(3, "answers", "Oslo hosts it.", "Oslo", 9, 0.55),
        found(4, "answers far below", "Oslo it is.", "Oslo", 9, 0.1),
    ]
    hits = read_hits([item.found for item in candidates], rank(candidates, RULES))
    assert [hit.passage.article.id for hit in hits] == ["far ahead", "answers", "near", "answers far below"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.reader_score == 0.5 for hit in hits)
