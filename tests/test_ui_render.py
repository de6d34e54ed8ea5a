"""The conversation as it is shown: answers, refusals, problems, and what is copied."""

from __future__ import annotations

import pytest

from rag import Hit, Passage
from tests.page import FORTY, NEWS, Page, answered
from ui.cards import sources
from ui.render import conversation, plain
from ui.turn import Turn


def test_a_short_answer_that_is_not_in_the_text_has_a_line_of_its_own() -> None:
    other = answered("They were aboard. [1]", FORTY.citations[0], short="About 40")
    assert "In short: <strong>About 40</strong>" in conversation((Turn("?", other),))
    assert "In short" not in conversation((Turn("?", FORTY),))


def test_a_refusal_looks_like_one_and_offers_the_nearest_passages_folded() -> None:
    near = tuple(Hit(Passage(NEWS, 0, 12), 1.0 - number / 10) for number in range(5))
    refusal = answered("The articles do not answer this question.", refused=True, hits=near, confidence=0.06)
    turns = (Turn("Why?", refusal),)
    page = Page(conversation(turns))
    assert page.having("fn-refusal")
    assert not page.having("fn-marker")
    shown = "".join(page.words)
    assert "No answer in the articles" in shown
    assert "6 %" in shown
    cards = Page(sources(turns))
    assert len(cards.having("fn-card")) == 3
    (folded,) = [attrs for tag, attrs in cards.tags if tag == "details"]
    assert "open" not in folded
    assert cards.marked == []
    assert "3 nearest passages (none answers)" in "".join(cards.words)
    bare = Page(sources((Turn("Why?", answered("No.", refused=True)),)))
    assert "Nothing in the collection comes near" in "".join(bare.words)


def test_a_follow_up_says_what_was_searched_for() -> None:
    followed = answered(FORTY.text, *FORTY.citations, question="And they?", standalone="How many people were aboard?")
    assert "Searched for: How many people were aboard?" in conversation((Turn("And they?", followed),))
    assert "Searched for" not in conversation((Turn("How many?", FORTY),))


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "High confidence (99 %)"),
        (0.85, "High confidence (85 %)"),
        (0.6, "Fair confidence (60 %)"),
        (0.3, "Low confidence (30 %)"),
        (0.0, "Low confidence (1 %)"),
    ],
)
def test_confidence_is_told_in_words_and_never_as_certainty(confidence: float, words: str) -> None:
    assert words in conversation((Turn("?", answered("It is. [1]", confidence=confidence)),))


def test_a_problem_and_a_waiting_question_are_told() -> None:
    shown = "".join(Page(conversation((Turn("?", problem="the question is too long"), Turn("And?")))).words)
    assert "the question is too long" in shown
    assert "Reading the articles" in shown
    assert "You asked" not in conversation((Turn("  ", problem="the question is empty"),))


def test_the_welcome_offers_questions_and_counts() -> None:
    page = Page(conversation((), ["Who is <b>?", "What is it?"], 2))
    assert [example["data-question"] for example in page.having("fn-example")] == ["Who is <b>?", "What is it?"]
    assert "Ask 2 articles" in "".join(page.words)
    assert "Ask 1 article<" in conversation((), (), 1)
    assert "Ask your articles" in conversation(())


def test_the_copied_text_names_the_sources() -> None:
    assert plain(FORTY) == (
        "About 40 people were aboard. [1]\n"
        "[1] Ship missing, The Gazette, 2025-03-14T08:00Z, https://gazette.example/ship?a=1&b=2"
    )


def test_a_courtesy_is_neither_rated_nor_covers_the_sources_before_it() -> None:
    told = answered("Nothing was asked.", refused=True, question="Thanks!", standalone="Thanks!", confidence=0.0)
    turns = (Turn("How many?", FORTY), Turn("Thanks!", told))
    shown = Page(conversation(turns))
    assert "Nothing was asked." in shown.words
    assert sum(attrs.get("class") == "fn-rating" for _, attrs in shown.tags) == 1
    assert sources(turns) == sources(turns[:1])
