"""Turns of conversations, for what is understood from them."""

from __future__ import annotations

from rag import Answer
from rag.lexical import Words

WORDS = Words()


def said(question: str, short: str | None = None) -> Answer:
    """What was answered to a question, and how in short."""
    return Answer(question, question, "...", short, False, 0.5)


COUNCIL = said("What is the Council of Europe?")
CALL = said("Did Macron call Scholz?")
