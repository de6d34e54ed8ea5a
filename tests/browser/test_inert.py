"""Articles that try to run, style, load or reorder something are shown as the text that they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag import Assistant, Settings
from tests.browser.reading import reading
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SENTENCE = (
    "The harbour master Ada Berg closed the old bridge on Monday <script>alert(1)</script>"
    "<style>body{display:none}</style><img src=http://127.0.0.1:9/x onerror=alert(2)> ${alert(3)}"
    " {{constructor.constructor('alert(4)')()}} $x^2$ **bold** [link](http://127.0.0.1:9/y) 😀 שלום."
)
TITLE = "<script>alert(5)</script> <style>*{color:red}</style> Bridge"
QUESTION = "Who closed the old bridge on Monday?"


def test_an_article_that_attacks_is_text(browser: Browser, tmp_path: Path) -> None:
    source = tmp_path / "corpus.jsonl"
    text = f"Ships wait outside the harbour.\n\n{SENTENCE}\n\nTrains run again from Friday."
    record = {
        "_id": "<img src=x onerror=alert(6)>",
        "title": TITLE,
        "text": text,
        "metadata": {"url": "javascript:alert(7)", "date": "<b>soon</b>", "source": "<i>Gazette</i>"},
    }
    source.write_text(json.dumps(record), encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "library", reader="none"))
    assistant.index([source])
    answer = assistant.ask(QUESTION)
    assert not answer.refused
    quotes = [citation.quote for citation in answer.citations]
    assert any("<script>alert(1)</script>" in quote for quote in quotes)
    with served(assistant) as address, reading(browser, address) as reader:
        turn = reader.ask(QUESTION)
        page = reader.page
        assert page.locator(f"#{turn} .fn-answer").is_visible()
        marks = page.locator("mark").evaluate_all("marks => marks.map(mark => mark.textContent)")
        assert marks == quotes
        assert page.locator(".fn-card h3").first.inner_text().endswith(answer.citations[0].article.title)
        assert page.locator("#fn-main :is(script, style, img, i, b, iframe, object)").count() == 0
        assert page.locator("#fn-main a[target]").count() == 0
        assert page.evaluate("getComputedStyle(document.body).display") != "none"
        assert all(":9/" not in url for url in reader.requested)
