"""The bench measures what it says: real runs on the seed articles, no question asked twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench import _questions, bench
from rag import Assistant, RagError
from rag.assistant import seeds


def test_the_indexing_rate_is_measured_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench(["index"], [seeds()], tmp_path / "unused", tmp_path / "figures.json")
    (figure,) = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert figure["unit"] == "passages/s"
    assert figure["ratio"] == pytest.approx(figure["value"] / figure["baseline"], abs=0.01)
    assert "indexing, files to published library" in capsys.readouterr().out
    assert not (tmp_path / "unused").exists()


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="name some of cold, question, index"):
        bench(["speed"], [], tmp_path, None)


def test_no_question_is_asked_twice(assistant: Assistant) -> None:
    questions = _questions(assistant, 20)
    assert len(set(questions)) == 20
