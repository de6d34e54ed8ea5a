"""Pronouns get the name that they stand for where it is plain, and nothing else of a question is changed."""

from __future__ import annotations

import pytest

from rag import Answer
from rag.lexical import Words
from rag.referents import spelled_out

WORDS = Words()


def said(question: str, short: str | None = None) -> Answer:
    return Answer(question, question, "...", short, False, 0.5)


COUNCIL = said("What is the Council of Europe?")
WRITER = said("Who wrote the report on Perm?", "Pavel Mikov")


@pytest.mark.parametrize(
    ("history", "question", "wanted"),
    [
        ((COUNCIL,), "When did it expel Russia?", "When did the Council of Europe expel Russia?"),
        ((COUNCIL,), "Who are its members?", "Who are the Council of Europe's members?"),
        ((COUNCIL,), "Which offices has it opened?", "Which offices has the Council of Europe opened?"),
        ((WRITER,), "Where was he born?", "Where was Pavel Mikov born?"),
        ((WRITER,), "Where did people meet him?", "Where did people meet him?"),
        ((COUNCIL, WRITER), "And where?", "And where? (Pavel Mikov)"),
        ((said("how do I pay cash for a car?"),), "Why?", "Why? (pay cash car)"),
    ],
)
def test_follow_ups_are_spelled_out(history: tuple[Answer, ...], question: str, wanted: str) -> None:
    assert spelled_out(question, history, WORDS) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Which countries are expected to join the tribunal?",
        "When did Ukraine say it would sign the agreement?",
        "How many refugees have arrived in Perm since February?",
    ],
)
@pytest.mark.parametrize("history", [(), (COUNCIL,), (WRITER,)])
def test_a_question_that_stands_alone_is_left_alone(question: str, history: tuple[Answer, ...]) -> None:
    assert spelled_out(question, history, WORDS) == question


def test_a_person_is_not_taken_for_a_thing() -> None:
    assert spelled_out("When was he born?", (COUNCIL,), WORDS) == "When was he born?"
    leader = said("Who leads it?", "Pavel Mikov")
    assert spelled_out("When was it founded?", (COUNCIL, leader), WORDS) == "When was the Council of Europe founded?"


def test_without_history_nothing_changes() -> None:
    assert spelled_out("When did it expel Russia?", (), WORDS) == "When did it expel Russia?"
