"""Fitting the confidence: what tells right from wrong gets weight, and no question judges itself."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from rag.training.asked import Asked, encyclopedia_worlds, news_worlds, normalised
from rag.training.confidence import Way, fit_rules, folds, out_of_fold
from rag.training.data import Row
from rag.training.judged import (
    Scored,
    Shown,
    expected_calibration_error,
    right_or_rightly_refused,
    thresholds,
)
from tests.test_answer import candidate


def asked(number: int, rng: random.Random) -> Asked:
    """A question with one good candidate, if it is answerable, among poor ones."""
    answerable = rng.random() < 0.6
    scores = [rng.gauss(3.0 if answerable and n == 0 else -2.0, 1.5) for n in range(4)]
    candidates = []
    for n, score in enumerate(scores):
        made = candidate(f"a{number}-{n}", f"Answer {number} {n} here.", f"{number} {n}", score)
        names = Way(with_reader=True, dated=True).of_candidates
        made.features.update({name: rng.random() for name in names if name != "reader"})  # type: ignore[attr-defined]  # a dict
        candidates.append(made)
    world = ("news-2022-small", "news 1", "encyclopedia 1")[number % 3]
    return Asked(
        world, 100, f"Which {number}?", answerable, tuple(candidates), tuple(answerable and n == 0 for n in range(4))
    )


def test_the_fit_finds_what_tells_right_from_wrong() -> None:
    rng = random.Random(3)
    record, figures = fit_rules([asked(number, rng) for number in range(300)], Way(with_reader=True))
    assert max(record["candidate"]["weights"], key=lambda name: record["candidate"]["weights"][name]) == "reader"
    assert set(figures) == {"news-2022-small", "news", "encyclopedia"}
    assert figures["news-2022-small"]["auroc_right"] > 0.8
    assert figures["news-2022-small"]["generous_wrong"] <= 0.20
    for size in ("small", "large"):
        assert record["thresholds"]["generous"][size] <= record["thresholds"]["balanced"][size]
    assert record["passages"] == [100, 100]


def test_no_question_is_scored_by_what_it_was_fitted_on() -> None:
    parts = [[1, 2], [3, 4], [5, 6]]
    seen = out_of_fold(parts, lambda others: tuple(others), lambda others, item: item in others)
    assert seen == [[False, False]] * 3
    questions = [asked(number, random.Random(number)) for number in range(34)]
    twice = [replace(item, question=f"Which {number // 2}?") for number, item in enumerate(questions)]
    dealt = folds(twice, seed=1)
    assert sum(len(part) for part in dealt) == 34
    assert all(not {a.question for a in one} & {b.question for b in other} for one, other in combinations(dealt, 2))


def scored(confidence: float, right: bool) -> Scored:
    return Scored(Shown("w", right, {}, right, right, 1), confidence)


def test_thresholds_keep_their_word_and_refuse_for_nothing_more() -> None:
    rows = [scored(1 - n / 100, n % 10 != 9) for n in range(50)] + [scored(0.4 - n / 200, False) for n in range(50)]
    limits = {name: at["large"] for name, at in thresholds(rows, [], 0.12).items()}
    assert thresholds(rows, rows, 0.12)["balanced"] == {"large": limits["balanced"], "small": limits["balanced"]}
    assert limits["generous"] < limits["balanced"] < limits["strict"]

    def wrong(limit: float) -> int:
        return sum(row.confidence >= limit and not row.shown.right for row in rows)

    for name, share in (("balanced", 0.12), ("generous", 0.20)):
        assert wrong(limits[name]) <= share * len(rows) < wrong(limits[name] - 0.01)
    strict = [row for row in rows if row.confidence >= limits["strict"]]
    assert sum(row.shown.right for row in strict) >= 0.9 * len(strict)


def test_where_balanced_gives_no_word_it_serves_as_many_as_it_can() -> None:
    rows = [scored(1 - n / 100, n % 10 != 9) for n in range(50)] + [scored(0.4 - n / 200, False) for n in range(50)]
    best = right_or_rightly_refused(rows, thresholds(rows, [], None)["balanced"]["large"])
    assert all(right_or_rightly_refused(rows, step / 100) <= best for step in range(1, 96))


def test_calibration_error_by_hand() -> None:
    assert expected_calibration_error([0.25, 0.25, 0.25, 0.25], [True, False, False, False]) == pytest.approx(0)
    assert expected_calibration_error([0.95, 1.0], [False, False]) == pytest.approx(0.975)
    assert expected_calibration_error([0.15, 1.0], [True, False]) == pytest.approx((0.85 + 1.0) / 2)


def test_normalising_is_squads_and_more() -> None:
    assert normalised("The “Squid-Game”, a show!") == "squid game show"
    assert normalised("1,500") == "1500"
    assert normalised("Up 3.5 percent, or $1.5m: BA.5 in the U.S.") == "up 3.5 percent or 1.5m ba 5 in u s"
    assert normalised("7,1") != "71" and normalised("at .5") == "at .5"


def test_small_collections_hold_what_is_asked_of_them(tmp_path: Path) -> None:
    rows = [
        Row(
            "squad2", f"d{n}", f"T{n}", f"Question {n}?", f"Text {n} says answer{n}.", 12, f"answer{n}", (f"answer{n}",)
        )
        for n in range(30)
    ]
    for world in encyclopedia_worlds(rows, 4, seed=1):
        texts = " ".join(article["text"] for article in world.articles)
        assert len(world.articles) == 10
        assert all(any(answer in texts for answer in query.answers) for query in world.queries if query.answers)
        assert sum(not query.answers for query in world.queries) == 3
    corpus = [{"_id": f"d{n}", "title": f"T{n}", "text": f"answer{n}"} for n in range(9)]
    queries = [
        {"_id": f"q{n}", "text": f"Question {n}?", "answers": [f"answer{n}"], "date": f"2022-06-0{n + 1}"}
        for n in range(9)
    ]
    odd = (json.dumps({**article, "more": "two\u2028lines"}, ensure_ascii=False) for article in corpus)
    (tmp_path / "corpus.jsonl").write_text("\n".join(odd) + "\n\n", encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(f"q{n}\td{n}\t1\n" for n in range(9)))
    for world in news_worlds(tmp_path, 3, seed=1, dated=True):
        assert {query.day and query.day.month for query in world.queries} == {6}
        texts = " ".join(article["text"] for article in world.articles)
        assert all(query.answers[0] in texts for query in world.queries if query.answers)
