"""The day of a question, typed in the chat: the answer is that of its day, and what is no day is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag import Assistant, Settings
from rag.encoder import Encoder
from rag.indexing import index
from tests.browser.reading import MOBILE, reading
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUESTION = "Who resigned as head of the harbour board this week?"
RECORDS = (
    {
        "id": "1",
        "title": "Harbour board",
        "text": "Ada Brill resigned as head of the harbour board.",
        "date": "2022-03-08",
    },
    {
        "id": "2",
        "title": "Harbour board",
        "text": "Ivo Marn resigned as head of the harbour board.",
        "date": "2022-06-15",
    },
)


def test_a_day_is_typed_with_the_keyboard_and_counts(browser: Browser, encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    index(tmp_path / "library", encoder, [tmp_path / "in.jsonl"])
    assistant = Assistant(Settings(library=tmp_path / "library", refusal="never"))
    with served(assistant) as address, reading(browser, address, MOBILE) as reader:
        for typed, name in (("2022-03-09", "Ada Brill"), ("June 17, 2022", "Ivo Marn")):
            if reader.turns == 0:
                reader.tab_to("#fn-days button")
                reader.page.keyboard.press("Enter")
            reader.tab_to("#fn-day :is(input, textarea)")
            reader.page.keyboard.press("Control+A")
            reader.page.keyboard.insert_text(typed)
            reader.tab_to("#fn-box textarea", backwards=True)
            turn = reader.ask(QUESTION)
            assert reader.page.locator(f"#{turn} .fn-answer").inner_text().startswith(name)
            assert "count for more" in reader.page.locator(f"#{turn} .fn-searched").inner_text()
        width = reader.page.evaluate("document.documentElement.scrollWidth")
        assert width <= MOBILE[0]
        reader.tab_to("#fn-day :is(input, textarea)")
        reader.page.keyboard.press("Control+A")
        reader.page.keyboard.insert_text("soon")
        reader.tab_to("#fn-box textarea", backwards=True)
        turn = reader.ask(QUESTION)
        assert "'soon' is no date" in reader.page.locator(f"#{turn} .fn-problem").inner_text()
        assert reader.page.locator("#fn-box textarea").input_value() == QUESTION
