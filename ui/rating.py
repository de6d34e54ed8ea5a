"""The two buttons below an answer that say whether it helped, and what a click on one of them comes to."""

from __future__ import annotations

import logging
import zlib
from typing import TYPE_CHECKING

from rag import RagError
from ui.text import seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag import Answer, Assistant
    from ui.turn import Turn

_log = logging.getLogger(__name__)
_BUG = "Not kept: something went wrong inside Footnote. The terminal that it runs in shows what; please report it."
_GONE = "Not kept: this conversation is no longer held here. Ask again, then rate."
_VERDICTS = (("true", "Helpful"), ("false", "Not helpful"))


def buttons(number: int, turn: Turn) -> str:
    """The buttons of a turn's answer, and room for a word of thanks or why nothing was kept.

    Which of them is pressed, rating.js shows: at once, and again whenever the conversation is drawn anew.
    """
    pair = "".join(
        f'<button type="button" class="fn-rate" data-helpful="{helpful}" aria-pressed="false">{label}</button>'
        for helpful, label in _VERDICTS
    )
    return (
        f'<div class="fn-rating" role="group" aria-label="Rate this answer" data-turn="{turn_name(number, turn)}">'
        f'{pair}<span class="fn-thanks" dir="auto"></span></div>'
    )


def unkept(assistant: Assistant, turns: Sequence[Turn], name: str, helpful: bool) -> str | None:
    """Keep the verdict on one of the conversation's answers; why it could not be kept, in one line, or None.

    Args:
        assistant: keeps it.
        turns: the conversation, oldest first.
        name: of the turn, as its buttons carry it.
        helpful: the verdict.
    """
    for number, turn in enumerate(turns):
        if turn.answer is not None and turn_name(number, turn) == name:
            return _unkept(assistant, turn.answer, helpful)
    return _GONE


def turn_name(number: int, turn: Turn) -> str:
    """What a turn is called: its place, and a checksum, as places shift when a conversation loses its first turns."""
    said = f"{turn.question}\n{turn.answer.text if turn.answer else ''}"
    return f"{number}-{zlib.crc32(said.encode('utf-8', 'replace')):08x}"


def _unkept(assistant: Assistant, answer: Answer, helpful: bool) -> str | None:
    try:
        assistant.rate(answer, helpful)
    except RagError as error:
        return seen(str(error))
    except Exception:
        _log.exception("a rating could not be kept")
        return _BUG
    return None
