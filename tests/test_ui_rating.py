"""The buttons below an answer: which answers have them, and what a click keeps or is told."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from rag import Answer, Article, Assistant, Citation, LibraryError
from tests.page import Page
from ui.rating import turn_name, unkept
from ui.render import conversation
from ui.turn import Turn

NEWS = Article("a", "The keeper", "The keeper of Ardmore is Nora Quill.")
ANSWER = Answer("Who?", "Who?", f"{NEWS.text} [1]", None, False, 0.9, (Citation(1, NEWS, 0, len(NEWS.text)),))
REFUSAL = Answer("Why?", "Why?", "The articles do not answer this question.", None, True, 0.1)
TURNS = (Turn("Who?", ANSWER), Turn("  ", problem="the question is empty"), Turn("Why?", REFUSAL))


class Keeping:
    """Keeps verdicts, until it is told to fail."""

    def __init__(self) -> None:
        self.kept: list[tuple[Answer, bool]] = []
        self.fails: Exception | None = None

    def rate(self, answer: Answer, helpful: bool) -> None:
        """Keep one."""
        if self.fails:
            raise self.fails
        self.kept.append((answer, helpful))


def click(keeping: Keeping, turns: tuple[Turn, ...], name: str, helpful: bool) -> str | None:
    return unkept(cast(Assistant, keeping), turns, name, helpful)


def test_whole_answers_and_refusals_have_buttons_and_nothing_else_has() -> None:
    page = Page(conversation(TURNS))
    assert [group["data-turn"] for group in page.having("fn-rating")] == [turn_name(n, TURNS[n]) for n in (0, 2)]
    assert [button["data-helpful"] for button in page.having("fn-rate")] == ["true", "false"] * 2
    asking_back = replace(REFUSAL, readings=("What did A say?", "What did B say?"))
    for turn in (Turn("Who?"), Turn("Who?", ANSWER, writing=True), Turn("Who?", asking_back)):
        assert "fn-rate" not in conversation((turn,))


def test_a_click_is_kept_and_another_too() -> None:
    keeping = Keeping()
    assert click(keeping, TURNS, turn_name(2, TURNS[2]), False) is None
    assert click(keeping, TURNS, turn_name(2, TURNS[2]), True) is None
    assert keeping.kept == [(REFUSAL, False), (REFUSAL, True)]


def test_a_click_on_what_is_not_held_any_more_is_told() -> None:
    keeping = Keeping()
    for turns, name in (
        ((), turn_name(0, TURNS[0])),
        (TURNS[1:], turn_name(0, TURNS[0])),
        (TURNS, turn_name(1, TURNS[1])),
        (TURNS, "0"),
        (TURNS, "<script>"),
    ):
        told = click(keeping, turns, name, True)
        assert told is not None
        assert "no longer held" in told
    assert keeping.kept == []


@pytest.mark.parametrize("error", [LibraryError("it is \u202efull"), ZeroDivisionError("a secret")])
def test_what_could_not_be_kept_is_told(error: Exception) -> None:
    keeping = Keeping()
    keeping.fails = error
    told = click(keeping, TURNS, turn_name(0, TURNS[0]), False)
    assert told is not None
    assert "secret" not in told
    assert (told == "it is \ufffdfull") == isinstance(error, LibraryError)
