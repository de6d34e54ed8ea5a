"""The nouns: frozen, sliceable, and one JSON contract."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Answer, Article, Citation, Hit, Passage

ARTICLE = Article(
    "a1", "A title", "Ein Satz. Zwei Sätze 🙂. Ein Satz.", "Outlet", "https://example.org/a", "2024-05-01"
)


def test_records_are_frozen_and_slotted() -> None:
    for record in (ARTICLE, Passage(ARTICLE, 0, 9), Citation(1, ARTICLE, 0, 9)):
        assert not hasattr(record, "__dict__")
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, dataclasses.fields(record)[0].name, None)


@given(st.text(), st.data())
def test_quote_and_passage_are_slices_of_the_article(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    article = Article("id", "", text)
    assert Citation(1, article, start, end).quote == text[start:end]
    assert Passage(article, start, end).text == text[start:end]
    assert Passage(article, start, end).id == f"id:{start}-{end}"


def test_an_answer_tells_its_text_without_markers() -> None:
    answer = Answer("q", "q", "It is hot. [1] [12] It was [sic] cold.[3]", None, False, 0.9)
    assert answer.unmarked == "It is hot. It was [sic] cold."


def test_the_contract_is_json_and_complete() -> None:
    hit = Hit(Passage(ARTICLE, 0, 9), 0.5, 1, None)
    answer = Answer(
        "q", "q", "Ein Satz. [1]", "Satz", False, 0.9, (Citation(1, ARTICLE, 0, 9),), (hit,), {"total": 1.0}
    )
    contract = json.loads(json.dumps(answer.to_dict()))
    assert set(contract) == {field.name for field in dataclasses.fields(Answer)}
    assert contract["citations"] == [
        {
            "number": 1,
            "article": {
                "id": "a1",
                "title": "A title",
                "source": "Outlet",
                "url": "https://example.org/a",
                "published": "2024-05-01",
                "kind": "article",
                "authors": [],
                "updated": None,
            },
            "start": 0,
            "end": 9,
            "quote": "Ein Satz.",
            "page": None,
            "also_in": [],
        }
    ]
    assert contract["hits"][0]["text"] == "Ein Satz."
