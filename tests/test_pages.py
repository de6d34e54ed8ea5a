"""The citation property on real web pages read as text, where the benchmark lies beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import Assistant, Settings
from tests.conftest import SHARED
from tests.test_assistant import assert_sound

PAGES = SHARED / "pages" / "truth.json"


@pytest.mark.slow
@pytest.mark.skipif(not PAGES.is_file(), reason="the pages benchmark is not beside this checkout")
def test_every_citation_on_real_pages_is_verbatim(tmp_path: Path) -> None:
    truth = sorted(json.loads(PAGES.read_text(encoding="utf-8")).items())[:24]
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, page in truth:
        (folder / f"{name}.txt").write_text(page["text"], encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "lib", refusal="generous"))
    assistant.index([folder])
    answered = 0
    for article in assistant.articles():
        sentence = next((part for part in article.text.split(". ") if len(part.split()) > 8), article.text)
        answer = assistant.ask(" ".join(sentence.split()[:20]) + "?")
        assert_sound(answer)
        answered += not answer.refused
    assert answered >= len(truth) // 2
