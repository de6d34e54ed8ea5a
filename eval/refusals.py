"""What each refusal setting costs: how many answers it shows, how many of them are right, and what it keeps back.

A run knows only the answers that it showed, so it tells of its own setting and of stricter ones; a run with
``RAG_REFUSAL=never`` tells of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from eval.scoring import Row

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = (
    "setting",
    "limit",
    "shown",
    "right if shown",
    "right",
    "wrong",
    "refused in vain",
    "refused well",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What came, or would have come, of one setting; all are shares in 0..1, None where there is nothing to share.

    Attributes:
        setting: its name.
        threshold: the least confidence at which it shows an answer; where that hangs on the question, the mean.
        shown: of all questions, those that are answered.
        right_if_shown: of the shown answers, those that are right.
        right: of all questions, those answered rightly or rightly refused.
        wrong: of all questions, those that are shown an answer which is not right.
        refused_in_vain: of the answerable questions, those refused.
        refused_well: of the unanswerable questions, those refused.
    """

    setting: str
    threshold: float
    shown: float
    right_if_shown: float | None
    right: float
    wrong: float
    refused_in_vain: float | None
    refused_well: float | None

    def to_dict(self) -> dict[str, Any]:
        """The cost as JSON types."""
        return asdict(self)

    def cells(self) -> tuple[str, ...]:
        """A row under ``HEADINGS``."""
        values = (self.threshold, self.shown, self.right_if_shown, self.right, self.wrong)
        refused = (self.refused_in_vain, self.refused_well)
        return (self.setting, *("-" if value is None else f"{value:.2f}" for value in (*values, *refused)))


def costs(rows: Sequence[Row], thresholds: Mapping[bool, Mapping[str, float]], used: str) -> tuple[Cost, ...]:
    """What the run's setting and stricter ones cost, the strictest first.

    Args:
        rows: the scored questions; those of which nothing tells whether the answer is right do not count.
        thresholds: the least confidence at which each setting shows an answer, for questions whose day did not
            count and for those whose day did.
        used: the setting of the run.
    """
    known = [row for row in rows if row.right is not None]
    limits = thresholds.get(False, {})
    told = [name for name, limit in limits.items() if known and limit >= limits.get(used, 1.0)]
    told.sort(key=lambda name: -limits[name])
    return tuple(_cost(name, [thresholds[_dated(row)][name] for row in known], known) for name in told)


def _dated(row: Row) -> bool:
    return row.answer.asked is not None


def _cost(setting: str, limits: Sequence[float], rows: Sequence[Row]) -> Cost:
    shown = [not row.answer.refused and row.answer.confidence >= limit for row, limit in zip(rows, limits, strict=True)]
    right = [row.right if is_shown else not row.question.answerable for row, is_shown in zip(rows, shown, strict=True)]
    refused = [(row.question.answerable, not is_shown) for row, is_shown in zip(rows, shown, strict=True)]
    return Cost(
        setting,
        sum(limits) / len(limits),
        _share(shown) or 0.0,
        _share([bool(ok) for ok, is_shown in zip(right, shown, strict=True) if is_shown]),
        _share([bool(ok) for ok in right]) or 0.0,
        _share([is_shown and not ok for ok, is_shown in zip(right, shown, strict=True)]) or 0.0,
        _share([kept for answerable, kept in refused if answerable]),
        _share([kept for answerable, kept in refused if not answerable]),
    )


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def show_costs(found: Sequence[Cost], console: Console) -> None:
    """Print the table."""
    from rich.table import Table

    table = Table(title="refusal settings (RAG_REFUSAL)", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "setting" else "right")
    for cost in found:
        table.add_row(*cost.cells())
    console.print(table)
