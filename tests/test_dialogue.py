"""What leans on the conversation is put together with it; what stands alone is left alone."""

from __future__ import annotations

import pytest

from rag import Answer
from rag.dialogue import standalone

HISTORY = (Answer("What is the Council of Europe?", "What is the Council of Europe?", "...", None, True, 0.1),)


@pytest.mark.parametrize("question", ["When did it expel Russia?", "And where?", "What about the tribunal?", "Why?"])
def test_a_follow_up_gets_the_question_before_it(question: str) -> None:
    assert standalone(question, HISTORY) == f"What is the Council of Europe? {question}"
    assert standalone(question, ()) == question


@pytest.mark.parametrize(
    "question", ["Which countries are expected to join?", "How many refugees have arrived in Perm since February?"]
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone(question, HISTORY) == question
