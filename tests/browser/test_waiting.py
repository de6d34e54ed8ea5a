"""While an answer is looked for: the page says so, sends nothing twice, and lets go of it for a new conversation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rag import Answer, Article
from tests.browser.reading import Reader, reading

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


class Slow:
    """Refuses every question, once it is let to; and fails where a question asks for it."""

    writes = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.rated: list[bool] = []
        self.free = threading.Event()
        self.keeps = threading.Event()
        self.keeps.set()

    def wait_for(self, *questions: str) -> None:
        """Wait until just these have been asked."""
        wait_for(lambda: tuple(self.asked) == questions)

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """None."""
        return ()

    def rate(self, answer: Answer, helpful: bool) -> None:
        """Nothing is kept but the verdict, once it may be."""
        self.keeps.wait(150)
        self.rated.append(helpful)

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """A refusal."""
        self.asked.append(question)
        self.free.wait(150)
        if question == "bug":
            raise ZeroDivisionError("a secret of the inside")
        return Answer(question, question, "The articles do not answer this question.", None, True, 0.1)


@pytest.fixture
def slow() -> Slow:
    """An assistant that waits to be let go."""
    return Slow()


def test_waiting_is_shown_and_nothing_is_asked_twice(reader: Reader, slow: Slow) -> None:
    page = reader.page
    page.keyboard.insert_text("first?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-0 .fn-busy")
    assert page.locator("#fn-box textarea").input_value() == ""
    page.keyboard.insert_text("second?")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.locator("#fn-box textarea").input_value().strip() == "second?"  # kept until it can be sent
    slow.free.set()
    reader.answered()
    assert slow.asked == ["first?"]
    assert page.locator(".fn-busy").count() == 0
    assert page.locator("#fn-box textarea").input_value().strip() == "second?"


def test_a_new_conversation_lets_go_of_a_question(reader: Reader, slow: Slow) -> None:
    page = reader.page
    page.keyboard.insert_text("first?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-busy")
    page.click("#fn-anew")
    page.wait_for_selector(".fn-welcome")
    page.keyboard.insert_text("second?")  # while the first is still being looked for
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-busy")
    slow.wait_for("first?", "second?")
    slow.free.set()
    reader.answered()
    assert "second?" in page.locator("#turn-0 .fn-question").inner_text()
    assert page.locator(".fn-turn").count() == 1
    assert slow.asked == ["first?", "second?"]


def test_a_closed_page_lets_go_of_its_question(browser: Browser, reader: Reader, slow: Slow) -> None:
    with reading(browser, reader.address) as other:
        other.page.keyboard.insert_text("first?")
        other.page.keyboard.press("Enter")
        other.page.wait_for_selector(".fn-busy")
    reader.page.bring_to_front()
    reader.page.keyboard.insert_text("second?")
    reader.page.keyboard.press("Enter")
    slow.wait_for("first?", "second?")


def test_a_bug_is_owned_up_to_and_told_in_the_terminal_only(
    reader: Reader, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    slow.free.set()
    turn = reader.ask("bug")
    shown = reader.page.locator(f"#{turn}").inner_text()
    assert "Something went wrong inside Footnote" in shown
    assert "secret" not in shown
    assert "ZeroDivisionError: a secret of the inside" in caplog.text


def test_who_waits_behind_another_reader_is_told(browser: Browser, reader: Reader, slow: Slow) -> None:
    with reading(browser, reader.address) as other:
        reader.page.keyboard.insert_text("first?")
        reader.page.keyboard.press("Enter")
        reader.page.wait_for_selector(".fn-busy")
        assert reader.page.locator("#fn-waiting").inner_text() == ""
        slow.wait_for("first?")
        other.page.bring_to_front()
        other.page.keyboard.insert_text("second?")
        other.page.keyboard.press("Enter")
        other.page.wait_for_function("document.querySelector('#fn-waiting').textContent.startsWith('Waiting')")
        assert other.page.locator("#fn-waiting").get_attribute("role") == "status"
        assert other.page.locator(".fn-busy").count() == 0
        slow.free.set()
        other.answered()
        assert other.page.locator("#fn-waiting").inner_text() == ""
        assert slow.asked == ["first?", "second?"]
