"""A question as it was typed, to what is asked of an assistant, and what came of it to a turn of the conversation."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rag import RagError, day_of
from ui.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    from rag import Answer, Assistant

BUG = "Something went wrong inside Footnote. The terminal that it runs in shows what; please report it."

_log = logging.getLogger(__name__)


def asked(
    assistant: Assistant, question: str, typed: str | None, turns: tuple[Turn, ...]
) -> Generator[Turn, None, None]:
    """The turn that a question becomes, growing while it is written; it may come again as it was.

    A mistake of the reader's is told; one of ours is logged and owned up to.

    Args:
        assistant: answers it.
        question: as it was typed.
        typed: the day of the question, as it was typed.
        turns: the conversation before it, oldest first.
    """
    history: tuple[Answer, ...] = tuple(turn.answer for turn in turns if turn.answer is not None)
    try:
        day = typed_day(typed)
        if not assistant.writes:
            yield Turn(question, answer=assistant.ask(sayable(question), history=history, asked=day))
            return
        answer = None
        growing = Turn(question, writing=True)
        for answer in assistant.stream(sayable(question), history=history, asked=day):
            growing = Turn(question, answer=answer, writing=True) if answer.text else growing
            yield growing
        yield Turn(question, answer=answer)
    except RagError as error:
        yield Turn(question, problem=str(error))
    except Exception:
        _log.exception("a question could not be answered")
        yield Turn(question, problem=BUG)


def typed_day(typed: str | None) -> date | None:
    """The day that was typed, if any; raises QuestionError where it is none.

    A box in a fold that was never opened is not on the page yet, and Gradio sends nothing for it.
    """
    return day_of(sayable(typed)) if typed and typed.strip() else None


def sayable(text: str) -> str:
    """``text`` without halves of surrogate pairs, which JSON can spell but UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
