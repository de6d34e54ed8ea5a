"""What the articles answer in quotes: a question understood, searched for, and looked for in what was found."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING

from rag.answer import compose, settle
from rag.asking import ASKS_NOTHING, asks_nothing
from rag.dialogue import Resolved, recall, resolve
from rag.encoder import QuestionEncoder
from rag.kept import Quoted
from rag.library import Library
from rag.opening import Models, Opened
from rag.retrieval import Found, Weights, Worded, retrieve
from rag.schema import Answer
from rag.timing import Clock

if TYPE_CHECKING:
    from rag.settings import Settings

PASSAGES_READ = 20
"""How many passages an answer is looked for in."""


def quoted(
    question: str,
    history: Sequence[Answer],
    asked: date | None,
    models: Models,
    opened: Opened,
    settings: Settings,
    clock: Clock,
) -> Quoted:
    """What the articles answer, in quotes; a model that writes is only asked what a follow-up means.

    Args:
        question: checked, as the two that follow.
        history: the conversation before it.
        asked: the day of the question, or None where it does not count.
        models: what it is answered with.
        opened: looks for words, and knows what writes, if anything does.
        settings: how surely an answer must be one, and how long a rewrite is waited for.
        clock: is told each stage.
    """
    if asks_nothing(question):
        return Quoted(Answer(question, question, ASKS_NOTHING, None, refused=True, confidence=0.0), ())
    library, encoder, reader = models
    worded = None if history else opened.word_search(library, question, PASSAGES_READ)
    vector = encoder.embed_question(question)
    said = recall(history, encoder)
    clock.lap("encode")
    resolved = resolve(question, vector, history, said, library)
    clock.lap("resolve")
    problem = None
    if history and (writing := opened.writer()) is not None:
        from rag.rewriting import understood

        writer, _ = writing
        resolved, problem = understood(
            question, history, resolved, writer, encoder, library.words, settings.writer_rewrite
        )
        clock.lap("rewrite")
    found = _found(library, encoder, resolved, PASSAGES_READ, asked, worded=worded)
    clock.lap("retrieve")

    def read(standalone: str) -> Answer:
        judging = encoder.embed_question(standalone)
        return compose(question, standalone, found, library, judging, reader, settings.refusal, asked)

    answer = read(resolved.standalone)
    if resolved.other is not None:
        answer = settle(answer, read(resolved.other))
    clock.lap("answer")
    return Quoted(answer, found, problem)


def searched(
    question: str,
    history: Sequence[Answer],
    asked: date | None,
    models: Models,
    opened: Opened,
    limit: int,
    weights: Weights | None,
) -> tuple[Found, ...]:
    """The passages found for a question, best first, at most ``limit``; no model is asked what a follow-up means.

    It takes what ``quoted`` does, and the weights of ``retrieve``.
    """
    library, encoder, _ = models
    worded = None if history else opened.word_search(library, question, limit)
    vector = encoder.embed_question(question)
    resolved = resolve(question, vector, history, recall(history, encoder), library)
    return _found(library, encoder, resolved, limit, asked, weights, worded)


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
