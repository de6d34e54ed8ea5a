"""Whole runs: questions asked in order with their history, stops kept, files written, status told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.questions import Benchmark, Question, Turn, load
from eval.run import cached_library, evaluate, run
from eval.scoring import with_ids
from rag import Answer, Article, Assistant, DocumentError, Hit, Passage, QuestionError, RagError, Settings, seeds

TEA = Article("tea", "Tea", "Tea is drunk at four.")


class Parrot(Assistant):
    """Answers from a list, and remembers what it was asked after what."""

    def __init__(self, stop_at: str = "", refuse: str = "") -> None:
        super().__init__(Settings(library=Path("nowhere")))
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.stop_at, self.refuse = stop_at, refuse

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
        same = (question, tuple(f"{turn.question}>{turn.text}" for turn in history)) == self.asked[-1]
        return (Hit(Passage(TEA, 0, 21), 1.0),)[: limit if same else 0]

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The one article."""
        return (TEA,)[:limit]


def benchmark(*questions: Question) -> Benchmark:
    return Benchmark("tea", Path("tea"), questions)


def question(id_: str, **more: Any) -> Question:
    return Question(id_, f"Question {id_}?", True, ("four",), {"tea": 1, "gone": 1}, **more)


def test_history_is_asked_first_or_told_and_handed_on() -> None:
    parrot = Parrot()
    told = question("told", history=(Turn("Tea?", "Yes."), Turn("Milk?", "")))
    asked = question("asked", history=(Turn("Tea?"), Turn("Milk?")))
    report = evaluate(benchmark(told, asked), parrot)
    assert parrot.asked[1:] == [
        ("Question told?", ("Tea?>Yes.", "Milk?>")),
        ("Tea?", ()),
        ("Milk?", ("Tea?>echo Tea?",)),
        ("Question asked?", ("Tea?>echo Tea?", "Milk?>echo Milk?")),
    ]
    assert (report.articles, report.missing, report.n["followups"], report.stopped) == (1, 1, 2, False)
    assert [row.found for row in report.rows] == [(1,), (1,)]  # searched for as it was understood


def test_progress_counts_every_question() -> None:
    seen: list[tuple[int, int]] = []
    evaluate(benchmark(question("a"), question("b")), Parrot(), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_stop_keeps_what_was_answered() -> None:
    report = evaluate(benchmark(question("a"), question("b"), question("c")), Parrot(stop_at="Question b?"))
    assert report.stopped and [row.question.id for row in report.rows] == ["a"]
    assert (report.n["asked"], report.n["questions"]) == (1, 3)
    with pytest.raises(KeyboardInterrupt):
        evaluate(benchmark(question("a")), Parrot(stop_at="Question a?"))


def test_a_question_that_cannot_be_asked_counts_as_refused() -> None:
    report = evaluate(benchmark(question("a"), question("b")), Parrot(refuse="Question a?"))
    assert [row.scores["MRR"] for row in report.rows] == [0.0, 1.0]
    assert report.rows[0].answer.refused and report.rows[0].scores["false_refusals"] == 1.0


def test_a_changed_corpus_or_encoder_has_another_library(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("{}", encoding="utf-8")
    first = cached_library(corpus, "default")
    assert first == cached_library(corpus, "default") and first.name.startswith(tmp_path.name)
    assert first != cached_library(corpus, "other")
    corpus.write_text("{} ", encoding="utf-8")
    assert first != cached_library(corpus, "default")
    assert cached_library(seeds(), "default").parent == first.parent


def test_what_cannot_work_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="2 are given"):
        run([tmp_path, tmp_path], library=tmp_path)
    with pytest.raises(RagError, match="no folder"):
        run([], json_file=tmp_path / "nowhere" / "run.json")
    with pytest.raises(RagError, match="is a folder"):
        run([], html_file=tmp_path)
    with pytest.raises(RagError, match="no earlier run"):
        run([], against=tmp_path / "run.json")
    with pytest.raises(DocumentError, match="has no corpus"):
        run([tmp_path])


def test_the_command_says_errors_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1


def test_help_teaches_the_form() -> None:
    told = subprocess.run([sys.executable, "-m", "eval", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(word in told for word in ("corpus.jsonl", "qrels.tsv", "--against", "examples:"))


@pytest.mark.slow
def test_the_seeds_are_evaluated_for_real(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run makes the library; the second compares with the first and finds nothing fallen."""
    written, page = tmp_path / "run.json", tmp_path / "run.html"
    library = tmp_path / "library"
    assert run([], library=library, json_file=written, limit=4) == 0
    first = json.loads(written.read_text(encoding="utf-8"))
    assert first["n"]["asked"] == 4 and first["n"]["missing_articles"] == 0
    assert first["citation"]["verbatim"] == 1.0
    pytest.importorskip("matplotlib", reason="the extra `eval` brings it")
    assert run([], library=library, html_file=page, against=written, limit=4) == 0
    assert "No figure fell beyond noise" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_every_question_on_the_seeds_is_about_an_article_that_is_there(assistant: Assistant) -> None:
    articles = {article.id: article for article in assistant.articles()}
    for asked in with_ids(load().questions, articles):
        assert set(asked.relevant) <= set(articles), asked.id
