"""Fit the two logistic models of ``rag.confidence`` on questions with known answers, out of sample.

    python -m rag.training.confidence --data DIR --library DIR [--reader none] [--dated] [--out confidence.json]

Questions are dealt into folds; the answer model is fitted on what candidate models of other folds say, and the
thresholds are chosen on what answer models of other folds say: no figure comes from a question that was fitted on.
That is done for several deals, since one alone moves a threshold by a tenth. The large collection counts for as much as
the small ones together.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.choice import answer_features, rank, shown
from rag.confidence import Logistic, Rules, rules_name
from rag.reader import open_reader
from rag.torch_encoder import open_encoder
from rag.training.asked import Asked, encyclopedia_worlds, news, news_worlds, small
from rag.training.data import read_rows, split_rows
from rag.training.judged import Scored, Shown, figures, thresholds

Names = tuple[str, ...]

NEWS = "news-2022-small"
WORLDS = 32
SEED = 7
DEALS = 5
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Way:
    """A way of answering that has rules of its own: with a reader or without, the question's day known or not."""

    with_reader: bool
    dated: bool = False

    @property
    def name(self) -> str:
        """What ``confidence.json`` calls its rules."""
        return rules_name(with_reader=self.with_reader, dated=self.dated)

    @property
    def of_candidates(self) -> Names:
        """The features of a candidate."""
        read = ("reader",) if self.with_reader else ()
        day = ("dated", "recent") if self.dated else ()
        return (*read, "cosine", "overlap", "coverage", "passage", "passage_cosine", *day)

    @property
    def of_answers(self) -> Names:
        """The features of an answer."""
        known = (
            ("odds_above_even", "odds_below_even", "cosine") if self.with_reader else ("agreed", "cosine", "coverage")
        )
        return (*known, "size", *(("dated", "recent") if self.dated else ()))

    @property
    def most_wrong(self) -> float | None:
        """The share of all questions on which "balanced" may be wrong.

        Without a reader it gives no word: to keep to .12 would be to refuse a third of the answers that are right.
        """
        return 0.12 if self.with_reader else None


