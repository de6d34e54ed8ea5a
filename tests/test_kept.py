"""The same question again costs next to nothing, and is never answered from articles that are no longer there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag import Answer, Assistant, Settings
from rag.quoting import MOST_KEPT, Kept, Quotes

QUESTION = "When does the ferry to Anholt leave?"


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def test_the_same_question_again_is_not_searched_for(seed_library: Path) -> None:
    assistant = Assistant(Settings(library=seed_library))
    first, again = assistant.ask("Who met with the refugees?"), assistant.ask("Who met with the refugees?")
    assert untimed(again) == untimed(first)
    assert {"encode", "retrieve", "answer"} <= set(first.timings)
    assert set(again.timings) == {"open", "total"}
    assert "retrieve" in assistant.ask("Who met with the refugees?", history=[first]).timings


def test_a_kept_answer_goes_with_its_generation(tmp_path: Path) -> None:
    article = tmp_path / "ferry.txt"
    assistant = Assistant(Settings(library=tmp_path / "library", refusal="never"))
    for hour in ("nine", "ten"):
        article.write_text(f"The ferry to Anholt leaves at {hour} in the morning.", encoding="utf-8")
        assistant.index([article])
        for _ in range(2):
            assert f"leaves at {hour}" in assistant.ask(QUESTION).text


def test_only_the_last_answers_are_kept() -> None:
    kept = Kept(MOST_KEPT)
    for number in range(MOST_KEPT + 1):
        kept.get(("0", None))  # wanted again and again
        kept.put((str(number), None), Quotes(Answer("?", "?", "No.", None, True, 0.0), ()))
    assert kept.get(("0", None)) is not None
    assert kept.get(("1", None)) is None
    assert sum(kept.get((str(number), None)) is not None for number in range(MOST_KEPT + 1)) == MOST_KEPT
