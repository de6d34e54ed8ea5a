"""A question that says only what is other about it takes over the question before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag import Answer
from rag.referents import readings
from tests.said import WORDS, said


@pytest.mark.parametrize(
    ("history", "question", "wanted"),
    [
        (("What did Bo say about pensions?",), "What about Lind?", "What did Lind say about pensions?"),
        (("What did Bo say about pensions?",), "No, I meant Ana Lind", "What did Ana Lind say about pensions?"),
        (("What was Bo's answer?",), "And Lind?", "What was Lind's answer?"),
        (("How dear is bread in Perm?",), "And in Brodno?", "How dear is bread in Brodno?"),
        (("How dear is bread in Perm?", "And in Brodno?"), "And Marn?", "How dear is bread in Marn?"),
        (("What did Bo say in Perm?",), "And in Brodno?", "What did Bo say in Brodno?"),
        (("What did Bo say in Perm?",), "And Lind?", "And Lind? (Bo)"),
        (("What was Bo's answer?",), "And why?", "And why? (Bo)"),
        (("What did Bo say?",), "And in Brodno?", "And in Brodno? (Bo)"),
        (("how many bees died in 2022",), "and in 2021", "how many bees died in 2021"),
        (("How many bees died in 2022?",), "And since 2020?", "How many bees died since 2020?"),
        (("How many bees died in March 2022?",), "And in May?", "How many bees died in May 2022?"),
        (("How many bees died?",), "And in May 2022?", "How many bees died in May 2022?"),
        (("How many bees died in 2020 or 2021?",), "And in 2022?", "And in 2022? (bees died 2020 2021)"),
        (("Why did Bo call Perm?",), "Did Lind?", "Did Lind call Perm?"),
        (("Who backs Bo?",), "Did Lind?", "Did Lind? (Bo)"),
        (("Did Bo call Lind?",), "What did the latter say?", "What did Lind say?"),
        (("Did Bo call Lind?",), "Where was the latter born?", "Where was Lind born?"),
        (("Did Bo call Lind?", "What did Bo say?"), "And the other one?", "What did Lind say?"),
        (("Did Bo call Lind?",), "And the other one?", "And the other one? (Bo call Lind)"),
        (("Did Bo call Lind?",), "What did the former mayor say?", "What did the former mayor say?"),
    ],
)
def test_what_is_asked_of_another_takes_over_the_question(history: Sequence[str], question: str, wanted: str) -> None:
    answers: list[Answer] = []
    for asked in history:
        answers.append(replace(said(asked), standalone=readings(asked, answers, WORDS)[0]))
    assert readings(question, answers, WORDS) == (wanted,)


def test_who_was_answered_takes_no_place_in_the_question() -> None:
    leader = said("Who leads Perm?", "Pavel Mikov")
    assert readings("And Mikov?", (leader,), WORDS) == ("And Mikov? (Pavel Mikov)",)
    assert readings("And Brodno?", (leader,), WORDS) == ("Who leads Brodno?",)
