"""Where the focus goes: a source that is read stays, a finger brings up no keyboard, and nothing focused is covered."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rag import Answer, Article, Citation
from tests.browser.reading import MOBILE, reading
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEWS = Article("a", "The keeper", "About 40 ships have left the port of Ardmore since May. Nora Quill keeps its light.")
TEXT = "Nora Quill keeps its light."


class Growing:
    """Writes one sentence, and a second once it may."""

    writes = True

    def __init__(self) -> None:
        self.on = threading.Event()

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """One."""
        return (NEWS,)

    def rate(self, answer: Answer, helpful: bool) -> None:
        """Nothing is kept."""

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """The last of its answers."""
        *_, answer = self.stream(question)
        return answer

    def stream(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Iterator[Answer]:
        """One sentence, then two."""
        start = NEWS.text.index(TEXT)
        one, two = (Citation(number, NEWS, start, start + len(TEXT)) for number in (1, 2))
        yield Answer(question, question, f"{TEXT} [1]", None, False, 0.9, (one,))
        self.on.wait(150)
        yield Answer(question, question, f"{TEXT} [1] So it is. [2]", None, False, 0.9, (one, two))


@pytest.fixture
def growing(browser: Browser) -> Iterator[tuple[Growing, str]]:
    """One that goes on at once, and the address of its page."""
    growing = Growing()
    growing.on.set()
    with served(growing) as address:
        try:
            yield growing, address
        finally:
            growing.on.set()


def test_a_source_that_is_read_stays_when_another_answer_grows_and_arrives(
    browser: Browser, growing: tuple[Growing, str]
) -> None:
    writer, address = growing
    with reading(browser, address) as reader:
        page = reader.page
        reader.ask("first?")
        writer.on.clear()
        page.keyboard.insert_text("second?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-1 .fn-growing")
        assert page.locator("#source-1-1").is_visible()
        page.click("#marker-0-1")
        assert reader.focused() == "source-0-1"
        writer.on.set()
        reader.answered()
        page.wait_for_selector("#source-1-2", state="attached")
        page.wait_for_timeout(300)
        assert reader.focused() == "source-0-1"
        assert page.locator("#source-0-1").is_visible()
        assert not page.locator("#source-1-1").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert reader.box_focused()
        reader.ask("third?")  # who writes reads no more
        assert page.locator("#source-2-1").is_visible()


def test_under_a_finger_no_button_brings_up_the_keyboard(browser: Browser, growing: tuple[Growing, str]) -> None:
    with reading(browser, growing[1], MOBILE, has_touch=True, is_mobile=True) as reader:
        page = reader.page
        page.evaluate("document.activeElement.blur()")
        page.tap(".fn-example >> nth=0")
        reader.answered()
        assert page.evaluate("document.activeElement.className") == "fn-log"
        page.tap("#fn-anew")
        page.wait_for_selector(".fn-welcome")
        assert page.evaluate("document.activeElement.className") == "fn-log"


def test_nothing_that_has_the_focus_is_under_the_composer(browser: Browser, growing: tuple[Growing, str]) -> None:
    with reading(browser, growing[1], (1280, 600)) as reader:
        page = reader.page
        for question in ("one?", "two?", "three?", "four?", "five?"):
            reader.ask(question)
        page.wait_for_timeout(1000)
        page.evaluate("scrollTo(0, 0)")
        page.evaluate("document.querySelector('#marker-0-1').focus({ preventScroll: true })")
        seen = 0
        for _ in range(40):
            page.keyboard.press("Tab")
            covered = page.evaluate(COVERED)
            seen += covered is False
            assert not covered, page.evaluate("document.activeElement.outerHTML")
        assert seen > 20


# Whether the composer covers any of what has the focus; null where that is no part of the conversation.
COVERED = """() => {
  const at = document.activeElement;
  if (!at.closest("#fn-conversation")) return null;
  return at.getBoundingClientRect().bottom > document.getElementById("fn-composer").getBoundingClientRect().top;
}"""


def test_what_could_not_be_copied_is_not_said_to_be(browser: Browser, growing: tuple[Growing, str]) -> None:
    with reading(browser, growing[1]) as reader:
        page = reader.page
        turn = reader.ask("first?")
        page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('forbidden'); } }")
        reader.watch(f"#{turn} .fn-copy")
        copied, not_copied = "Copied", "Not copied: the browser forbids it"
        for allowed, said in (("true", copied), ("false", not_copied)):
            page.evaluate(f"() => {{ document.execCommand = () => {allowed}; }}")
            page.click(f"#{turn} .fn-copy")
            shown = reader.shown(said)
            assert page.evaluate("document.activeElement.matches('.fn-copy')")
        assert [text for text in shown if text != "Copy with sources"] == [copied, not_copied]


def test_below_the_conversation_a_source_that_is_read_is_not_scrolled_away_from(
    browser: Browser, growing: tuple[Growing, str]
) -> None:
    writer, address = growing
    with reading(browser, address, MOBILE, reduced_motion="reduce") as reader:
        page = reader.page
        for number in range(4):
            reader.ask(f"question {number}?")
        writer.on.clear()
        page.keyboard.insert_text("another?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#turn-4 .fn-growing")
        page.click("#marker-0-1")
        writer.on.set()
        reader.answered()
        page.wait_for_timeout(500)
        assert reader.focused() == "source-0-1"
        assert page.locator("#source-0-1").evaluate(
            "card => { const { top } = card.getBoundingClientRect(); return top >= 0 && top < innerHeight }"
        )


def test_escape_leads_to_the_marker_of_the_source_that_is_read(browser: Browser, growing: tuple[Growing, str]) -> None:
    with reading(browser, growing[1]) as reader:
        reader.ask("first?")
        reader.page.click("#marker-0-1")
        reader.page.keyboard.press("Escape")
        assert reader.focused() == "marker-0-1"
        reader.page.click("#fn-box textarea")
        reader.ask("second?")
        reader.page.locator("#source-1-2").focus()
        reader.page.keyboard.press("Escape")
        assert reader.focused() == "marker-1-2"


def test_what_was_unfolded_stays_so_when_another_answer_comes(browser: Browser, seed_page: str) -> None:
    open_ones = "Array.from(document.querySelectorAll('details[open]'), (fold) => fold.closest('.fn-group').id)"
    with reading(browser, seed_page) as reader:
        page = reader.page
        for _ in range(2):
            reader.ask("Which team won the football cup final in Madrid?")
        page.click("#turn-0 .fn-open")
        page.click("#fn-box textarea")
        reader.ask("Which opera did Verdi finish last?")
        assert page.evaluate(open_ones) == ["sources-0"]
        page.click("#turn-1 .fn-open")
        page.click("#sources-1 summary")  # folded again
        page.click("#fn-box textarea")
        reader.ask("Which opera did Verdi finish first?")
        assert page.evaluate(open_ones) == ["sources-0"]


def test_what_is_printed_has_all_of_the_sources_and_no_buttons(browser: Browser, growing: tuple[Growing, str]) -> None:
    with reading(browser, growing[1]) as reader:
        page = reader.page
        reader.ask("first?")
        page.emulate_media(media="print")
        assert page.locator("#source-0-1").is_visible()
        assert page.locator("#fn-side").evaluate("side => getComputedStyle(side).overflowY") == "visible"
        for gone in ("#fn-send", ".fn-copy", ".fn-rate"):
            assert not page.locator(gone).first.is_visible()
