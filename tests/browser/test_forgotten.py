"""A conversation that the server no longer holds, after a pause: the page says so, and is not forgotten again."""

from __future__ import annotations

import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from gradio.state_holder import StateHolder

from tests.browser.reading import Reader, reading
from tests.browser.serving import served
from tests.browser.test_waiting import Slow, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def break_the_line(reader: Reader, holders: list[StateHolder]) -> None:
    """Have the server take the page for closed, as it does when a phone is put away, until it has let go of it."""

    def held() -> bool:
        """Whether there is a session with a conversation in it."""
        sessions = [session for holder in holders for session in list(holder.session_data.values())]
        return any(any(list(session.state_data.values())) for session in sessions)

    assert held()
    line = next(url for url in reader.requested if "/heartbeat/" in url)
    with urllib.request.urlopen(line) as stream:
        stream.readline()  # or the server might not have begun to look whether anybody is there
    wait_for(lambda: not held())


@pytest.fixture
def holders(monkeypatch: pytest.MonkeyPatch) -> list[StateHolder]:
    """What Gradio keeps the conversations of each page in that is served from now on."""
    holders: list[StateHolder] = []
    set_blocks = StateHolder.set_blocks

    def remembering(holder: StateHolder, blocks: Any) -> None:
        holders.append(holder)
        set_blocks(holder, blocks)

    monkeypatch.setattr(StateHolder, "set_blocks", remembering)
    return holders


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Answers at once, while Gradio holds what a closed page has said for a second instead of an hour."""
    monkeypatch.setenv("GRADIO_IS_E2E_TEST", "1")
    slow = Slow()
    slow.free.set()
    return slow


def test_a_conversation_that_is_no_longer_held_is_told_and_the_next_is_held(
    browser: Browser, slow: Slow, holders: list[StateHolder]
) -> None:
    with served(slow) as address, reading(browser, address) as reader:
        page = reader.page
        reader.ask("first?")
        reader.ask("second?")
        break_the_line(reader, holders)
        page.click("#turn-1 .fn-rate >> nth=0")
        page.wait_for_selector("#turn-1 .fn-unrated:text('no longer held')")
        assert page.locator(".fn-rate[aria-pressed=true]").count() == 0
        page.click("#fn-box textarea")
        reader.turns = 1
        page.keyboard.insert_text("third?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-0 .fn-forgotten")
        reader.answered()
        assert "third?" in page.locator("#turn-1 .fn-question").inner_text()
        assert page.locator(".fn-turn").count() == 2
        time.sleep(4)
        reader.ask("fourth?")
        assert page.locator(".fn-turn").count() == 3
        assert page.locator(".fn-forgotten").count() == 1
        page.click("#fn-anew")
        page.wait_for_selector(".fn-welcome")
        reader.turns = 0
        reader.ask("fifth?")
        assert page.locator(".fn-turn").count() == 1
        assert page.locator(".fn-forgotten").count() == 0
