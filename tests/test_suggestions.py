"""Example questions: made of the articles' own words, natural, and none rather than a bad one."""

from __future__ import annotations

import json
import re

import pytest

from rag import Article, Assistant
from rag.suggestions import suggest
from tests.conftest import SHARED

ASKING = {"how", "many", "when", "where", "why", "who", "what", "which", "did", "say", "warn", "write", "about", "is"}


def article(text: str, number: int = 1, kind: str = "article") -> Article:
    return Article(f"a{number}", f"Title {number}", text, kind=kind)  # type: ignore[arg-type]  # a literal in each call


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "In spring, about 40 fishing boats have left the harbour of Vardo since May, officials said.",
            "How many fishing boats have left the harbour of Vardo since May?",
        ),
        (
            "Norway is expected to open the new tunnel on June 3 in Bergen. Ships pass through Norway daily.",
            "When is Norway expected to open the new tunnel?",
        ),
        (
            "The first library was founded in 1867 by two brothers. It stands today.",
            "When was the first library founded?",
        ),
        (
            "The northern museum, which is expected to be located in Tromso, is to show boats.",
            "Where is the northern museum expected to be located?",
        ),
        (
            "The ferry was cancelled in large part because the storm had broken the pier of the island.",
            "Why was the ferry cancelled?",
        ),
        (
            "Countries such as Chile and Peru are expected to send divers to the wreck.",
            "Which countries are expected to send divers to the wreck?",
        ),
        (
            "Mayor Ada Berg spoke. On Monday Berg said that the old bridge would be closed for a year.",
            None,  # "On Monday Berg" is no subject
        ),
        (
            "Mayor Ada Berg spoke. Berg said that the old bridge would be closed for a year.",
            "What did Berg say about the old bridge?",
        ),
        (
            "Regional Governor Ada Berg opened the rebuilt lighthouse on the western cape.",
            "Who opened the rebuilt lighthouse on the western cape?",
        ),
        (
            "The plan was drawn up by Ada Berg, a marine engineer from Vardo, last year.",
            "Who is Ada Berg?",
        ),
        (
            "The plan rests with the Council of Ports, a regional body that runs the harbours.",
            "What is the Council of Ports?",
        ),
        ("He is expected to open the new tunnel on June 3 in Bergen.", None),
        ("They said that the old bridge would be closed for a year, and no more.", None),
        ("Fried foods were introduced in 1867 by two brothers from the north.", None),  # a name, or a small word?
        ("Nearly 9.4 acres were destroyed in the fire that followed the storm", None),  # no end
        ("“About 40 boats have left the harbour of Vardo since May,” he said.", None),
        ("Øst for byen ligger det en gammel kirke som ble bygget i 1867.", None),
    ],
)
def test_a_sentence_becomes_the_question_that_it_answers(sentence: str, question: str | None) -> None:
    assert suggest([article(sentence)]) == (() if question is None else (question,))


def test_articles_take_turns_and_notices_none() -> None:
    boats = "About 40 boats have left the harbour since May. Nearly 30 ships were moored along the pier."
    trains = "About 50 trains were late at the main station. Nearly 20 drivers have left the northern line."
    plea = "About 90 readers have given us a hand since May."
    articles = [article(boats, 1), article(plea, 2, "notice"), article(trains, 3)]
    found = suggest(articles)
    assert [("boats" in q or "ships" in q) for q in found] == [True, False, True, False]
    assert suggest(articles, limit=1) == found[:1]
    assert suggest(articles) == found
    assert suggest(articles, limit=0) == () == suggest([])
    assert suggest([articles[0], articles[0]], limit=4) == suggest([articles[0]], limit=4)


def test_the_seeds_give_questions_that_they_answer(assistant: Assistant) -> None:
    questions = suggest(assistant.articles())
    assert len(questions) == 4
    assert all(not assistant.ask(question).refused for question in questions)
    cited = {assistant.ask(question).citations[0].article.id for question in questions}
    assert len(cited) == 2


def test_text_that_never_ends_gives_no_question() -> None:
    for text in ("a " * 400_000, "Aa, " * 400_000, "Aaa bbb ccc ddd. " * 50_000, "1 " * 190 + "."):
        assert suggest([article(text)]) == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="reads ../shared, which is not beside this checkout")
def test_on_other_news_every_word_is_the_articles_own_and_every_question_is_one() -> None:
    lines = (SHARED / "news-2022-small" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:300]
    asked = 0
    for record in map(json.loads, lines):
        news = Article(record["_id"], record.get("title", ""), record["text"])
        words = set(re.findall(r"\w+", news.text.lower()))
        for question in suggest([news]):
            asked += 1
            assert question.count("?") == 1 and question.endswith("?")
            assert 12 <= len(question) <= 110
            assert set(re.findall(r"\w+", question.lower())) <= words | ASKING
    assert asked >= 10
