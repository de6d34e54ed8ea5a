"""The chat over the seed articles, used by keyboard as a reader uses it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from rag import Assistant
from tests.browser.reading import DESKTOP, MOBILE, Reader, reading

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ANSWERED = "How many refugees have arrived in the Perm region from Syria since February?"
REFUSED = "Which team won the football cup final in Madrid?"


@pytest.fixture
def reader(browser: Browser, seed_page: str) -> Iterator[Reader]:
    """A reader on a desktop."""
    with reading(browser, seed_page) as reader:
        yield reader


def test_a_question_is_typed_its_marker_read_its_source_opened_and_the_words_found(
    reader: Reader, assistant: Assistant
) -> None:
    citations = assistant.ask(ANSWERED).citations
    turn = reader.ask(ANSWERED)
    page = reader.page
    markers = page.locator(f"#{turn} a.fn-marker")
    assert markers.all_inner_texts() == [f"[{citation.number}]" for citation in citations]
    for citation in citations:
        reader.tab_to(f"#marker-0-{citation.number}")
        page.keyboard.press("Enter")
        card = f"source-0-{citation.number}"
        assert reader.focused() == card
        assert page.locator(f"#{card} mark").evaluate("mark => mark.textContent") == citation.quote
        assert citation.article.title in page.locator(f"#{card} h3").inner_text()
        assert page.locator(f"#{card}").evaluate(
            "card => { const box = card.getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight }"
        )
        page.keyboard.press("Escape")
        assert reader.focused() == f"marker-0-{citation.number}"
    page.keyboard.press("Escape")
    assert reader.box_focused()
    assert "150" in page.locator(f"#{turn} .fn-answer").inner_text()


def test_a_refusal_is_shown_as_one_with_the_nearest_passages_folded(reader: Reader, assistant: Assistant) -> None:
    assert assistant.ask(REFUSED).refused
    turn = reader.ask(REFUSED)
    page = reader.page
    assert page.locator(f"#{turn} .fn-refusal svg").is_visible()
    assert "No answer in the articles" in page.locator(f"#{turn} .fn-refusal").inner_text()
    assert page.locator(f"#{turn} .fn-marker").count() == 0
    near = page.locator("#sources-0 .fn-near")
    assert near.count() >= 1
    assert not near.first.is_visible()
    reader.tab_to(f"#{turn} .fn-open")
    page.keyboard.press("Enter")
    assert near.first.is_visible()
    assert "none answers" in page.locator("#sources-0 summary").inner_text()


def test_an_older_answers_sources_come_back_with_its_marker(reader: Reader) -> None:
    reader.ask(ANSWERED)
    reader.ask(REFUSED)
    page = reader.page
    assert not page.locator("#sources-0").is_visible()
    page.click("#marker-0-1")
    assert page.locator("#source-0-1").is_visible()
    assert not page.locator("#sources-1").is_visible()
    page.click("#source-0-1 .fn-back")
    assert reader.focused() == "marker-0-1"


def test_examples_are_asked_by_keyboard_and_a_new_conversation_begins_with_them_again(reader: Reader) -> None:
    page = reader.page
    examples = page.locator(".fn-example").all_inner_texts()
    assert 2 <= len(examples) <= 4
    reader.tab_to(".fn-example", backwards=True)
    page.keyboard.press("Enter")
    turn = reader.answered()
    assert page.locator(f"#{turn} .fn-question").inner_text().splitlines()[-1] in examples
    assert page.locator(f"#{turn} .fn-marker").count() >= 1
    reader.tab_to("#fn-anew")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fn-welcome")
    assert reader.box_focused()
    assert page.locator(".fn-example").all_inner_texts() == examples
    assert page.locator(".fn-card").count() == 0


def test_a_follow_up_is_asked_with_the_conversation_before_it(reader: Reader, assistant: Assistant) -> None:
    first = assistant.ask(ANSWERED)
    follow_up = "And where do they come from?"
    expected = assistant.ask(follow_up, history=(first,))
    reader.ask(ANSWERED)
    turn = reader.ask(follow_up)
    shown = reader.page.locator(f"#{turn}").inner_text()
    assert (f"Searched for: {expected.standalone}" in shown) == (expected.standalone != follow_up)
    marks = reader.page.locator("#sources-1 mark").evaluate_all("marks => marks.map(mark => mark.textContent)")
    assert marks == [citation.quote for citation in expected.citations]


def test_mistakes_are_told_in_the_chat(reader: Reader) -> None:
    page = reader.page
    turn = reader.ask("   ")
    assert "question is empty" in page.locator(f"#{turn} .fn-problem").inner_text()
    box = page.locator("#fn-box textarea")
    assert box.input_value() == ""
    turn = reader.ask("long " * 2000)
    assert "the most is 2,000" in page.locator(f"#{turn} .fn-problem").inner_text()
    assert box.input_value() == "long " * 2000  # given back, to be made shorter
    page.keyboard.press("Control+A")
    turn = reader.ask("long " * 200)
    assert page.locator(f"#{turn} .fn-problem").count() == 0
    assert box.input_value() == ""
    turn = reader.ask("<script>alert(1)</script> <b>who</b> $x^2$ **is** `it` \u202egnp \x07 ${1} {{2}}?")
    shown = page.locator(f"#{turn} .fn-question").inner_text()
    assert shown.endswith("<script>alert(1)</script> <b>who</b> $x^2$ **is** `it` �gnp ␇ ${1} {{2}}?")
    assert reader.box_focused()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, MOBILE, (320, 640)], ids=["desktop", "mobile", "small"])
def test_it_fits_and_can_be_read(browser: Browser, seed_page: str, size: tuple[int, int], dark: bool) -> None:
    # With less motion nothing flashes or glides that would have to be waited for.
    with reading(browser, seed_page, size, dark=dark, reduced_motion="reduce") as reader:
        page = reader.page
        overflowing = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(overflowing)
        assert page.evaluate(UNREADABLE) == []
        reader.ask(ANSWERED)
        reader.ask("W" * 300 + "?")
        reader.ask(REFUSED)
        reader.ask("")
        page.locator("#turn-2 .fn-open").click()
        page.wait_for_timeout(300)
        assert not page.evaluate(overflowing)
        assert page.evaluate(UNREADABLE) == []
        page.click("#marker-0-1")
        page.wait_for_timeout(300)
        assert page.evaluate(UNREADABLE) == []
        box = page.locator("#fn-composer").bounding_box()
        card = page.locator("#source-0-1").bounding_box()
        assert box is not None
        assert card is not None
        assert (card["y"] > box["y"]) == (size[0] < 700)
        dusk = page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).backgroundColor")
        assert (sum(map(int, dusk.removeprefix("rgb(").removesuffix(")").split(","))) < 200) == dark


# The text that is seen and whose colour stands out from what is behind it by less than 4.5 to 1 (WCAG 2.2, 1.4.3).
UNREADABLE = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const seen = element.checkVisibility() && !element.closest(".fn-unseen, .sr-only, script, style");
    if (!seen || !walker.currentNode.textContent.trim()) continue;
    const [a, b] = [channels(getComputedStyle(element).color), behind(element)].map(luminance);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.className} ${walker.currentNode.textContent.trim()}`);
  }
  return found;
}"""


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_focus_is_always_seen(reader: Reader, colours: Literal["none", "active"]) -> None:
    reader.page.emulate_media(forced_colors=colours)
    reader.ask(ANSWERED)
    page = reader.page
    unseen = set()
    for _ in range(15):
        page.keyboard.press("Tab")
        unseen.add(
            page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  if (at === document.body) return null;
                  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                  return outlined || style.boxShadow !== "none" ? null : at.outerHTML;
                }"""
            )
        )
    assert unseen == {None}


def test_the_copied_answer_names_its_sources(browser: Browser, seed_page: str, assistant: Assistant) -> None:
    answer = assistant.ask(ANSWERED)
    with reading(browser, seed_page, permissions=["clipboard-read", "clipboard-write"]) as reader:
        turn = reader.ask(ANSWERED)
        reader.tab_to(f"#{turn} .fn-copy")
        reader.watch(f"#{turn} .fn-copy")
        reader.page.keyboard.press("Enter")
        reader.shown("Copied")
        assert reader.page.evaluate("document.activeElement.matches('.fn-copy')")
        copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(answer.text + "\n[1] ")
    assert answer.citations[0].article.title in copied


def test_conversations_of_two_readers_are_apart(browser: Browser, seed_page: str) -> None:
    with reading(browser, seed_page) as one, reading(browser, seed_page) as other:
        one.ask(ANSWERED)
        other.ask(REFUSED)
        assert one.page.locator(".fn-turn").count() == 1
        assert other.page.locator(".fn-marker").count() == 0
