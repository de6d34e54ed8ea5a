"""Two runs of the same questions, compared by a paired randomisation test.

Were the runs alike, it would not matter which of them a question's scores came from: the two are swapped at random,
question by question, many times, and p is how often the difference comes out as large as the one that was seen
(Smucker, Allan and Carterette 2007). Many figures are tested at once, so their p are held to Holm's stepwise threshold
(1979).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.figures import MEASURES, Measure, Scores, value
from eval.questions import Benchmark
from rag import RagError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.console import Console

    Floats = NDArray[np.float64]

_SWAPS = 1999
_NOISE = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one figure on the questions that both runs asked.

    Attributes:
        measure: what was measured.
        before: its value in the earlier run.
        after: its value in this one.
        p: how likely a difference as large is by chance alone.
        beyond_noise: p is below Holm's threshold, or the figure is a promise and fell at all.
    """

    measure: Measure
    before: float
    after: float
    p: float
    beyond_noise: bool

    @property
    def fell(self) -> bool:
        """Worse than before, and not by chance."""
        worse = self.after < self.before if self.measure.better == "higher" else self.after > self.before
        return self.beyond_noise and worse and self.measure.better is not None


def earlier_scores(file: Path, benchmark: Benchmark) -> Mapping[str, Scores]:
    """The scores, by question, of the same benchmark in a run that ``--json`` wrote.

    Raises:
        RagError: the file cannot be read, is no run, asked none of these questions, or asked another one by the id of
            one of them.
    """
    remedy = "give a file that `footnote eval --json FILE` wrote"
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise RagError(f"cannot read {file} ({error}): {remedy}") from None
    remedy += " for the same questions"
    try:
        run = run["benchmarks"][benchmark.name] if "benchmarks" in run else run
        scores = {str(row["id"]): {str(k): float(v) for k, v in row["scores"].items()} for row in run["questions"]}
        texts = {str(row["id"]): str(row["text"]) for row in run["questions"]}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RagError(f"{file} holds no run of {benchmark.name}: {remedy}") from None
    shared = [question for question in benchmark.questions if question.id in scores]
    if not shared:
        raise RagError(f"{file} asked none of the questions of {benchmark.name}: {remedy}")
    for question in shared:
        if texts[question.id] != question.text:
            raise RagError(f"{file} asked {texts[question.id]!r:.60} as {question.id!r} of {benchmark.name}: {remedy}")
    return scores


def compare(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> tuple[Change, ...]:
    """Every measure that both runs have, over the questions that both asked.

    Args:
        before: the earlier run's scores by question.
        after: this run's.
    """
    shared = [id_ for id_ in after if id_ in before]
    old, new = [before[id_] for id_ in shared], [after[id_] for id_ in shared]
    tested = []
    for measure in MEASURES:
        was, became = value(measure, old), value(measure, new)
        if not math.isnan(was) and not math.isnan(became):
            tested.append((measure, was, became, _chance(measure, old, new)))
    beyond = _holm([p for *_, p in tested])
    return tuple(
        Change(measure, was, became, p, unlikely or (measure.promise and became < was))
        for (measure, was, became, p), unlikely in zip(tested, beyond, strict=True)
    )


def _chance(measure: Measure, old: Sequence[Scores], new: Sequence[Scores]) -> float:
    """The two-sided p of the measure's difference under random swaps of a question's scores."""
    import numpy as np

    one, other = _table(measure, old), _table(measure, new)
    if np.array_equal(one, other, equal_nan=True):
        return 1.0
    seen = abs(_value(measure, other) - _value(measure, one))
    swaps = np.random.default_rng(0).integers(0, 2, (_SWAPS, len(one))).astype(bool)
    if len(measure.columns) == 1:
        drawn = abs(_swapped_means(one[:, 0], other[:, 0], swaps) - _swapped_means(other[:, 0], one[:, 0], swaps))
    else:
        pairs = ((np.where(swap[:, None], other, one), np.where(swap[:, None], one, other)) for swap in swaps)
        drawn = np.array([abs(_value(measure, second) - _value(measure, first)) for first, second in pairs])
    as_large = int((~(drawn < seen - 1e-12)).sum())  # NaN, where a swap left no such question, counts for chance
    return (as_large + 1) / (_SWAPS + 1)


def _swapped_means(kept: Floats, taken: Floats, swaps: NDArray[np.bool_]) -> Floats:
    """The mean of ``kept`` with the swapped questions' values taken from ``taken``, for each row of swaps at once."""
    import numpy as np

    has_kept, has_taken = kept == kept, taken == taken  # NaN differs from itself
    kept, taken = np.where(has_kept, kept, 0.0), np.where(has_taken, taken, 0.0)
    drawn = swaps.astype(np.float64)
    total = kept.sum() + drawn @ (taken - kept)
    count = has_kept.sum() + drawn @ (has_taken.astype(np.float64) - has_kept)
    means: Floats = np.divide(total, count, out=np.full(len(swaps), np.nan), where=count > 0.5)
    return means


def _table(measure: Measure, scores: Sequence[Scores]) -> Floats:
    """A row for each question, a column for each score of the measure; NaN where a question lacks it."""
    import numpy as np

    rows = [[row.get(name, math.nan) for name in measure.columns] for row in scores]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(measure.columns))


def _value(measure: Measure, table: Floats) -> float:
    whole = table[(table == table).all(axis=1)]  # NaN differs from itself
    return measure.statistic(*whole.T)


def _holm(chances: Sequence[float]) -> list[bool]:
    """Which of the p are below Holm's stepwise threshold, so that a false alarm among them all is as rare as noise."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    beyond = [False] * len(chances)
    for step, place in enumerate(order):
        if chances[place] > _NOISE / (len(chances) - step):
            break
        beyond[place] = True
    return beyond


def show_changes(changes: Sequence[Change], shared: int, console: Console) -> None:
    """Print what changed, and say in one line whether a figure fell beyond noise."""
    from rich.table import Table

    table = Table(title=f"against the earlier run, {shared} questions in both", title_justify="left")
    for heading in ("figure", "before", "after", "change", "p", ""):
        table.add_column(heading, justify="left" if heading in ("figure", "") else "right")
    for change in changes:
        verdict = "fell" if change.fell else ("changed" if change.beyond_noise else "")
        moved = f"{change.after - change.before:+.3f}"
        name = f"{change.measure.group} {change.measure.name}"
        table.add_row(name, f"{change.before:.3f}", f"{change.after:.3f}", moved, f"{change.p:.4f}", verdict)
    console.print(table)
    fallen = [change.measure.name for change in changes if change.fell]
    console.print(f"Fell beyond noise: {', '.join(fallen)}." if fallen else "No figure fell beyond noise.")
