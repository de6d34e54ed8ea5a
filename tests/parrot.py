"""An assistant that echoes what it is asked, for tests of how a benchmark is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eval.questions import Benchmark, Question
from rag import (
    Answer,
    Article,
    Assistant,
    Citation,
    Hit,
    IndexReport,
    Passage,
    Progress,
    QuestionError,
    Settings,
)
from rag.writer import Writer

TEA = Article("tea", "Tea", "Tea is drunk at four.")


class Parrot(Assistant):
    """Answers from a list, and remembers what it was asked after what."""

    def __init__(
        self, stop_at: str = "", refuse: str = "", *, cites: bool = False, writer: Writer | None = None
    ) -> None:
        super().__init__(Settings(library=Path("nowhere")), writer=writer)
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.stop_at, self.refuse, self.cites = stop_at, refuse, cites
        self.stop_reading: BaseException | None = None
        self.stop_searching: BaseException | None = None

    def thresholds(self, *, dated: bool = False) -> Mapping[str, float]:
        """It has no library to go by."""
        return {"balanced": 0.5}

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """Echo."""
        if question == self.stop_at:
            raise KeyboardInterrupt
        if question == self.refuse:
            raise QuestionError("too long")
        self.asked.append((question, tuple(f"{turn.question}>{turn.text}" for turn in history)))
        if self.cites:
            return Answer(question, question, f"echo {question} [1]", None, False, 0.5, (Citation(1, TEA, 0, 21),))
        return Answer(question, f"full {question}", f"echo {question}", None, True, 0.5, timings={"total": 1.0})

    def search(
        self,
        question: str,
        limit: int = 100,
        *,
        history: Sequence[Answer] = (),
        asked: date | None = None,
        weights: tuple[float, float, float] | None = None,
    ) -> tuple[Hit, ...]:
        """Find the one passage, for a question that comes with the history that it was asked with."""
        if question == self.refuse:
            raise QuestionError("too long")
        if weights is not None and self.stop_searching is not None:
            raise self.stop_searching
        same = (question, tuple(f"{turn.question}>{turn.text}" for turn in history)) == self.asked[-1]
        return (Hit(Passage(TEA, 0, 21), 1.0),)[: limit if same else 0]

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The one article."""
        return (TEA,)[:limit]

    def index(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        progress: Callable[[Progress], None] = lambda _: None,
        columns: Mapping[str, str] = MappingProxyType({}),
        sync: bool = False,
    ) -> IndexReport:
        """Take the one article as read."""
        if self.stop_reading is not None:
            raise self.stop_reading
        progress(Progress(1, 1, ""))
        return IndexReport(new=1)


def benchmark(*questions: Question) -> Benchmark:
    return Benchmark("tea", Path("tea"), questions)


def question(id_: str, **more: Any) -> Question:
    return Question(id_, f"Question {id_}?", True, ("four",), {"tea": 1, "gone": 1}, **more)
