"""The file of ratings when two connections meet in it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from rag import feedback_file
from rag.feedback_file import FeedbackFile


@pytest.mark.parametrize("statement", range(1, 8))
def test_another_may_make_the_tables_before_any_statement_of_the_first_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    connect, seen = feedback_file.connect, 0

    def make_tables(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            monkeypatch.undo()
            with contextlib.closing(FeedbackFile(tmp_path)) as other:
                other.begin()
                other.commit()

    def watched(folder: Path, mode: str = "rw") -> sqlite3.Connection:
        connection = connect(folder, mode)
        connection.set_trace_callback(make_tables)
        return connection

    monkeypatch.setattr(feedback_file, "connect", watched)
    with contextlib.closing(FeedbackFile(tmp_path, create=True)) as file:
        assert file.ratings() == ()
        assert file.pruned is None
        file.begin()
        file.commit()
    assert seen >= 7
