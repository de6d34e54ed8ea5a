"""Fit the two logistic models of ``rag.confidence`` on questions with known answers, out of sample.

    python -m rag.training.confidence --data news-2022-small --library DIR [--reader none]

Questions are dealt into folds; the answer model is fitted on what candidate models of other folds say, and the
thresholds are chosen on what answer models of other folds say: no figure comes from a question that was fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answer import answer_features, rank, shown
from rag.assistant import PASSAGES_READ
from rag.confidence import Logistic, Rules
from rag.evidence import Candidate, gather
from rag.library import open_library
from rag.reader import open_reader
from rag.retrieval import retrieve
from rag.torch_encoder import open_encoder

FOLDS = 5
CANDIDATE_FEATURES = {
    True: ("reader", "cosine", "overlap", "coverage", "passage", "passage_cosine"),
    False: ("cosine", "overlap", "coverage", "passage", "passage_cosine"),
}
ANSWER_FEATURES = {
    True: ("reader", "agreed", "lead", "coverage", "cosine", "best_coverage", "best_cosine"),
    False: ("agreed", "lead", "coverage", "cosine", "best_coverage", "best_cosine"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates, and which of them hold an accepted answer."""

    id: str
    answerable: bool
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


def normalised(text: str) -> str:
    """Lower case without articles and punctuation, as SQuAD compares answers."""
    text = "".join(" " if c in string.punctuation + "“”‘’–—" else c for c in text.lower().replace(",", ""))  # noqa: RUF001 - quotes and dashes
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def gather_all(data: Path, folder: Path, reader_name: str) -> Iterator[Asked]:
    """Candidates for every question of a folder in BEIR's form, from a library of its corpus."""
    library, encoder, reader = open_library(folder), open_encoder("default"), open_reader(reader_name)
    library.check_encoder(encoder)
    for line in (data / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        vector = encoder.embed_question(record["text"])
        found = retrieve(library, record["text"], vector, PASSAGES_READ)
        candidates = gather(record["text"], vector, found, library, reader)
        answers = [normalised(answer) for answer in record.get("answers", ())]
        right = tuple(
            any(f" {answer} " in f" {normalised(candidate.text)} " for answer in answers if answer)
            for candidate in candidates
        )
        yield Asked(record["_id"], bool(record.get("answerable", answers)), candidates, right)


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
    """What would be shown for a question: its features, whether it is right, and how many sentences it has."""

    features: Mapping[str, float]
    right: bool
    first_right: bool
    sentences: int
    answerable: bool


def show(item: Asked, rules: Rules) -> Shown | None:
    """Rank and choose as answering does."""
    ranked = rank(item.candidates, rules)
    if not ranked:
        return None
    right = {id(candidate): ok for candidate, ok in zip(item.candidates, item.right, strict=True)}
    chosen = shown(ranked)
    hits = [item.answerable and right[id(each.candidate)] for each in chosen]
    return Shown(answer_features(ranked), any(hits), hits[0], len(chosen), item.answerable)


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


def thresholds(confidences: Sequence[float], rows: Sequence[Shown]) -> dict[str, float]:
    """strict: of the shown, .90 right; balanced: wrong on at most .12 of all questions; generous: on at most .20."""
    order = sorted(zip(confidences, rows, strict=True), key=lambda pair: -pair[0])
    found = {"strict": 1.0, "balanced": 1.0, "generous": 1.0}
    wrong = 0
    for count, (confidence, row) in enumerate(order, start=1):
        wrong += not row.right
        if wrong <= 0.10 * count:
            found["strict"] = confidence
        if wrong <= 0.12 * len(order):
            found["balanced"] = confidence
        if wrong <= 0.20 * len(order):
            found["generous"] = confidence
    return {name: round(min(value, 0.95), 3) for name, value in found.items()}


def fit_rules(asked: Sequence[Asked], *, with_reader: bool, seed: int = 7) -> tuple[dict[str, Any], dict[str, float]]:
    """Fit everything.

    Returns:
        What ``models/confidence.json`` holds for this way of answering, and figures, all out of sample.
    """
    from sklearn.metrics import roc_auc_score

    blank = Logistic(0.0, {})
    parts = folds(asked, seed)
    rows = out_of_fold(
        parts,
        lambda items: Rules(fit_candidate(items, with_reader=with_reader), blank, {}),
        lambda rules, item: show(item, rules),
    )
    kept = [[row for row in part if row is not None] for part in rows]
    names = ANSWER_FEATURES[with_reader]
    scored = out_of_fold(
        kept,
        lambda items: fit([row.features for row in items], [row.right for row in items], names),
        lambda model, row: model.probability(row.features),
    )
    confidences = [value for part in scored for value in part]
    flat = [row for part in kept for row in part]
    limits = thresholds(confidences, flat)
    right = [row.right for row in flat]
    answerable = [row for row in flat if row.answerable]
    figures = {
        "shown_right": sum(row.right for row in answerable) / len(answerable),
        "first_right": sum(row.first_right for row in answerable) / len(answerable),
        "sentences": sum(row.sentences for row in flat) / len(flat),
        "auroc_right": float(roc_auc_score(right, confidences)),
        "auroc_answerable": float(roc_auc_score([row.answerable for row in flat], confidences)),
        "ece": expected_calibration_error(confidences, right),
    }
    for name, limit in limits.items():
        over = [row for row, value in zip(flat, confidences, strict=True) if value >= limit]
        refused = [row for row, value in zip(flat, confidences, strict=True) if value < limit]
        good = sum(row.right for row in over) + sum(not row.answerable for row in refused)
        figures[f"{name}_good"] = good / len(flat)
        figures[f"{name}_wrong"] = sum(not row.right for row in over) / len(flat)
    record = {
        "candidate": _record(fit_candidate(asked, with_reader=with_reader)),
        "answer": _record(fit([row.features for row in flat], right, names)),
        "thresholds": limits,
    }
    return record, {name: round(value, 4) for name, value in figures.items()}


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
    parser.add_argument("--data", type=Path, required=True, help="folder in BEIR's form, with answers")
    parser.add_argument("--library", type=Path, required=True, help="library of the folder's corpus")
    parser.add_argument("--reader", default="default", help="as in RAG_READER")
    parser.add_argument("--out", type=Path, help="a confidence.json to update; without it, only figures are printed")
    arguments = parser.parse_args()
    with_reader = arguments.reader != "none"
    asked = tuple(gather_all(arguments.data, arguments.library, arguments.reader))
    record, figures = fit_rules(asked, with_reader=with_reader)
    print(json.dumps({**record, "figures": figures}, indent=1))
    if arguments.out:
        kept = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
        kept["with_reader" if with_reader else "without_reader"] = {
            **record,
            "data": arguments.data.name,
            "questions": len(asked),
            "figures_out_of_sample": figures,
        }
        arguments.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
