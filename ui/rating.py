"""The two buttons below an answer that say whether it helped, and what a click on one of them comes to."""

from __future__ import annotations

import logging
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from rag import RagError
from ui.text import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag import Answer, Assistant
    from ui.turn import Turn

_log = logging.getLogger(__name__)
_BUG = "Not kept: something went wrong inside Footnote. The terminal that it runs in shows what; please report it."
_VERDICTS = ((True, "Helpful"), (False, "Not helpful"))


def buttons(number: int, turn: Turn) -> str:
    """The buttons of a turn's answer, the chosen one pressed, and a word of thanks or why nothing was kept."""
    name = turn_name(number, turn)
    pair = "".join(
        f'<button type="button" class="fn-rate" data-turn="{name}" data-helpful="{str(helpful).lower()}"'
        f' aria-pressed="{str(turn.rated is helpful).lower()}">{label}</button>'
        for helpful, label in _VERDICTS
    )
    thanks = "" if turn.rated is None else "Thank you"
    kind = "fn-unrated" if turn.unrated else "fn-thanks"
    said = f'<span class="{kind}" dir="auto">{inert(turn.unrated or thanks)}</span>'
    return f'<div class="fn-rating" role="group" aria-label="Rate this answer">{pair}{said}</div>'


def rated(assistant: Assistant, turns: Sequence[Turn], name: str, helpful: bool) -> tuple[Turn, ...] | None:
    """The conversation with the verdict on one of its answers, once that is kept, or with why it could not be.

    Args:
        assistant: keeps it.
        turns: the conversation, oldest first.
        name: of the turn, as its buttons carry it.
        helpful: the verdict.

    Returns:
        None where the conversation has no such answer any more.
    """
    for number, turn in enumerate(turns):
        if turn.answer is not None and turn_name(number, turn) == name:
            return (*turns[:number], _rated(assistant, turn, turn.answer, helpful), *turns[number + 1 :])
    return None


def turn_name(number: int, turn: Turn) -> str:
    """What a turn is called: its place, and a checksum, as places shift when a conversation loses its first turns."""
    said = f"{turn.question}\n{turn.answer.text if turn.answer else ''}"
    return f"{number}-{zlib.crc32(said.encode('utf-8', 'replace')):08x}"


def _rated(assistant: Assistant, turn: Turn, answer: Answer, helpful: bool) -> Turn:
    try:
        assistant.rate(answer, helpful)
    except RagError as error:
        return replace(turn, unrated=str(error))
    except Exception:
        _log.exception("a rating could not be kept")
        return replace(turn, unrated=_BUG)
    return replace(turn, rated=helpful, unrated=None)
