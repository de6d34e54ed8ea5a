"""A run's results: what the terminal shows and what the JSON holds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.figures import GROUPS, Figure, figures, latency
from eval.refusals import Cost, costs, show_costs
from eval.scoring import Row
from eval.searches import Finding
from eval.showing import plain
from eval.writing import write_text

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 130  # columns of a terminal that has room to say what each figure means
_MISSING = "-"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of asking a benchmark's questions.

    Attributes:
        name: the benchmark's.
        rows: the scored questions, in the order in which they were asked.
        questions: how many there were to ask; more than the rows where the run was stopped.
        articles: how many articles the library holds.
        missing: relevant articles that the library does not hold; each counts as not found.
        unjudged: questions of the file that were not asked because nothing says whether they can be answered.
        settings: the assistant's.
        searches: what other ways of searching found, where that was asked for.
        thresholds: the least confidence at which an answer is shown, by the name of the refusal setting: for answers
            to questions whose day did not count, and for those to questions whose day did.
    """

    name: str
    rows: tuple[Row, ...]
    questions: int
    articles: int
    missing: int
    unjudged: int
    settings: Mapping[str, Any]
    searches: tuple[Finding, ...] = ()
    thresholds: Mapping[bool, Mapping[str, float]] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        """Whether the run ended before the last question."""
        return len(self.rows) < self.questions

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every measure over the rows; computed anew at each call."""
        return figures([row.scores for row in self.rows])

    @property
    def costs(self) -> tuple[Cost, ...]:
        """What the refusal settings cost, as far as this run tells."""
        return costs(self.rows, self.thresholds, str(self.settings.get("refusal")))

    @property
    def latency(self) -> dict[str, dict[str, float]]:
        """p50 and p95 in milliseconds by stage."""
        return latency([row.answer.timings for row in self.rows])

    @property
    def n(self) -> dict[str, int]:
        """How many questions of each sort stand behind the figures."""
        rows = self.rows
        kinds = {kind: sum(row.question.kind == kind for row in rows) for kind in ("near", "far")}
        return {
            "questions": self.questions,
            "asked": len(rows),
            "answerable": sum(row.question.answerable for row in rows),
            "unanswerable": sum(not row.question.answerable for row in rows),
            **kinds,
            "dated": sum(row.answer.asked is not None for row in rows),
            "followups": sum(bool(row.question.history) for row in rows),
            "with_answers": sum("present" in row.scores for row in rows),
            "with_sentences": sum("sentence_f1" in row.scores for row in rows),
            "with_articles": sum("MRR" in row.scores for row in rows),
            "shown": sum(not row.answer.refused for row in rows),
            "refused": sum(row.answer.refused for row in rows),
            "articles": self.articles,
            "missing_articles": self.missing,
            "unjudged": self.unjudged,
        }

    def to_dict(self) -> dict[str, Any]:
        """The run as JSON types: a figure is a number or null, its interval stands in its group's ``intervals``."""
        groups: dict[str, Any] = {group: {"intervals": {}} for group in GROUPS}
        for figure in self.figures:
            group = groups[figure.measure.group]
            group[figure.measure.name] = _json_number(figure.value)
            group["intervals"][figure.measure.name] = [_json_number(figure.low), _json_number(figure.high)]
        for group in groups.values():
            group["intervals"] = group.pop("intervals")  # last, below the figures that it belongs to
        return {
            "name": self.name,
            **groups,
            "latency_ms": self.latency,
            "n": self.n,
            "settings": dict(self.settings),
            "refusal_settings": [cost.to_dict() for cost in self.costs],
            **({"searches": [finding.to_dict() for finding in self.searches]} if self.searches else {}),
            "questions": [row.to_dict() for row in self.rows],
        }


def write_json(reports: Sequence[Report], file: Path) -> None:
    """Write one run as it is, or several under ``benchmarks`` by name.

    Raises:
        RagError: the file cannot be written.
    """
    runs = {report.name: report.to_dict() for report in reports}
    written = {"benchmarks": runs} if len(reports) > 1 else runs[reports[0].name]
    write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", file)


def show(report: Report, console: Console) -> None:
    """Print the figures as a table, then the latencies, and say what was left out."""
    from rich.table import Table

    title = plain(f"{report.name}: {_counts(report.n)}", style="table.title")
    table = Table(title=title, title_justify="left", caption_justify="left")
    for heading in ("", "figure"):
        table.add_column(heading, no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("n", justify="right")
    wide = console.width >= _WIDE
    if wide:
        table.add_column("what it says", no_wrap=True)
    group = ""
    for figure in report.figures:
        measure = figure.measure
        heading = "" if measure.group == group else measure.group
        if heading:
            table.add_section()
        group = measure.group
        spread = _MISSING if math.isnan(figure.low) else f"{_number(figure.low)} to {_number(figure.high)}"
        cells = (heading, measure.name, _number(figure.value), spread, str(figure.questions), measure.meaning)
        table.add_row(*(cells if wide else cells[:-1]))
    console.print(table)
    times = Table(title="latency, ms", title_justify="left")
    for heading in ("stage", "p50", "p95"):
        times.add_column(heading, justify="left" if heading == "stage" else "right")
    for stage, taken in report.latency.items():
        times.add_row(stage, f"{taken['p50']:.1f}", f"{taken['p95']:.1f}")
    console.print(times)
    if report.costs:
        show_costs(report.costs, console)
    for note in notes(report):
        console.print(note, markup=False, highlight=False)


def notes(report: Report) -> tuple[str, ...]:
    """What a reader must know to take the figures for what they are."""
    said = []
    if report.stopped:
        said.append(f"Stopped after {len(report.rows)} of {report.questions} questions; no figure counts the rest.")
    if report.missing:
        said.append(f"{report.missing} relevant articles are not in the library; they count as not found.")
    if report.unjudged:
        said.append(f"{report.unjudged} questions were not asked: the qrels do not judge them.")
    return tuple(said)


def _counts(n: Mapping[str, int]) -> str:
    return f"{n['asked']} questions ({n['answerable']} answerable) on {n['articles']} articles"


def _number(figure: float) -> str:
    return _MISSING if math.isnan(figure) else f"{figure:.3f}"


def _json_number(figure: float) -> float | None:
    return None if math.isnan(figure) else round(figure, 6)
