"""The figures of a run: each a mean, or another statistic, over the scores of its questions, with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eval import metrics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scores = Mapping[str, float]
Group = Literal["retrieval", "answer", "citation", "refusal"]
Better = Literal["higher", "lower"] | None
GROUPS: tuple[Group, ...] = ("retrieval", "answer", "citation", "refusal")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure is.

    Attributes:
        group: where it stands in the report.
        name: its key in the JSON.
        meaning: what it says, in a few words.
        columns: the scores that it is made of; a question that lacks one does not count.
        statistic: from one array for each column, of one number for each question, to the figure; of a single
            column, always the mean.
        better: which way is better, or None where neither is.
        promise: one question that loses it is a broken promise, whatever chance would say.
    """

    group: Group
    name: str
    meaning: str
    columns: tuple[str, ...]
    statistic: Callable[..., float]
    better: Better = "higher"
    promise: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value over a run, its 95 % bootstrap interval, and how many questions it rests on; NaN for none."""

    measure: Measure
    value: float
    low: float
    high: float
    questions: int


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _of_mean(group: Group, name: str, meaning: str, better: Better = "higher", *, promise: bool = False) -> Measure:
    return Measure(group, name, meaning, (name,), _mean, better, promise)


def _of_confidence(
    name: str, outcome: str, meaning: str, statistic: Callable[..., float], better: Better = "higher"
) -> Measure:
    return Measure("refusal", name, meaning, ("confidence", outcome), statistic, better)


MEASURES: tuple[Measure, ...] = (
    _of_mean("retrieval", "nDCG@10", "articles, graded, among the first ten"),
    _of_mean("retrieval", "R@5", "share of the relevant articles among the first five"),
    _of_mean("retrieval", "MRR", "one over the place of the first relevant article"),
    _of_mean("retrieval", "hit@1", "the first article is relevant"),
    _of_mean("retrieval", "hit@5", "a relevant article among the first five"),
    _of_mean("retrieval", "passage@1", "the first passage holds an accepted answer"),
    _of_mean("retrieval", "passage@5", "one of the first five passages holds an accepted answer"),
    _of_mean("answer", "present", "an accepted answer stands in the cited sentences"),
    _of_mean("answer", "present_followup", "the same, of the follow-up questions"),
    _of_mean("answer", "first_sentence", "an accepted answer stands in the first sentence shown"),
    _of_mean("answer", "exact_match", "`short` is an accepted answer"),
    _of_mean("answer", "f1", "words that `short` shares with an accepted answer"),
    _of_mean("answer", "sentences", "sentences shown in an answer", None),
    _of_mean("answer", "sentence_f1", "cited sentences against those that people chose"),
    _of_mean("answer", "sentence_precision", "share of the cited sentences that people chose"),
    _of_mean("answer", "sentence_recall", "share of the chosen sentences that are cited"),
    _of_mean("citation", "verbatim", "answers whose every quote is word for word", promise=True),
    _of_mean("citation", "article_right", "shown answers that cite a relevant article"),
    _of_mean("citation", "article_precision", "share of a shown answer's citations that are of relevant articles"),
    _of_mean("citation", "present_article_right", "where the accepted answer is shown: cited from a relevant article"),
    _of_mean("refusal", "precision", "refused questions that the articles do not answer"),
    _of_mean("refusal", "recall", "unanswerable questions that were refused"),
    _of_mean("refusal", "recall_near", "the same, right subject but missing fact"),
    _of_mean("refusal", "recall_far", "the same, another subject"),
    _of_mean("refusal", "false_refusals", "answerable questions that were refused", "lower"),
    _of_mean("refusal", "right", "of all questions: answered rightly or rightly refused"),
    _of_mean("refusal", "wrong", "of all questions: shown an answer that is not right", "lower"),
    _of_mean("refusal", "right_if_shown", "of the shown answers: right"),
    _of_confidence("auroc_answerable", "answerable", "confidence tells answerable from not", metrics.auroc),
    _of_confidence("auroc_right", "shown_right", "confidence tells rightly shown from all else", metrics.auroc),
    _of_confidence(
        "calibration_error",
        "right_if_shown",
        "confidence against right, of the shown answers",
        metrics.calibration_error,
        "lower",
    ),
    _of_confidence(
        "calibration_error_answerable",
        "answerable",
        "confidence against answerable",
        metrics.calibration_error,
        "lower",
    ),
)


def columns(measure: Measure, scores: Sequence[Scores]) -> tuple[Floats, ...]:
    """The measure's scores as arrays, of the questions that it applies to."""
    import numpy as np

    rows = [[row[name] for name in measure.columns] for row in scores if all(name in row for name in measure.columns)]
    return tuple(np.array(rows, dtype=np.float64).reshape(len(rows), len(measure.columns)).T)


def value(measure: Measure, scores: Sequence[Scores]) -> float:
    """The measure over these questions; NaN where it applies to none."""
    return measure.statistic(*columns(measure, scores))


def figures(scores: Sequence[Scores]) -> tuple[Figure, ...]:
    """Every measure over these questions, in the order of ``MEASURES``."""
    return tuple(_figure(measure, scores) for measure in MEASURES)


def _figure(measure: Measure, scores: Sequence[Scores]) -> Figure:
    arrays = columns(measure, scores)
    if len(arrays) == 1:
        low, high = metrics.mean_interval(arrays[0])
    else:
        low, high = metrics.interval(lambda at: measure.statistic(*(array[at] for array in arrays)), len(arrays[0]))
    return Figure(measure, measure.statistic(*arrays), low, high, len(arrays[0]))


def latency(timings: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Of each stage, in milliseconds: the median (p50) and the time that 95 % of the questions took at most (p95)."""
    import numpy as np

    stages = dict.fromkeys(stage for timing in timings for stage in timing)
    taken = {stage: [timing[stage] for timing in timings if stage in timing] for stage in stages}
    return {
        stage: {"p50": float(np.percentile(ms, 50)), "p95": float(np.percentile(ms, 95))} for stage, ms in taken.items()
    }
