"""What is sent is asked, once, however quickly or often it was; what is written meanwhile stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag import Article
from tests.browser.reading import Reader, reading
from tests.browser.test_waiting import Slow, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route


class Offering(Slow):
    """One that has an article to ask about."""

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """One, of which two questions can be made."""
        text = "About 40 ships have left the port of Ardmore since May. Nora Quill keeps its light."
        return (Article("a", "Ships", text),)


@pytest.fixture
def slow() -> Slow:
    """An assistant that waits to be let go."""
    return Offering()


def box(reader: Reader) -> str:
    """What is written in the question box."""
    return reader.page.locator("#fn-box textarea").input_value()


def test_what_is_sent_before_gradio_has_let_go_of_what_was_left_is_asked_then(reader: Reader, slow: Slow) -> None:
    page = reader.page
    held: list[Route] = []
    page.route("**/gradio_api/cancel", lambda route: held.append(route))
    page.keyboard.insert_text("first?")
    page.keyboard.press("Enter")
    slow.wait_for("first?")
    page.keyboard.insert_text("never sent")
    page.click("#fn-anew")
    assert box(reader) == ""
    page.keyboard.insert_text("second?")
    page.keyboard.press("Enter")
    while not held:
        page.wait_for_timeout(50)
    page.wait_for_timeout(700)
    assert slow.asked == ["first?"]
    held[0].continue_()
    page.wait_for_selector("#turn-0 .fn-busy")
    slow.wait_for("first?", "second?")
    slow.free.set()
    reader.answered()
    assert "second?" in page.locator("#turn-0 .fn-question").inner_text()
    assert box(reader) == ""
    page.wait_for_timeout(500)
    assert slow.asked == ["first?", "second?"]


def test_what_is_sent_in_the_moment_the_answer_is_shown_is_asked_once(reader: Reader, slow: Slow) -> None:
    slow.free.set()
    page = reader.page
    page.evaluate(AT_ONCE)
    page.keyboard.insert_text("question 0?")
    page.keyboard.press("Enter")
    for _ in range(6):
        reader.answered()
    page.wait_for_timeout(500)
    assert slow.asked == [f"question {number}?" for number in range(6)]


# Ask the next of six questions as soon as the answer to one is in the page, which no hand is quick enough for.
AT_ONCE = """() => {
  let next = 1;
  new MutationObserver(() => {
    if (next === 6 || document.querySelectorAll(".fn-turn .fn-reply").length !== next) return;
    const box = document.querySelector("#fn-box textarea");
    box.value = `question ${next++}?`;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    document.getElementById("fn-send").click();
  }).observe(document.body, { childList: true, subtree: true });
}"""


def test_a_double_click_and_a_key_that_is_held_ask_once(reader: Reader, slow: Slow) -> None:
    slow.free.set()
    page = reader.page
    page.keyboard.insert_text("clicked?")
    page.dblclick("#fn-send", delay=100)
    reader.answered()
    page.click("#fn-box textarea")
    page.keyboard.insert_text("held?")
    page.keyboard.down("Enter")
    for _ in range(15):
        page.wait_for_timeout(100)
        page.keyboard.down("Enter")  # again without an up: a key that repeats
    page.keyboard.up("Enter")
    reader.answered()
    page.wait_for_timeout(500)
    assert slow.asked == ["clicked?", "held?"]
    assert page.locator(".fn-problem").count() == 0


def test_what_is_sent_while_an_example_is_answered_stays_in_the_box(reader: Reader, slow: Slow) -> None:
    page = reader.page
    page.locator(".fn-example").first.click()
    page.wait_for_selector("#turn-0 .fn-busy")
    page.click("#fn-box textarea")
    page.keyboard.insert_text("second?")
    page.keyboard.press("Enter")
    page.click("#fn-send")
    slow.free.set()
    reader.answered()
    page.wait_for_timeout(1000)
    assert len(slow.asked) == 1
    assert box(reader) == "second?"
    page.keyboard.press("Enter")
    reader.answered()
    assert slow.asked[1:] == ["second?"]
    assert box(reader) == ""


def test_what_is_written_while_a_question_waits_stays(browser: Browser, reader: Reader, slow: Slow) -> None:
    with reading(browser, reader.address) as other:
        other.page.keyboard.insert_text("before?")
        other.page.keyboard.press("Enter")
        other.page.wait_for_selector(".fn-busy")
        page = reader.page
        page.bring_to_front()
        page.keyboard.insert_text("first?")
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('#fn-waiting').textContent.startsWith('Waiting')")
        assert box(reader) == "first?"
        page.keyboard.insert_text(" And")
        slow.free.set()
        reader.answered()
        assert box(reader) == "first? And"
        wait_for(lambda: slow.asked == ["before?", "first?"])


def test_the_enter_that_ends_a_composition_sends_nothing(reader: Reader, slow: Slow) -> None:
    """As Safari tells of it: the key is down after the composition has ended, and no character comes of it."""
    page = reader.page
    page.keyboard.insert_text("Wer trat zurück")
    enter = "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true})"
    page.evaluate(f"document.activeElement.dispatchEvent({enter})")
    page.wait_for_timeout(700)
    assert slow.asked == []
    assert box(reader) == "Wer trat zurück"
