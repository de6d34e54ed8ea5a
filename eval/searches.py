"""What other ways of searching would find: the table that says why the search is fused as it is.

Ways are compared on the same library and questions. The difference of each to the way that answers are found with has
an interval of its own, of the differences question by question, which is narrower than those of the two figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval import metrics
from eval.conversations import conversation
from eval.questions import Question
from eval.scoring import ranked_articles
from rag import Answer, Assistant, Hit, QuestionError, Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.console import Console

    Floats = NDArray[np.float64]

MEASURES = ("hit@1", "MRR", "R@5", "nDCG@10", "passage@5")
SHIPPED = "as for answers, before they are read"
_RANK_CONSTANT = 60
_DEPTH = 100
_EITHER = 200  # passages that two searches of 100 each may bring


@dataclass(frozen=True, slots=True)
class Way:
    """One way of searching.

    Attributes:
        name: of the way.
        weights: how much vectors, passage words and article words count, or None for what the assistant does.
        by_ranks: whether the ranks of vectors and words are fused, and not their scores.
        dated: whether the day of the question is told, where it is known.
    """

    name: str
    weights: Weights | None = None
    by_ranks: bool = False
    dated: bool = False


WAYS: tuple[Way, ...] = (
    Way(SHIPPED, dated=True),
    Way("vectors alone", (1.0, 0.0, 0.0)),
    Way("passage words alone (BM25)", (0.0, 1.0, 0.0)),
    Way("article words alone (BM25)", (0.0, 0.0, 1.0)),
    Way("vectors .3, passage words .7", (0.3, 0.7, 0.0)),
    Way("vectors .5, passage words .5", (0.5, 0.5, 0.0)),
    Way("vectors .7, passage words .3", (0.7, 0.3, 0.0)),
    Way("a third each, with article words", (1 / 3, 1 / 3, 1 / 3)),
    Way("vectors .4, passage .2, article .4", (0.4, 0.2, 0.4)),
    Way(f"reciprocal ranks, k = {_RANK_CONSTANT}", (0.5, 0.5, 0.0), by_ranks=True),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a way of searching found.

    Attributes:
        way: its name.
        figures: of each measure: its mean, and the ends of its 95 % bootstrap interval.
        change: of each measure: the mean difference to the shipped way, and the ends of that one's interval.
        questions: how many stand behind them.
    """

    way: str
    figures: Mapping[str, tuple[float, float, float]]
    change: Mapping[str, tuple[float, float, float]]
    questions: int

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON types."""
        return {
            "way": self.way,
            "figures": {name: list(values) for name, values in self.figures.items()},
            "change": {name: list(values) for name, values in self.change.items()},
            "questions": self.questions,
        }


def compare_searches(
    questions: Sequence[Question],
    assistant: Assistant,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Finding, ...]:
    """Search for every question in every way; for one that cannot be asked, nothing is found.

    Args:
        questions: those without relevant articles, which are told by id, are left out.
        assistant: has the benchmark's articles in its library.
        progress: called after each question with how many were searched for.

    Returns:
        One finding a way, the shipped one first; none where no question's relevant articles are known.
    """
    import numpy as np

    rows: dict[str, list[dict[str, float]]] = {way.name: [] for way in WAYS}
    judged = [question for question in questions if question.relevant]
    for number, question in enumerate(judged, start=1):
        for way, hits in zip(WAYS, _found(question, assistant), strict=True):
            rows[way.name].append(_scores(question, hits))
        progress(number)
    tables = {
        name: {measure: np.array([row[measure] for row in scores if measure in row]) for measure in MEASURES}
        for name, scores in rows.items()
    }
    return tuple(_finding(name, table, tables[SHIPPED], len(judged)) for name, table in tables.items() if judged)


def _found(question: Question, assistant: Assistant) -> list[Sequence[Hit]]:
    """What each way finds, best first."""
    try:
        history = conversation(question, assistant)
        return [_searched(way, question, history, assistant) for way in WAYS]
    except QuestionError:
        return [() for _ in WAYS]


def _searched(way: Way, question: Question, history: Sequence[Answer], assistant: Assistant) -> Sequence[Hit]:
    asked = question.asked if way.dated else None
    hits = assistant.search(question.text, _EITHER, history=history, weights=way.weights, asked=asked)
    return _by_ranks(hits) if way.by_ranks else hits


def _finding(name: str, table: Mapping[str, Floats], shipped: Mapping[str, Floats], questions: int) -> Finding:
    told = [measure for measure in MEASURES if len(table[measure])]
    return Finding(
        name,
        {measure: _with_interval(table[measure]) for measure in told},
        {measure: _with_interval(table[measure] - shipped[measure]) for measure in told},
        questions,
    )


def _with_interval(values: Floats) -> tuple[float, float, float]:
    return float(values.mean()), *metrics.mean_interval(values)


def _scores(question: Question, hits: Sequence[Hit]) -> dict[str, float]:
    scores = metrics.retrieval(question.relevant, ranked_articles(hits[:_DEPTH]))
    if question.answers:
        scores["passage@5"] = float(any(metrics.holds(hit.passage.text, question.answers) for hit in hits[:5]))
    return scores


def _by_ranks(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Fused by reciprocal rank (Cormack, Clarke and Büttcher 2009)."""

    def score(hit: Hit) -> float:
        ranks = (rank for rank in (hit.dense_rank, hit.lexical_rank) if rank is not None)
        return sum(1 / (_RANK_CONSTANT + rank) for rank in ranks)

    return tuple(sorted(hits, key=lambda hit: -score(hit)))


def show_searches(findings: Sequence[Finding], console: Console) -> None:
    """Print the table."""
    from rich.table import Table

    table = Table(title=f"ways of searching, {findings[0].questions} questions", title_justify="left")
    told = tuple(findings[0].figures)
    table.add_column("way", no_wrap=True)
    for measure in told:
        table.add_column(measure, justify="right")
    table.add_column("MRR less the shipped way's", justify="right", no_wrap=True)
    for finding in findings:
        mean, low, high = finding.change["MRR"]
        change = "" if finding.way == SHIPPED else f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"
        table.add_row(finding.way, *(f"{finding.figures[measure][0]:.3f}" for measure in told), change)
    console.print(table)
