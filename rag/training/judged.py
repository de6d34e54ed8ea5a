"""What shown answers are worth by their out-of-sample confidence, and the thresholds that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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


def thresholds(
    large: Sequence[Scored], small: Sequence[Scored], most_wrong: float | None
) -> dict[str, dict[str, float]]:
    """The least confidence at which an answer is shown, for each named setting, in large and in small collections.

    Each is the lowest at which the setting keeps its word, so that nothing is refused for more than that. strict: of
    the answers shown, .90 are right. balanced and generous: wrong on at most a share of all questions, generous on .20.
    (What is right or rightly refused is all but the same from .2 to .45, so that its highest point is chance.)

    Args:
        large: questions put to a large collection.
        small: questions put to small ones of the same kind; none means that they are like the large one.
        most_wrong: the share for balanced; None where it gives no word, but serves as many questions as it can.
    """
    limits = {"large": _limits(large, most_wrong), "small": _limits(small or large, most_wrong)}
    return {setting: {size: limits[size][setting] for size in limits} for setting in ("strict", "balanced", "generous")}


def _limits(rows: Sequence[Scored], most_wrong: float | None) -> dict[str, float]:
    steps = [step / 100 for step in range(1, 96)]

    def wrong(limit: float) -> int:
        return sum(row.confidence >= limit and not row.shown.right for row in rows)

    def keeping_to(share: float) -> float:
        return next((at for at in steps if wrong(at) <= share * len(rows)), steps[-1])

    strict = (at for at in steps if wrong(at) <= 0.10 * sum(row.confidence >= at for row in rows))
    if most_wrong is None:
        balanced = max(steps, key=lambda at: right_or_rightly_refused(rows, at))
    else:
        balanced = keeping_to(most_wrong)
    return {
        "strict": max(next(strict, steps[-1]), balanced),
        "balanced": balanced,
        "generous": min(keeping_to(0.20), balanced),
    }


def right_or_rightly_refused(rows: Sequence[Scored], limit: float) -> float:
    """The share of questions that a threshold serves well."""
    return sum(row.shown.right if row.confidence >= limit else not row.shown.answerable for row in rows) / len(rows)


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
        held = [(c, r) for c, r in zip(confidences, right, strict=True) if min(int(c * bins), bins - 1) == n]
        if held:
            error += abs(sum(c for c, _ in held) - sum(r for _, r in held))
    return error / len(confidences)
