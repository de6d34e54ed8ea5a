"""How much of a conversation counts for the question that follows it.

Earlier questions and answers are not glued to the question: their words would drown it, and a question on another
subject would find the old one again. They count for as much as the question seems to go on from them, which two things
tell: how near in meaning it is to the likest of them, and how many rare words it has that the conversation has not.
"And where?" has none, so it leans on whatever was said; a question with names of its own and no likeness to the
conversation stands alone, and the weight falls to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.encoder import QuestionEncoder
from rag.retrieval import Earlier
from rag.schema import Answer

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.library import Library

_QUESTIONS = 4
"""How many earlier questions count, besides the last answer."""
_MOST = 0.2
"""What an earlier text counts for at most, the question itself counting 1."""
_FADES = 0.7
"""What is left of a text's weight with each turn that goes by."""

_LIKENESS, _NEWNESS, _LEANING = 13.5, 1.6, 2.0
"""A logistic model of whether a question goes on from what was said: weights of cosine and of new words, intercept.

Fitted on conversations against questions that got a conversation at random, then the intercept raised: to miss what a
follow-up means costs more than to weigh a little too much of what was said.
"""
_STANDS_ALONE = 0.3
"""Below this probability nothing that was said counts: a little of it would still change what is found."""


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier question or answer: its words, their vector, and how many turns ago it was said, 0 for the last."""

    text: str
    vector: Floats
    ago: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question, understood from the conversation before it.

    Attributes:
        searched: the question that is searched for, with ``earlier``: as it was asked, or the reading that was chosen.
        standalone: the question in words that can be understood alone; the question itself where it can be already, or
            where nothing that was said counts.
            Evidence is judged by these words: the rest of what was said is on every page about its subject, so that
            to find it again supports nothing.
        earlier: the earlier texts that count for the search, with their weights.
        other: another reading of the question that is as good as ``standalone``, or None.
        alone: whether the question as it was asked can be understood without the conversation.
    """

    searched: str
    standalone: str
    earlier: tuple[Earlier, ...]
    other: str | None = None
    alone: bool = True


def recall(history: Sequence[Answer], encoder: QuestionEncoder) -> tuple[Said, ...]:
    """The texts of a conversation that may count: its last questions, and the last answer unless it was a refusal.

    Args:
        history: the earlier answers, oldest first.
        encoder: one that remembers its last texts makes this nearly free.
    """
    texts = [(answer.question, ago) for ago, answer in enumerate(reversed(history[-_QUESTIONS:]))]
    if history and not history[-1].refused:
        texts.append((history[-1].unmarked, 0))
    return tuple(Said(text, encoder.embed_question(text), ago) for text, ago in texts if text.strip())


def resolve(
    question: str, vector: Floats, history: Sequence[Answer], said: Sequence[Said], library: Library
) -> Resolved:
    """Understand a question from the conversation before it.

    Args:
        question: as it was asked.
        vector: its unit-length vector, shape (d,).
        history: the earlier answers, oldest first.
        said: what ``recall`` gives for the history.
        library: knows how rare words are.
    """
    if not said:
        return Resolved(question, question, ())
    # Their patterns take some 40 ms to be made ready, which a cold process with one question need not wait for.
    from rag.asked_back import chosen
    from rag.referents import leans, readings

    if (meant := chosen(question, history)) is not None:
        return Resolved(meant, meant, ())
    new = _new_words(question, said, library)
    goes_on = _goes_on(max(float(item.vector @ vector) for item in said), new)
    if not goes_on:
        return Resolved(question, question, (), alone=not leans(question, library.words))
    earlier = tuple(Earlier(item.text, item.vector, _MOST * _FADES**item.ago * goes_on) for item in said)
    standalone, *others = readings(question, history, library.words)
    alone = not leans(question, library.words)
    return Resolved(question, standalone, earlier, others[0] if others else None, alone)


def _goes_on(cosine: float, new: float) -> float:
    """How much a question goes on from what was said, in 0..1, by the likest text of it and the new words."""
    probability = 1 / (1 + math.exp(-(_LIKENESS * cosine - _NEWNESS * new + _LEANING)))
    return max(0.0, probability - _STANDS_ALONE) / (1.0 - _STANDS_ALONE)


def _new_words(question: str, said: Sequence[Said], library: Library) -> float:
    """How much the question says that was not said before: the weight of its new words, in words of the rarest kind."""
    words = library.words
    old = {term for item in said for term in words.terms(item.text)}
    rarity = library.rarity(words.content(question) - old)
    return sum(rarity.values()) / math.log(1 + 2 * (library.manifest.passages + 0.5))
