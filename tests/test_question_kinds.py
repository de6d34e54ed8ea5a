"""One question of each kind that people ask, put to the articles that come with the project."""

from __future__ import annotations

import pytest

from rag import Assistant

KINDS = {
    "yes or no": ("Has the new regime in Damascus arrested anyone for the killings?", "some of those who killed"),
    "how many": ("From how many countries do the legal experts of the Core Group come?", "38 countries"),
    "when": ("When will Ukraine sign the agreement that establishes the court?", "May 9"),
    "who": ("Who is the interim president of Syria?", "Ahmed al-Sharaa"),
    "where": ("In which city is the special court to sit?", "The Hague"),
    "why": ("Why did the International Criminal Court issue a warrant for Putin?", "illegal transfer"),
    "list": ("Which countries may join to strengthen the tribunal?", "Canada, Australia, New Zealand and Japan"),
    "what somebody said": ("What did Sapko say about education credentials?", "credentials verified"),
}


@pytest.mark.parametrize(("question", "words"), KINDS.values(), ids=KINDS)
def test_the_words_that_answer_are_cited(assistant: Assistant, question: str, words: str) -> None:
    answer = assistant.ask(question)
    assert not answer.refused
    assert any(words in citation.quote for citation in answer.citations)
    assert answer.short


@pytest.mark.parametrize("kind", ["how many", "when", "who", "where", "list"])
def test_the_short_answer_is_the_words_themselves(assistant: Assistant, kind: str) -> None:
    question, words = KINDS[kind]
    short = assistant.ask(question).short or ""
    assert words in short or short in words
    assert len(short) <= len(words) + 20
