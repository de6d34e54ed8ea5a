"""The buttons below an answer: which answers have them, which is pressed, and what a click changes."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from rag import Answer, Article, Assistant, Citation, LibraryError
from tests.test_ui_render import Page
from ui.rating import rated, turn_name
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


def click(keeping: Keeping, turns: tuple[Turn, ...], name: str, helpful: bool) -> tuple[Turn, ...] | None:
    return rated(cast(Assistant, keeping), turns, name, helpful)


def pressed(turns: tuple[Turn, ...]) -> list[str | None]:
    return [button["aria-pressed"] for button in Page(conversation(turns)).having("fn-rate")]


def test_whole_answers_and_refusals_have_buttons_and_nothing_else_has() -> None:
    buttons = Page(conversation(TURNS)).having("fn-rate")
    assert [(button["data-turn"], button["data-helpful"]) for button in buttons] == [
        (turn_name(number, TURNS[number]), helpful) for number in (0, 2) for helpful in ("true", "false")
    ]
    assert {button["aria-pressed"] for button in buttons} == {"false"}
    asking_back = replace(REFUSAL, readings=("What did A say?", "What did B say?"))
    for turn in (Turn("Who?"), Turn("Who?", ANSWER, writing=True), Turn("Who?", asking_back)):
        assert "fn-rate" not in conversation((turn,))


def test_a_click_is_kept_and_shown_and_another_replaces_it() -> None:
    keeping = Keeping()
    turns = click(keeping, TURNS, turn_name(2, TURNS[2]), False)
    assert turns is not None
    assert turns[:2] == TURNS[:2]
    assert pressed(turns) == ["false", "false", "false", "true"]
    assert conversation(turns).count("Thank you") == 1
    turns = click(keeping, turns, turn_name(2, turns[2]), True)
    assert turns is not None
    assert pressed(turns) == ["false", "false", "true", "false"]
    assert keeping.kept == [(REFUSAL, False), (REFUSAL, True)]


def test_a_click_on_what_is_not_there_any_more_changes_nothing() -> None:
    keeping = Keeping()
    for turns, name in (
        ((), turn_name(0, TURNS[0])),
        (TURNS[1:], turn_name(0, TURNS[0])),
        (TURNS, turn_name(1, TURNS[1])),
        (TURNS, "0"),
        (TURNS, "<script>"),
    ):
        assert click(keeping, turns, name, True) is None
    assert keeping.kept == []


@pytest.mark.parametrize("error", [LibraryError("it is <full>"), ZeroDivisionError("a secret")])
def test_what_could_not_be_kept_is_told_beside_the_buttons(error: Exception) -> None:
    keeping = Keeping()
    before = click(keeping, TURNS, turn_name(0, TURNS[0]), True)
    assert before is not None
    keeping.fails = error
    turns = click(keeping, before, turn_name(0, TURNS[0]), False)
    assert turns is not None
    html = conversation(turns)
    assert pressed(turns) == ["true", "false", "false", "false"]
    assert "Thank you" not in html
    assert "secret" not in html
    assert ("it is &lt;full&gt;" in html) == isinstance(error, LibraryError)
    keeping.fails = None
    turns = click(keeping, turns, turn_name(0, TURNS[0]), False)
    assert turns is not None
    assert turns[0] == replace(TURNS[0], rated=False)
