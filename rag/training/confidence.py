"""Fit the two logistic models of ``rag.confidence`` on questions with known answers, out of sample.

    python -m rag.training.confidence --data DIR --library DIR [--reader none] [--out rag/models/confidence.json]

Questions are dealt into folds; the answer model is fitted on what candidate models of other folds say, and the
thresholds are chosen on what answer models of other folds say: no figure comes from a question that was fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answer import answer_features, rank, shown
from rag.confidence import Logistic, Rules
from rag.reader import open_reader
from rag.torch_encoder import open_encoder
from rag.training.asked import Asked, encyclopedia_worlds, news, news_worlds, small
from rag.training.data import read_rows, split_rows

NEWS = "news-2022-small"
WORLDS = 16
SEED = 7
FOLDS = 5
CANDIDATE_FEATURES = {
    True: ("reader", "cosine", "overlap", "coverage", "passage", "passage_cosine"),
    False: ("cosine", "overlap", "coverage", "passage", "passage_cosine"),
}
ANSWER_FEATURES = {
    True: ("reader", "agreed", "cosine", "size"),
    False: ("agreed", "cosine", "coverage", "size"),
}


def fit(rows: Sequence[Mapping[str, float]], labels: Sequence[bool], names: Sequence[str]) -> Logistic:
    """A logistic regression on the named features, lightly regularised on standardised values."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    table = np.array([[row[name] for name in names] for row in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit((table - mean) / spread, labels)
    weights = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - (weights * mean).sum())
    return Logistic(
        round(intercept, 4), {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    )


def fit_candidate(asked: Sequence[Asked], *, with_reader: bool) -> Logistic:
    """The model of single candidates."""
    rows = [candidate.features for item in asked for candidate in item.candidates]
    labels = [item.answerable and right for item in asked for right in item.right]
    return fit(rows, labels, CANDIDATE_FEATURES[with_reader])


@dataclass(frozen=True, slots=True)
class Shown:
    """What would be shown for a question.

    Attributes:
        world: which library it was put to.
        answerable: whether that library answers it.
        features: of the answer.
        right: whether one of the sentences shown holds an accepted answer.
        first_right: whether the first does.
        sentences: how many are shown.
    """

    world: str
    answerable: bool
    features: Mapping[str, float]
    right: bool
    first_right: bool
    sentences: int


@dataclass(frozen=True, slots=True)
class Scored:
    """What would be shown, with the confidence that a model fitted on other questions gives it."""

    shown: Shown
    confidence: float


def show(item: Asked, rules: Rules) -> Shown:
    """Rank and choose as answering does."""
    ranked = rank(item.candidates, rules)
    right = {id(candidate): ok for candidate, ok in zip(item.candidates, item.right, strict=True)}
    chosen = shown(ranked)
    hits = [right[id(each.candidate)] for each in chosen]
    return Shown(item.world, item.answerable, answer_features(ranked, item.passages), any(hits), hits[0], len(chosen))


def folds(asked: Sequence[Asked], seed: int) -> list[list[Asked]]:
    """The questions, dealt at random."""
    order = list(asked)
    random.Random(seed).shuffle(order)
    return [order[n::FOLDS] for n in range(FOLDS)]


def out_of_fold(
    parts: Sequence[Sequence[Any]], fitted: Callable[[list[Any]], Any], applied: Callable[[Any, Any], Any]
) -> list[Any]:
    """Apply to each part what was fitted on the others."""
    results = []
    for n, part in enumerate(parts):
        model = fitted([item for m, other in enumerate(parts) if m != n for item in other])
        results.append([applied(model, item) for item in part])
    return results


def thresholds(large: Sequence[Scored], others: Sequence[Sequence[Scored]]) -> dict[str, float]:
    """The least confidence at which an answer is shown, for each named setting.

    Args:
        large: questions put to the large collection.
        others: questions put to small ones, by kind.

    Returns:
        strict: of the answers shown from the large collection, .90 are right; balanced: right or rightly refused most
        often, over the mean of the kinds of collection; generous: wrong on at most .20 of the large one's questions.
    """
    steps = [step / 100 for step in range(1, 96)]
    kinds = [large, *(rows for rows in others if rows)]

    def wrong(limit: float) -> int:
        return sum(row.confidence >= limit and not row.shown.right for row in large)

    strict = [at for at in steps if wrong(at) <= 0.10 * sum(row.confidence >= at for row in large)]
    balanced = max(steps, key=lambda at: sum(right_or_rightly_refused(rows, at) for rows in kinds))
    generous = min((at for at in steps if wrong(at) <= 0.20 * len(large)), default=steps[-1])
    return {
        "strict": max(min(strict, default=steps[-1]), balanced),
        "balanced": balanced,
        "generous": min(generous, balanced),
    }


def right_or_rightly_refused(rows: Sequence[Scored], limit: float) -> float:
    """The share of questions that a threshold serves well."""
    return sum(row.shown.right if row.confidence >= limit else not row.shown.answerable for row in rows) / len(rows)


def score_out_of_fold(asked: Sequence[Asked], *, with_reader: bool) -> list[Scored]:
    """Every question, ranked and scored by models that were fitted on others."""
    shown_parts = out_of_fold(
        folds(asked, SEED),
        lambda items: Rules(fit_candidate(items, with_reader=with_reader), Logistic(0.0, {}), {}),
        lambda rules, item: show(item, rules),
    )
    scored_parts = out_of_fold(
        shown_parts,
        lambda rows: fit_answer(rows, with_reader=with_reader),
        lambda model, row: Scored(row, model.probability(row.features)),
    )
    return [row for part in scored_parts for row in part]


def fit_answer(rows: Sequence[Shown], *, with_reader: bool) -> Logistic:
    """The model of whole answers."""
    return fit([row.features for row in rows], [row.right for row in rows], ANSWER_FEATURES[with_reader])


def fit_rules(asked: Sequence[Asked], *, with_reader: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit everything.

    Returns:
        What ``models/confidence.json`` holds for this way of answering, and figures by kind of library, all out of
        sample.
    """
    asked = [item for item in asked if item.candidates]
    scored = score_out_of_fold(asked, with_reader=with_reader)
    by_kind = {
        kind: [row for row in scored if row.shown.world.startswith(kind)] for kind in (NEWS, "news ", "encyclopedia ")
    }
    large, *others = by_kind.values()
    limits = thresholds(large, others)
    record = {
        "candidate": _record(fit_candidate(asked, with_reader=with_reader)),
        "answer": _record(fit_answer([row.shown for row in scored], with_reader=with_reader)),
        "thresholds": limits,
    }
    return record, {kind.strip(): figures(rows, limits) for kind, rows in by_kind.items() if rows}


def figures(rows: Sequence[Scored], limits: Mapping[str, float]) -> dict[str, float]:
    """What the answers are worth: how often right, how well told apart, and what each threshold would show."""
    from sklearn.metrics import roc_auc_score

    right = [row.shown.right for row in rows]
    confidences = [row.confidence for row in rows]
    answerable = [row.shown for row in rows if row.shown.answerable]
    found = {
        "questions": len(rows),
        "shown_right": sum(row.right for row in answerable) / len(answerable),
        "first_right": sum(row.first_right for row in answerable) / len(answerable),
        "sentences": sum(row.shown.sentences for row in rows) / len(rows),
        "auroc_right": float(roc_auc_score(right, confidences)),
        "auroc_answerable": float(roc_auc_score([row.shown.answerable for row in rows], confidences)),
        "ece": expected_calibration_error(confidences, right),
    }
    for name, limit in limits.items():
        found[f"{name}_right_or_rightly_refused"] = right_or_rightly_refused(rows, limit)
        found[f"{name}_wrong"] = sum(row.confidence >= limit and not row.shown.right for row in rows) / len(rows)
    return {name: round(value, 4) for name, value in found.items()}


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Mean distance between confidence and share right over equal-width bins, weighted by their size."""
    error = 0.0
    for n in range(bins):
        held = [
            (c, r) for c, r in zip(confidences, right, strict=True) if n / bins <= c < (n + 1) / bins or c == n == 1
        ]
        if held:
            error += abs(sum(c for c, _ in held) - sum(r for _, r in held))
    return error / len(confidences)


def _record(model: Logistic) -> dict[str, Any]:
    return {"intercept": model.intercept, "weights": dict(model.weights)}


def main() -> None:
    """Fit and write; prints the out-of-sample figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {NEWS}/, squad/ and reader/")
    parser.add_argument("--library", type=Path, required=True, help=f"library of {NEWS}, built if it is not there")
    parser.add_argument("--reader", default="default", help="as in RAG_READER")
    parser.add_argument("--out", type=Path, help="a confidence.json to update; without it, only figures are printed")
    arguments = parser.parse_args()
    encoder, reader = open_encoder("default"), open_reader(arguments.reader)
    held = split_rows(read_rows(arguments.data))[1]
    asked = [*news(arguments.data / NEWS, arguments.library, encoder, reader)]
    asked += small(news_worlds(arguments.data / NEWS, 2 * WORLDS, SEED), encoder, reader)
    asked += small(encyclopedia_worlds(held, WORLDS, SEED), encoder, reader)
    record, figures = fit_rules(asked, with_reader=reader is not None)
    print(json.dumps({**record, "figures": figures}, indent=1))
    if arguments.out:
        kept = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
        kept["with_reader" if reader else "without_reader"] = {
            **record,
            "data": f"{NEWS}, whole and in threes of its articles; tens of held-apart SQuAD paragraphs",
            "questions": len(asked),
            "figures_out_of_sample": figures,
        }
        arguments.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
