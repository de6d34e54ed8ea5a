"""A page that is loaded anew, by the reader or since the server was started anew, keeps what was written and asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.browser.reading import reading
from tests.browser.serving import served
from tests.browser.test_waiting import Slow

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_page_that_is_loaded_anew_has_what_was_written_and_says_that_the_talk_is_over(browser: Browser) -> None:
    slow = Slow()
    slow.free.set()
    with served(slow) as address, reading(browser, address) as reader:
        page = reader.page
        page.keyboard.insert_text("half a ques")
        page.reload()
        page.wait_for_function("document.querySelector('#fn-box textarea')?.value === 'half a ques'")
        assert page.locator("#fn-waiting").inner_text() == ""
        page.keyboard.insert_text("tion?")
        page.keyboard.press("Enter")
        reader.answered()
        page.reload()
        page.wait_for_function("document.querySelector('#fn-waiting')?.textContent.includes('are forgotten')")
        assert page.locator("#fn-box textarea").input_value() == ""
        reader.turns = 0
        reader.ask("another?")
        assert page.locator("#fn-waiting").inner_text() == ""
    assert slow.asked == ["half a question?", "another?"]


def test_a_question_whose_server_is_stopped_comes_back_when_it_is_there_again(browser: Browser) -> None:
    slow, next_one = Slow(), Slow()
    next_one.free.set()
    with served(slow) as address:
        page = browser.new_context().new_page()
        page.goto(address)
        page.wait_for_function("document.activeElement.matches('#fn-box textarea')")
        page.keyboard.insert_text("first?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-0 .fn-busy")
        slow.wait_for("first?")
    slow.free.set()
    with served(next_one, port=urlsplit(address).port or 0):
        page.wait_for_function("document.querySelector('#fn-box textarea')?.value === 'first?'", timeout=120_000)
        page.wait_for_function("document.querySelector('#fn-waiting')?.textContent.includes('are forgotten')")
        page.click("#fn-box textarea")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-0 :is(.fn-reply, .fn-problem)", timeout=120_000)
        page.context.close()
    assert next_one.asked == ["first?"]
