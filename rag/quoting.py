"""What the articles answer in quotes: a question understood, searched for, and looked for in what was found."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rag.answer import compose, settle
from rag.asking import ASKS_NOTHING, asks_nothing
from rag.dialogue import Resolved, recall, resolve
from rag.encoder import QuestionEncoder
from rag.library import Library
from rag.reader import Reader
from rag.recent import Recent
from rag.retrieval import Found, Weights, Worded, retrieve, search_words
from rag.schema import Answer
from rag.timing import Clock

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.writer import Writer

PASSAGES_FOUND = 20
"""How many passages are found for an answer and offered with it; ``evidence`` reads the best of them."""


@dataclass(frozen=True, slots=True)
class Models:
    """What a question is answered with.

    Attributes:
        library: its current generation.
        encoder: makes vectors of questions to it.
        reader: finds the words that answer, or None.
        beside: threads that look for a question's words while its vector is made.
    """

    library: Library
    encoder: QuestionEncoder
    reader: Reader | None
    beside: Executor


@dataclass(frozen=True, slots=True)
class Quotes:
    """What quotes alone come to, before anything is written of it.

    Attributes:
        answer: the quotes, or a refusal.
        found: the passages that it was looked for in.
        problem: why a model did not rewrite the follow-up, or None.
    """

    answer: Answer
    found: tuple[Found, ...]
    problem: str | None = None


Kept = Recent[tuple[str, date | None], Quotes]
"""Quotes that were given lately, by a question that began a conversation, and its day where that was told: the same
question again costs next to nothing."""

MOST_KEPT = 64
"""How many are kept of one generation of a library; another generation has its own."""


def quotes(
    question: str,
    history: Sequence[Answer],
    asked: date | None,
    models: Models,
    writer: Writer | None,
    settings: Settings,
    clock: Clock,
) -> Quotes:
    """What the articles answer, in quotes; a model that writes is only asked what a follow-up means.

    Args:
        question: checked, as the two that follow.
        history: the conversation before it.
        asked: the day of the question, or None where it does not count.
        models: what it is answered with.
        writer: what writes, if anything does.
        settings: how surely an answer must be one, and how long a rewrite is waited for.
        clock: is told each stage.
    """
    if asks_nothing(question):
        return Quotes(Answer(question, question, ASKS_NOTHING, None, refused=True, confidence=0.0), ())
    library, encoder = models.library, models.encoder
    worded = None if history else _begin_words(models, question, PASSAGES_FOUND)
    vector = encoder.embed_question(question)
    said = recall(history, encoder)
    clock.lap("encode")
    resolved = resolve(question, vector, history, said, library)
    clock.lap("resolve")
    problem = None
    if history and writer is not None:
        from rag.rewriting import understood

        resolved, problem = understood(
            question, history, resolved, writer, encoder, library.words, settings.writer_rewrite
        )
        clock.lap("rewrite")
    found = _found(library, encoder, resolved, PASSAGES_FOUND, asked, worded=worded)
    clock.lap("retrieve")

    def read(standalone: str) -> Answer:
        judging = encoder.embed_question(standalone)
        return compose(question, standalone, found, library, judging, models.reader, settings.refusal, asked)

    answer = read(resolved.standalone)
    if resolved.other is not None:
        answer = settle(answer, read(resolved.other))
    clock.lap("answer")
    return Quotes(answer, found, problem)


def searched(
    question: str,
    history: Sequence[Answer],
    asked: date | None,
    models: Models,
    limit: int,
    weights: Weights | None,
) -> tuple[Found, ...]:
    """The passages found for a question, best first, at most ``limit``; no model is asked what a follow-up means.

    It takes what ``quotes`` does, and the weights of ``retrieve``.
    """
    library, encoder = models.library, models.encoder
    worded = None if history else _begin_words(models, question, limit)
    vector = encoder.embed_question(question)
    resolved = resolve(question, vector, history, recall(history, encoder), library)
    return _found(library, encoder, resolved, limit, asked, weights, worded)


def _begin_words(models: Models, question: str, limit: int) -> Future[Worded]:
    """Begin to look for a question's words; they are found while its vector is made."""
    return models.beside.submit(search_words, models.library, question, limit)


def _found(
    library: Library,
    encoder: QuestionEncoder,
    resolved: Resolved,
    limit: int,
    asked: date | None,
    weights: Weights | None = None,
    worded: Future[Worded] | None = None,
) -> tuple[Found, ...]:
    """The passages found; ``worded`` is the word search, where it was begun for the very question."""
    vector = encoder.embed_question(resolved.searched)  # remembered, where it is the question itself
    by_words = None if worded is None else worded.result()
    return retrieve(library, resolved.searched, vector, limit, resolved.earlier, weights, asked, by_words)
