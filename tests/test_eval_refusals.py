"""What a setting costs is what a run with that setting would have measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.questions import Question
from eval.refusals import HEADINGS, Cost, costs
from eval.scoring import Row
from rag import Answer, Assistant, Settings

LIMITS = {"strict": 0.8, "balanced": 0.5, "generous": 0.2, "never": 0.0}
BOTH = {False: LIMITS, True: {name: limit / 2 for name, limit in LIMITS.items()}}


def row(confidence: float, *, answerable: bool, right: bool, refused: bool = False) -> Row:
    question = Question("q", "Who?", answerable, (), {})
    answer = Answer("Who?", "Who?", "Tea.", None, refused, confidence)
    return Row(question, answer, {}, (), None, {"right": float(right)})


ROWS = (
    row(0.9, answerable=True, right=True),
    row(0.6, answerable=True, right=False),
    row(0.3, answerable=True, right=True),
    row(0.3, answerable=False, right=False),
    row(0.1, answerable=False, right=True, refused=True),  # asked back
)


def test_each_setting_by_hand() -> None:
    found = {cost.setting: cost for cost in costs(ROWS, BOTH, "never")}
    assert list(found) == ["strict", "balanced", "generous", "never"]
    assert found["strict"] == Cost("strict", 0.8, 0.2, 1.0, 0.6, 0.0, 2 / 3, 1.0)
    assert found["balanced"] == Cost("balanced", 0.5, 0.4, 0.5, 0.6, 0.2, 1 / 3, 1.0)
    assert found["generous"] == Cost("generous", 0.2, 0.8, 0.5, 0.6, 0.4, 0.0, 0.5)
    assert all(len(cost.cells()) == len(HEADINGS) for cost in found.values())


def test_answers_of_a_day_have_limits_of_their_own() -> None:
    dated = tuple(replace(row, answer=replace(row.answer, asked=date(2022, 6, 17))) for row in ROWS)
    halved = {cost.setting: cost for cost in costs(dated, BOTH, "never")}
    assert (halved["strict"].threshold, halved["strict"].shown) == (0.4, 0.4)
    mixed = {cost.setting: cost for cost in costs((*ROWS, *dated), BOTH, "never")}
    assert mixed["strict"].shown == pytest.approx((0.2 + 0.4) / 2)


def test_a_run_does_not_tell_of_settings_that_show_more() -> None:
    assert [cost.setting for cost in costs(ROWS, BOTH, "balanced")] == ["strict", "balanced"]
    assert costs((), BOTH, "never") == costs(ROWS, {}, "never") == ()


@pytest.mark.parametrize("reader", ["default", "none"])
def test_the_settings_are_ordered(reader: str, seed_library: Path) -> None:
    for dated in (False, True):
        limits = Assistant(Settings(library=seed_library, reader=reader)).thresholds(dated=dated)
        assert 1 > limits["strict"] >= limits["balanced"] >= limits["generous"] > limits["never"] == 0
