"""Two runs compared: a real fall is found, chance is not, and a broken promise always is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from eval.compare import compare, earlier_scores, show_changes
from eval.questions import Benchmark, Question
from eval.report import Report, write_json
from eval.scoring import score
from rag import Answer, RagError


def scores(right: list[float], **more: list[float]) -> dict[str, dict[str, float]]:
    return {
        str(place): {"right": value, **{name: values[place] for name, values in more.items()}}
        for place, value in enumerate(right)
    }


def named(before: Any, after: Any) -> dict[str, Any]:
    return {change.measure.name: change for change in compare(before, after)}


def test_a_run_against_itself_is_alike() -> None:
    run = scores([1.0, 0.0] * 20)
    change = named(run, run)["right"]
    assert (change.before, change.after, change.p, change.fell) == (0.5, 0.5, 1.0, False)


def test_a_fall_beyond_noise_is_found_and_a_rise_is_no_fall() -> None:
    high, low = scores([1.0] * 30 + [0.0] * 10), scores([1.0] * 15 + [0.0] * 25)
    fell, rose = named(high, low)["right"], named(low, high)["right"]
    assert fell.fell and fell.p < 0.001
    assert rose.beyond_noise and not rose.fell


def test_p_is_the_exact_one_within_its_error() -> None:
    before, after = scores([1.0] * 6), scores([0.0] * 5 + [1.0])
    assert named(before, after)["right"].p == pytest.approx(2 / 2**5, abs=0.015)  # all five flips one way, of 32


def test_one_question_more_or_less_is_chance() -> None:
    rng = np.random.default_rng(3)
    right = [float(value) for value in rng.integers(0, 2, 60)]
    other = [1.0 - right[0], *right[1:]]
    assert not named(scores(right), scores(other))["right"].beyond_noise


def test_a_figure_that_should_be_low_falls_by_rising() -> None:
    before = {str(place): {"wrong": 0.0} for place in range(40)}
    after = {str(place): {"wrong": float(place < 20)} for place in range(40)}
    assert named(before, after)["wrong"].fell
    assert not named(after, before)["wrong"].fell


def test_one_quote_that_is_not_verbatim_is_a_fall() -> None:
    before = {str(place): {"verbatim": 1.0} for place in range(40)}
    after = {**before, "7": {"verbatim": 0.0}}
    assert named(before, after)["verbatim"].fell
    assert not named(after, before)["verbatim"].fell


def test_only_shared_questions_and_measures_are_compared() -> None:
    before, after = {"a": {"right": 1.0}, "b": {"right": 0.0}}, {"b": {"right": 1.0, "f1": 1.0}, "c": {"right": 0.0}}
    (change,) = compare(before, after)
    assert (change.measure.name, change.before, change.after) == ("right", 0.0, 1.0)


def test_figures_over_the_questions_that_qualify_are_swapped_whole() -> None:
    before = {str(place): {"precision": 1.0} if place % 2 else {} for place in range(20)}
    after = {str(place): {} if place % 2 else {"precision": 0.0} for place in range(20)}
    change = named(before, after)["precision"]
    assert (change.before, change.after) == (1.0, 0.0) and change.p < 0.05


def test_the_verdict_is_printed() -> None:
    text = io.StringIO()
    before, after = scores([1.0] * 40), scores([0.0] * 40)
    show_changes(compare(before, after), 40, Console(file=text, width=120))
    assert "Fell beyond noise: right." in text.getvalue()
    text = io.StringIO()
    show_changes(compare(before, before), 40, Console(file=text, width=120))
    assert "No figure fell" in text.getvalue()


def test_an_earlier_run_is_read_back(tmp_path: Path) -> None:
    question = Question("q1", "When?", True, ("four",), {"tea": 1})
    row = score(question, Answer("?", "?", "No.", None, True, 0.2), (), {})
    report = Report("tea", (row,), 1, 1, 1, 0, {})
    asked = Benchmark("tea", Path("tea"), (question, replace(question, id="q2")))
    write_json([report], tmp_path / "one.json")
    write_json([report, Report("more", (row,), 1, 1, 1, 0, {})], tmp_path / "two.json")
    for name in ("one.json", "two.json"):
        assert earlier_scores(tmp_path / name, asked) == {"q1": row.scores}
    others = replace(asked, questions=(replace(question, text="Where?"),))
    with pytest.raises(RagError, match=r"asked 'When\?' as 'q1' of tea: .* for the same questions"):
        earlier_scores(tmp_path / "one.json", others)
    with pytest.raises(RagError, match="holds no run of coffee"):
        earlier_scores(tmp_path / "two.json", replace(asked, name="coffee"))
    for text, says in (("{", "cannot read"), ("[]", "holds no run"), ('{"questions": []}', "asked none")):
        (tmp_path / "bad.json").write_text(text, encoding="utf-8")
        with pytest.raises(RagError, match=says):
            earlier_scores(tmp_path / "bad.json", asked)
    with pytest.raises(RagError, match="cannot read"):
        earlier_scores(tmp_path / "nowhere.json", asked)
