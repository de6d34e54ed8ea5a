"""The figures of what a small model writes are of what was shown, and questions are chosen evenly."""

from __future__ import annotations

import json
from pathlib import Path

from tests.written_outcomes import Outcome, Shown, figures, read_questions


def test_questions_are_evenly_spaced_and_those_without_an_answer_can_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    rows = [{"_id": str(n), "text": f"Who is {n}?", "answerable": n % 2 == 0} for n in range(20)]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    assert len(read_questions(file, None, answerable=False)) == 20
    assert [id_ for id_, _ in read_questions(file, 4, answerable=False)] == ["0", "5", "10", "15"]
    assert [id_ for id_, _ in read_questions(file, 5, answerable=True)] == ["0", "4", "8", "12", "16"]


def test_shares_are_of_what_was_asked_answered_and_written() -> None:
    shown = (
        Shown("Nora Quill keeps it.", "The keeper is Nora Quill.", "News"),
        Shown("She CAME.", "She came!", "News"),
    )
    outcomes = (
        Outcome("1", "Who?", False, True, shown, ("No.",), None, 2.0, 4.0),
        Outcome("2", "Who?", False, False, (Shown("Q.", "Q.", "News"),), ("No.", "No, no."), "quoted", 9.0, 9.0),
        Outcome("3", "Who?", True, False, (), (), None, None, 0.1),
        Outcome("4", "Who?", True, False, (), (), None, None, 0.1),
    )
    told = list(figures(outcomes).values())
    assert told == [4, 0.5, 0.5, 2, 1, 3, 2.0, 6.5]
