"""Conversations before questions: their own, and others, behind which they should be answered as if alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval.questions import Benchmark, Question, Turn
from rag import Answer, Assistant, DocumentError

Conversation = tuple[Turn, ...]


def conversation(question: Question, assistant: Assistant) -> tuple[Answer, ...]:
    """The answers before the question: asked for, or made of the replies that its history tells.

    Raises:
        QuestionError: an earlier question cannot be asked.
    """
    history: tuple[Answer, ...] = ()
    for turn in question.history:
        if turn.reply is None:
            answer = assistant.ask(turn.question, history=history, asked=question.asked)
        else:
            answer = Answer(turn.question, turn.question, turn.reply, None, refused=False, confidence=1.0)
        history = (*history, answer)
    return history


def conversations_of(benchmark: Benchmark, path: Path) -> tuple[tuple[Conversation, ...], int]:
    """The conversations before a benchmark's questions, each once, and how many more lack a reply and are left out.

    Args:
        benchmark: may hold questions without a conversation, too.
        path: where it was read from, to be named.

    Raises:
        DocumentError: none of its questions has a history, or replies are missing that only its articles would give.
    """
    found = tuple(dict.fromkeys(question.history for question in benchmark.questions if question.history))
    whole = tuple(turns for turns in found if all(turn.reply is not None for turn in turns))
    if not whole:
        lacks = "without replies" if found else "without earlier turns"
        raise DocumentError(
            f"the questions of {path} are {lacks}: give a folder whose questions have a history of "
            '{"role": ..., "text": ...} turns'
        )
    return whole, len(found) - len(whole)


def put_after(benchmark: Benchmark, conversations: Sequence[Conversation], draw: int = 0) -> Benchmark:
    """The same questions, each that has no conversation of its own behind one that is drawn for it.

    Args:
        benchmark: the questions.
        conversations: what is drawn from; one may stand before several questions.
        draw: another number draws others.
    """
    asked = (
        question
        if question.history
        else replace(question, history=random.Random(f"{draw} {question.id}").choice(conversations))
        for question in benchmark.questions
    )
    return replace(benchmark, questions=tuple(asked))
