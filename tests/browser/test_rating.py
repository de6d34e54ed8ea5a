"""Answers are rated by keyboard; the library keeps it, the page shows it, and what goes wrong is told in its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag import Assistant, Settings
from rag.feedback_file import FEEDBACK
from tests.browser.reading import DESKTOP, MOBILE, Reader, reading
from tests.browser.serving import served
from tests.browser.test_chat import ANSWERED, REFUSED, UNREADABLE
from tests.browser.test_waiting import Slow, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def rating(browser: Browser, seed_library: Path, tmp_path: Path) -> Iterator[tuple[Assistant, str]]:
    """An assistant over a library that may be written, and the address of its page."""
    assistant = Assistant(Settings(library=Path(shutil.copytree(seed_library, tmp_path / "library"))))
    with served(assistant) as address:
        yield assistant, address


def press(reader: Reader, turn: str, label: str) -> None:
    """Press a button of a turn as one without a mouse does, and wait until it is kept and shown as pressed."""
    chosen = f"#{turn} .fn-rate[data-helpful='{'true' if label == 'Helpful' else 'false'}']"
    reader.tab_to(chosen, backwards=True)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(f"{chosen}[aria-pressed=true]")
    reader.page.wait_for_selector(f"#{turn} .fn-thanks:text-is('Thank you')")
    assert reader.page.evaluate("document.activeElement.innerText").endswith(label)
    assert reader.page.locator(f"#{turn} .fn-rate[aria-pressed=true]").count() == 1


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (MOBILE, True)], ids=["desktop", "mobile, dark"])
def test_a_rating_is_kept_shown_and_replaced(
    browser: Browser, rating: tuple[Assistant, str], size: tuple[int, int], dark: bool
) -> None:
    assistant, address = rating
    with reading(browser, address, size, dark=dark) as reader:
        turn = reader.ask(ANSWERED)
        assert assistant.ratings() == ()
        press(reader, turn, "Helpful")
        (kept,) = assistant.ratings()
        assert (kept.question, kept.helpful, kept.answer) == (ANSWERED, True, assistant.ask(ANSWERED).text)
        press(reader, turn, "Not helpful")
        assert [kept.helpful for kept in assistant.ratings()] == [False]
        reader.page.keyboard.press("Escape")
        refusal = reader.ask(REFUSED)
        press(reader, refusal, "Helpful")
        assert [(kept.question, kept.helpful) for kept in assistant.ratings()] == [(REFUSED, True), (ANSWERED, False)]
        assert reader.page.locator(f"#{turn} [data-helpful=false]").get_attribute("aria-pressed") == "true"
        assert not reader.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert reader.page.evaluate(UNREADABLE) == []


def test_a_rating_that_cannot_be_kept_is_told_and_the_chat_goes_on(
    browser: Browser, rating: tuple[Assistant, str]
) -> None:
    assistant, address = rating
    (assistant.settings.library / FEEDBACK).mkdir()  # nothing can be written there
    with reading(browser, address, MOBILE) as reader:
        turn = reader.ask(ANSWERED)
        reader.page.click(f"#{turn} .fn-rate >> nth=0")
        reader.page.wait_for_selector(f"#{turn} .fn-unrated")
        assert "cannot be read or written" in reader.page.locator(f"#{turn} .fn-unrated").inner_text()
        assert reader.page.locator(".fn-rate[aria-pressed=true]").count() == 0  # taken back
        assert reader.page.evaluate(UNREADABLE) == []
        assert not reader.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        reader.page.click("#fn-box textarea")
        second = reader.ask(ANSWERED)
        (assistant.settings.library / FEEDBACK).rmdir()
        reader.page.click(f"#{second} .fn-rate >> nth=1")
        reader.page.wait_for_selector(f"#{second} .fn-thanks:text-is('Thank you')")
        assert reader.page.locator(".fn-rate[aria-pressed=true]").count() == 1
    assert [kept.helpful for kept in assistant.ratings()] == [False]


def test_a_rating_is_kept_while_an_answer_is_looked_for_and_after_its_conversation_was_left(browser: Browser) -> None:
    slow = Slow()
    with served(slow) as address:
        try:
            with reading(browser, address) as reader:
                slow.free.set()
                first = reader.ask("first?")
                slow.free.clear()
                reader.page.keyboard.insert_text("second?")
                reader.page.keyboard.press("Enter")
                reader.page.wait_for_selector("#turn-1 .fn-busy")
                reader.page.click(f"#{first} .fn-rate >> nth=0")
                assert reader.page.locator(f"#{first} .fn-rate[aria-pressed=true]").count() == 1  # at once
                reader.page.click(f"#{first} .fn-rate >> nth=1")
                reader.page.wait_for_selector(f"#{first} .fn-thanks:text-is('Thank you')")
                wait_for(lambda: slow.rated == [True, False])
                assert reader.page.locator("#turn-1 .fn-busy").count() == 1
                slow.free.set()
                reader.answered()
                reader.page.wait_for_selector(f"#{first} .fn-rate[data-helpful=false][aria-pressed=true]")
                assert reader.page.locator(".fn-rate[aria-pressed=true]").count() == 1
                assert reader.page.locator("#turn-1 .fn-rate").count() == 2
                slow.keeps.clear()
                reader.page.click("#turn-1 .fn-rate >> nth=0")
                reader.page.click("#fn-anew")
                reader.page.wait_for_selector(".fn-welcome")
                slow.keeps.set()
                wait_for(lambda: slow.rated == [True, False, True])
        finally:
            slow.free.set()
            slow.keeps.set()
