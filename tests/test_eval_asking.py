"""Questions are asked in order with their history; what was answered before a stop is kept."""

from __future__ import annotations

import pytest

from eval.asking import evaluate
from eval.questions import Turn
from eval.run import load
from eval.scoring import with_ids
from rag import Assistant
from tests.parrot import Parrot, benchmark, question


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


def test_what_a_model_wrote_is_not_held_to_quotes() -> None:
    """The text that is shown quotes nothing; only its marker is there."""
    asked = benchmark(question("a"))
    assert evaluate(asked, Parrot(cites=True)).rows[0].scores["verbatim"] == 0
    assert evaluate(asked, Parrot(cites=True, writer=lambda question, hits: iter(()))).rows[0].scores["verbatim"] == 1


def test_every_question_on_the_seeds_is_about_an_article_that_is_there(assistant: Assistant) -> None:
    articles = {article.id: article for article in assistant.articles()}
    for asked in with_ids(load().questions, articles):
        assert set(asked.relevant) <= set(articles), asked.id
