"""A run's figures, latencies, JSON and table, from a handful of hand-made scores."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from eval.figures import GROUPS, MEASURES, figures, latency, value
from eval.questions import Question
from eval.report import Report, notes, show, write_json
from eval.scoring import score
from rag import Answer, Article, Citation, RagError

TEA = Article("tea", "Tea", "Tea is drunk at four.")
CITED = (Citation(1, TEA, 0, len(TEA.text)),)
SHOWN = Answer("?", "?", "Tea is drunk at four. [1]", "four", False, 0.9, CITED, (), {"total": 10.0})
REFUSED = Answer("?", "?", "No.", None, True, 0.2, timings={"total": 30.0})
ANSWERABLE = Question("q1", "When is tea drunk?", True, ("four",), {"tea": 1})
NEAR = Question("q2", "Who invented tea?", False, (), {}, kind="near")


def report(*pairs: tuple[Question, Answer]) -> Report:
    numbered = [(replace(question, id=f"q{place}"), answer) for place, (question, answer) in enumerate(pairs)]
    rows = tuple(score(question, answer, (), {"tea": TEA}) for question, answer in numbered)
    return Report("tea", rows, len(rows), 1, 0, 0, {"library": "here"})


FOUR = report((ANSWERABLE, SHOWN), (ANSWERABLE, REFUSED), (NEAR, REFUSED), (NEAR, SHOWN))


def test_figures_by_hand() -> None:
    got = {figure.measure.name: figure for figure in FOUR.figures}
    expected = {"present": 0.5, "exact_match": 0.5, "f1": 0.5, "verbatim": 1.0, "article_right": 1.0, "precision": 0.5}
    expected |= {"recall": 0.5, "recall_near": 0.5, "false_refusals": 0.5, "right": 0.5, "wrong": 0.25, "MRR": 0.0}
    expected |= {
        "right_if_shown": 0.5,
        "auroc_answerable": 0.5,
        "auroc_right": 2.5 / 3,
        "calibration_error": 0.4,
        "sentences": 1.0,
    }
    assert {name: got[name].value for name in expected} == pytest.approx(expected)
    assert (got["present"].questions, got["recall"].questions, got["right"].questions) == (2, 2, 4)
    assert math.isnan(got["recall_far"].value) and got["recall_far"].questions == 0
    for figure in got.values():
        assert math.isnan(figure.value) or figure.low <= figure.value <= figure.high


def test_every_measure_survives_an_empty_run() -> None:
    assert all(math.isnan(figure.value) for figure in figures([]))


def test_a_refusal_never_leaves_the_mean() -> None:
    present = next(measure for measure in MEASURES if measure.name == "present")
    rows = report((ANSWERABLE, SHOWN), *[(ANSWERABLE, REFUSED)] * 3).rows
    assert value(present, [row.scores for row in rows]) == 0.25


def test_latency_by_stage() -> None:
    taken = latency([{"encode": float(ms), "total": 2.0 * ms} for ms in range(1, 102)])
    assert taken == {"encode": {"p50": 51.0, "p95": 96.0}, "total": {"p50": 102.0, "p95": 192.0}}
    assert latency([]) == {}


def test_the_json_has_its_shape(tmp_path: Path) -> None:
    write_json([FOUR], tmp_path / "run.json")
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert list(run) == ["name", *GROUPS, "latency_ms", "n", "settings", "refusal_settings", "questions"]
    assert run["answer"]["present"] == 0.5
    assert run["answer"]["intervals"]["present"] == [0.0, 1.0]
    assert run["refusal"]["recall_far"] is None
    assert run["latency_ms"] == {"total": {"p50": 20.0, "p95": 30.0}}
    assert run["settings"] == {"library": "here"}
    assert (run["n"]["questions"], run["n"]["asked"], run["n"]["shown"], run["n"]["near"]) == (4, 4, 2, 2)
    assert [row["id"] for row in run["questions"]] == ["q0", "q1", "q2", "q3"]
    write_json([FOUR, replace(FOUR, name="more")], tmp_path / "runs.json")
    runs = json.loads((tmp_path / "runs.json").read_text(encoding="utf-8"))
    assert list(runs) == ["benchmarks"] and runs["benchmarks"]["more"] == {**run, "name": "more"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run.json", "runs.json"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(RagError, match=r"cannot write .*run.json"):
        write_json([FOUR], tmp_path / "nowhere" / "run.json")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(RagError, match=r"cannot write .*run.json"):
        write_json([FOUR], tmp_path / "run.json")
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]


def test_the_table_says_what_was_left_out() -> None:
    part = replace(FOUR, questions=9, missing=2, unjudged=3)
    text = io.StringIO()
    show(part, Console(file=text, width=140))
    printed = text.getvalue()
    assert all(measure.meaning in printed for measure in MEASURES)
    assert "4 questions (2 answerable) on 1 articles" in printed
    assert all(measure.name in printed for measure in MEASURES)
    assert part.stopped and all(note in printed for note in notes(part))
    assert "after 4 of 9" in printed and "2 relevant articles" in printed and "3 questions were not asked" in printed
    assert notes(FOUR) == ()


def test_a_narrow_terminal_gets_the_numbers_whole() -> None:
    text = io.StringIO()
    show(FOUR, Console(file=text, width=80))
    assert "…" not in text.getvalue() and "0.500" in text.getvalue()