def fit(rows: Sequence[Mapping[str, float]], labels: Sequence[bool], large: Sequence[bool], names: Names) -> Logistic:
    """A logistic regression on the named features, lightly regularised on standardised values.

    Args:
        rows: features by name.
        labels: what is to be told.
        large: whether each row is of the large collection.
        names: the features to use.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    table = np.array([[row[name] for name in names] for row in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    part = np.where(large, np.mean(large), 1 - np.mean(large))
    model = LogisticRegression(C=1.0, max_iter=1000).fit((table - mean) / spread, labels, sample_weight=0.5 / part)
    weights = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - (weights * mean).sum())
    return Logistic(
        round(intercept, 4), {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    )


def fit_candidate(asked: Sequence[Asked], way: Way) -> Logistic:
    """The model of single candidates."""
    rows = [candidate.features for item in asked for candidate in item.candidates]
    labels = [item.answerable and right for item in asked for right in item.right]
    large = [item.world == NEWS for item in asked for _ in item.candidates]
    return fit(rows, labels, large, way.of_candidates)


def show(item: Asked, rules: Rules) -> Shown:
    """Rank and choose as answering does."""
    ranked = rank(item.candidates, rules)
    right = {id(candidate): ok for candidate, ok in zip(item.candidates, item.right, strict=True)}
    chosen = shown(ranked)
    hits = [right[id(each.candidate)] for each in chosen]
    return Shown(item.world, item.answerable, answer_features(ranked, item.passages), any(hits), hits[0], len(chosen))


def folds(asked: Sequence[Asked], seed: int) -> list[list[Asked]]:
    """The questions, dealt at random; a question that was put to several collections lies in one fold."""
    texts = sorted({item.question for item in asked})
    random.Random(seed).shuffle(texts)
    fold = {text: number % FOLDS for number, text in enumerate(texts)}
    return [[item for item in asked if fold[item.question] == number] for number in range(FOLDS)]


def out_of_fold(
    parts: Sequence[Sequence[Any]], fitted: Callable[[list[Any]], Any], applied: Callable[[Any, Any], Any]
) -> list[Any]:
    """Apply to each part what was fitted on the others."""
    results = []
    for n, part in enumerate(parts):
        model = fitted([item for m, other in enumerate(parts) if m != n for item in other])
        results.append([applied(model, item) for item in part])
    return results


def score_out_of_fold(asked: Sequence[Asked], way: Way, seed: int) -> list[Scored]:
    """Every question, ranked and scored by models that were fitted on others."""
    shown_parts = out_of_fold(
        folds(asked, seed),
        lambda items: Rules(fit_candidate(items, way), Logistic(0.0, {}), {}),
        lambda rules, item: show(item, rules),
    )
    scored_parts = out_of_fold(
        shown_parts,
        lambda rows: fit_answer(rows, way),
        lambda model, row: Scored(row, model.probability(row.features)),
    )
    return [row for part in scored_parts for row in part]


def fit_answer(rows: Sequence[Shown], way: Way) -> Logistic:
    """The model of whole answers."""
    large = [row.world == NEWS for row in rows]
    return fit([row.features for row in rows], [row.right for row in rows], large, way.of_answers)


def fit_rules(asked: Sequence[Asked], way: Way) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit everything.

    Returns:
        What ``models/confidence.json`` holds for this way of answering, and figures by kind of library, all out of
        sample.
    """
    asked = [item for item in asked if item.candidates and not (way.dated and _of_another_day(item))]
    deals = [score_out_of_fold(asked, way, SEED + deal) for deal in range(DEALS)]
    scored = [row for rows in deals for row in rows]
    by_kind = {
        kind: [row for row in scored if row.shown.world.startswith(kind)] for kind in (NEWS, "news ", "encyclopedia ")
    }
    limits = thresholds(by_kind[NEWS], by_kind["news "], way.most_wrong)
    record = {
        "candidate": _record(fit_candidate(asked, way)),
        "answer": _record(fit_answer([row.shown for row in scored], way)),
        "thresholds": limits,
        "passages": [_usual([item for item in asked if (item.world == NEWS) == large]) for large in (False, True)],
    }
    found = {}
    for kind, rows in by_kind.items():
        size = "large" if kind == NEWS else "small"
        if rows:
            named = {name: at[size] for name, at in limits.items()}
            found[kind.strip()] = {**figures(rows, named), "questions": len(rows) // DEALS}
    return record, found


def _of_another_day(item: Asked) -> bool:
    """Whether a question of the news was put to articles none of which is of its day, so that days do not count."""
    return item.world.startswith("news") and not any(candidate.features["dated"] for candidate in item.candidates)


def _usual(asked: Sequence[Asked]) -> int:
    """How many passages a library of these has: the geometric mean."""
    return round(math.exp(sum(math.log(item.passages) for item in asked) / len(asked))) if asked else 1


def _record(model: Logistic) -> dict[str, Any]:
    return {"intercept": model.intercept, "weights": dict(model.weights)}


def main() -> None:
    """Fit and write; prints the out-of-sample figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {NEWS}/, squad/ and reader/")
    parser.add_argument("--library", type=Path, required=True, help=f"library of {NEWS}, built if it is not there")
    parser.add_argument("--reader", default="default", help="as in RAG_READER")
    parser.add_argument("--dated", action="store_true", help="for questions whose day is told")
    parser.add_argument("--out", type=Path, help="a confidence.json to update; without it, only figures are printed")
    arguments = parser.parse_args()
    encoder, reader = open_encoder("default"), open_reader(arguments.reader)
    way = Way(reader is not None, arguments.dated)
    held = split_rows(read_rows(arguments.data))[1]
    asked = [*news(arguments.data / NEWS, arguments.library, encoder, reader, dated=way.dated)]
    asked += small(news_worlds(arguments.data / NEWS, 2 * WORLDS, SEED, dated=way.dated), encoder, reader)
    asked += small(encyclopedia_worlds(held, WORLDS, SEED), encoder, reader)
    record, figures = fit_rules(asked, way)
    print(json.dumps({**record, "figures": figures}, indent=1))
    if arguments.out:
        kept = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
        kept[way.name] = {
            **record,
            "data": f"{NEWS}, whole and in threes of its articles; tens of held-apart SQuAD paragraphs",
            "questions": len(asked),
            "figures_out_of_sample": figures,
        }
        arguments.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
