"""Copies of a story are one story; a changed number, or another story, is another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.choice import plain
from rag.duplicates import group, says_the_same, signature
from rag.encoder import Encoder
from rag.indexing import index
from rag.library import open_library

STORY = (
    "A ferry with 112 people on board ran aground off Anholt on Monday. The captain, Mette Holm, said that the "
    "engine had failed in high waves. Rescue helicopters from Aalborg lifted 31 passengers from the deck. The others "
    "were taken ashore by fishing boats from the island. The shipping company said that it would inspect its other "
    "two ferries before they sail again. Police in Grenaa opened an inquiry. The last such accident on the route was "
    "in 1998, when a ferry hit a sandbank in fog."
)


def test_copies_fall_together_and_others_do_not() -> None:
    copy = STORY.replace("on Monday", "on Monday, according to Reuters")
    other = "The parliament voted for a new budget on Tuesday. " * 3
    assert group((n, signature(text)) for n, text in enumerate([STORY, other, copy, STORY])) == {0: 0, 1: 1, 2: 0, 3: 0}
    assert group([]) == {}
    assert len(signature("")) == len(signature(STORY))


def test_a_changed_number_is_no_copy() -> None:
    assert says_the_same(STORY, STORY.replace("said that", "told that"))
    assert not says_the_same(STORY, STORY.replace("112", "114"))


def test_one_copy_is_found_and_the_others_are_cited_with_it(encoder: Encoder, tmp_path: Path) -> None:
    records = [
        {"id": "first", "title": "Ferry aground", "text": STORY, "source": "Harbour News"},
        {"id": "copy", "title": "Ferry runs aground", "text": STORY.replace("in fog", "in thick fog"), "source": "B"},
        {"id": "correction", "title": "Ferry aground", "text": STORY.replace("112", "114"), "source": "Harbour News"},
        {"id": "other", "title": "Budget", "text": "The parliament voted for a new budget on Tuesday."},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    index(tmp_path / "lib", encoder, [tmp_path / "in.jsonl"])
    assert open_library(tmp_path / "lib").stories() == 2
    assistant = Assistant(Settings(library=tmp_path / "lib", refusal="never"))
    hits = assistant.search("Who was the captain of the ferry?")
    found = [hit.passage.article.id for hit in hits]
    assert len({"first", "copy"} & set(found)) == 1
    shown = next(hit for hit in hits if hit.passage.article.id in ("first", "copy"))
    assert {article.id for article in (shown.passage.article, *shown.also_in)} == {"first", "copy"}
    assert all(hit.also_in == () for hit in hits if hit is not shown)
    assert "correction" in found
    answer = assistant.ask("Who was the captain of the ferry?")
    cited = answer.citations[0]
    assert "Mette Holm" in cited.quote
    assert {"first", "copy"} <= {cited.article.id, *(article.id for article in cited.also_in)}
    assert cited.article not in cited.also_in
    assert all(cited.quote in article.text for article in cited.also_in)
    differing = assistant.ask("What did a ferry hit in 1998, in which weather?").citations[0]
    assert "sandbank" in differing.quote
    assert all(differing.quote in article.text for article in differing.also_in)
    assert not {article.id for article in (differing.article, *differing.also_in)} >= {"first", "copy"}


def test_articles_that_give_different_figures_are_both_shown_and_it_is_said(encoder: Encoder, tmp_path: Path) -> None:
    records = [
        {"id": "a", "title": "Ferry", "text": STORY, "source": "Harbour News", "date": "2024-05-01"},
        {"id": "b", "title": "Ferry", "text": STORY.replace("112", "114"), "source": "Bridge Daily"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    index(tmp_path / "lib", encoder, [tmp_path / "in.jsonl"])
    assistant = Assistant(Settings(library=tmp_path / "lib", refusal="never"))
    answer = assistant.ask("How many people were on board the ferry?")
    assert {citation.article.id for citation in answer.citations} >= {"a", "b"}
    assert answer.note is not None
    assert "different figures: 11" in answer.note
    assert "Harbour News, 2024-05-01" in answer.note
    assert "Bridge Daily, no date" in answer.note
    assert assistant.ask("Who was the captain of the ferry?").note is None


@pytest.mark.parametrize(
    ("figures", "note"),
    [
        (("1,120 people", "1120 people"), False),
        (("112 dollars", "112 euros"), True),
        (("$112", "112 dollars"), False),
        (("112 metres", "112"), False),
    ],
)
def test_figures_are_compared_by_what_they_are(
    encoder: Encoder, tmp_path: Path, figures: tuple[str, ...], note: bool
) -> None:
    story = "A ferry to Anholt was sold on Monday. The mayor said that the old ferry cost 112 people in the end."
    records = [
        {"id": figure, "title": "Ferry", "text": story.replace("112 people", figure), "source": "Harbour News"}
        for figure in figures
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    index(tmp_path / "lib", encoder, [tmp_path / "in.jsonl"])
    assistant = Assistant(Settings(library=tmp_path / "lib", refusal="never"))
    answer = assistant.ask("What did the old ferry cost?")
    assert (answer.note is not None) == note


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("€5 million", "$5 million", False),
        ("-20 degrees", "20 degrees", False),
        ("12 percent", "12%", True),
        ("12%", "12", False),
        ("About 1,500 people", "about 1500 people.", True),
        ("COVID-19", "Covid 19", True),
    ],
)
def test_answers_are_the_same_where_their_words_and_figures_are(one: str, other: str, same: bool) -> None:
    assert (plain(one) == plain(other)) == same


def test_an_answer_without_a_reader_says_so(seed_library: Path) -> None:
    answer = Assistant(Settings(library=seed_library, reader="none", refusal="never")).ask("Who met with the refugees?")
    assert answer.note is not None
    assert "without a reader" in answer.note
