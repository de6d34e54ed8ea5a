"""A run's plots, each as the text of an SVG picture, drawn with matplotlib, which the extra ``eval`` brings."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eval.metrics import calibration
from eval.report import Report
from eval.scoring import Row
from rag import RagError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DEEPEST = 20


def require_plots() -> None:
    """Make sure that plots can be drawn.

    Raises:
        RagError: matplotlib is not installed; the message says how to install it.
    """
    try:
        import matplotlib  # noqa: F401  # only whether it is there
    except ImportError:
        raise RagError("plots need matplotlib, which is not installed: pip install 'footnote-rag[eval]'") from None


def plots(report: Report) -> tuple[tuple[str, str], ...]:
    """The run's plots: for each, what it shows in a sentence, and its SVG."""
    return tuple((said, _drawn(draw, report)) for said, draw in _PLOTS)


def recall_at_k(rows: Sequence[Row], k: int) -> tuple[float, float]:
    """The share of questions with a relevant article, and with a passage holding the answer, among the first k.

    A share is NaN where no question tells.
    """
    articles = [any(place <= k for place in row.found) for row in rows if row.relevant]
    passages = [row.passage is not None and row.passage <= k for row in rows if "passage@1" in row.scores]
    return _share(articles), _share(passages)


def risk_coverage(rows: Sequence[Row]) -> tuple[tuple[float, float], ...]:
    """Of each number of most confident answers shown: its share of all questions, and the share of them that is wrong.

    Answers of the same confidence are shown together (El-Yaniv and Wiener 2010).
    """
    known = [row for row in rows if row.right is not None]
    shown = sorted((row for row in known if not row.answer.refused), key=lambda row: -row.answer.confidence)
    points = []
    wrong = 0
    for place, row in enumerate(shown, start=1):
        wrong += row.wrong
        if place == len(shown) or shown[place].answer.confidence < row.answer.confidence:
            points.append((place / len(known), wrong / place))
    return tuple(points)


def _share(these: Sequence[bool]) -> float:
    return sum(these) / len(these) if these else math.nan


def _drawn(draw: Callable[[Axes, Report], None], report: Report) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "footnote"}):
        figure = Figure(figsize=(5.6, 3.6), layout="constrained")
        axes = figure.add_subplot()
        axes.grid(alpha=0.3)
        draw(axes, report)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()


def _recall_at_k(axes: Axes, report: Report) -> None:
    depths = range(1, _DEEPEST + 1)
    at = [recall_at_k(report.rows, k) for k in depths]
    for line, label, mark in ((0, "relevant article", "o"), (1, "passage with the answer", "s")):
        if not math.isnan(at[0][line]):
            axes.plot(list(depths), [shares[line] for shares in at], marker=mark, markersize=3, label=label)
    axes.set(xlabel="k", ylabel="share of questions", ylim=(0, 1.02), xticks=[1, 3, 5, 10, 15, 20])
    _legend(axes)


def _risk_coverage(axes: Axes, report: Report) -> None:
    points = risk_coverage(report.rows)
    if points:
        axes.step([cover for cover, _ in points], [risk for _, risk in points], where="post", label="shown answers")
    axes.set(xlabel="coverage: share of all questions shown an answer", ylabel="risk: share of them wrong")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    _legend(axes)


def _reliability(axes: Axes, report: Report) -> None:
    import numpy as np

    axes.plot([0, 1], [0, 1], linestyle="--", color="gray", label="calibrated")
    for name, label, mark in (("answerable", "answerable", "o"), ("right_if_shown", "shown, and right", "s")):
        pairs = [(row.scores["confidence"], row.scores[name]) for row in report.rows if name in row.scores]
        if pairs:
            said, came = np.array(pairs).T
            bins = calibration(said, came)
            axes.plot([mean for mean, _, _ in bins], [share for _, share, _ in bins], marker=mark, label=label)
    axes.set(xlabel="confidence", ylabel="share that came true", xlim=(0, 1), ylim=(0, 1.02))
    _legend(axes)


def _latency(axes: Axes, report: Report) -> None:
    stages = list(report.latency.items())[::-1]
    names = [stage for stage, _ in stages]
    axes.barh(names, [taken["p95"] for _, taken in stages], height=0.4, color="lightgray", label="p95")
    axes.barh(names, [taken["p50"] for _, taken in stages], height=0.7, alpha=0.7, label="median")
    axes.set(xlabel="ms")
    _legend(axes)


def _legend(axes: Axes) -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)


_PLOTS: tuple[tuple[str, Callable[[Axes, Report], None]], ...] = (
    ("Recall at k: how often a relevant article, or a passage with the answer, is among the first k.", _recall_at_k),
    ("Risk and coverage: the share that is wrong, if only the most confident answers are shown.", _risk_coverage),
    ("Reliability: how often what was said with each confidence came true.", _reliability),
    ("Latency by stage, in milliseconds: the median, and what 95 % of the questions stay under.", _latency),
)
