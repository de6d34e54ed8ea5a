"""What a chat model's server sends, event by event -> the text that the model writes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from rag.errors import WriterError
from rag.remedies import GENERAL, TOO_LONG
from rag.thoughts import CHARACTERS, spoken

MOST_CHARACTERS = 2 * CHARACTERS
"""The most that a model may write, as much aloud as in thoughts; what comes after is not read."""

_BYTES = 2_000_000  # of a response, whatever is in it
_LINE = 200_000  # bytes of one event
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FOREIGN = f"the writer's server does not speak OpenAI's protocol: {GENERAL}"
_THOUGHT_ONLY = (
    "the writer's model used up its tokens before it wrote: "
    "take one that does not think first, or turn its thinking off"
)


def text(kind: str, chunks: Iterable[bytes], deadline: float) -> Iterator[str]:
    """The text of a response, as server-sent events or, from a server that does not stream, as one JSON object.

    Args:
        kind: of the content, as the server calls it.
        chunks: of the content, cut anywhere; an empty one where nothing has come for a while.
        deadline: when ``time.monotonic()`` may be the latest.

    Returns:
        Pieces of the text, at most ``MOST_CHARACTERS`` in all; an empty one for whatever comes without text.

    Raises:
        WriterError: it is no such response, is too much or too slow, or ends before the model wrote anything.
    """
    whole = "json" in kind
    lines = _lines(chunks, deadline, whole=whole)
    said, finish = "", None
    for piece, ended in _whole(lines) if whole else _streamed(lines):
        finish = ended or finish
        piece = piece[: MOST_CHARACTERS - len(said)]
        said += piece
        yield piece
        if len(said) == MOST_CHARACTERS:
            finish = "length"
            break
    if finish == "length" and not _answer(said):
        raise WriterError(_THOUGHT_ONLY)


def _answer(said: str) -> str:
    """What was said without the thoughts."""
    answer = ""
    for part in spoken([said]):
        answer = "" if part is None else answer + part
    return answer.strip()


def _whole(lines: Iterable[bytes]) -> Iterator[tuple[str, str | None]]:
    """The text of the one object, and why it ended."""
    for line in lines:
        event = _parsed(line) if line else {}
        yield _text(event, "message"), _finish(event)


def _streamed(lines: Iterable[bytes]) -> Iterator[tuple[str, str | None]]:
    """The text of each event, and of the last one why it ended."""
    finished = False
    for line in lines:
        field, _, value = line.partition(b":")
        # Comments keep a connection alive; names and numbers of events tell nothing here.
        value = value.strip() if field.strip() == b"data" else b""
        if value == b"[DONE]":
            return
        event = _parsed(value) if value else {}
        finish = _finish(event)
        finished = finished or finish is not None
        yield _text(event, "delta"), finish
    if not finished:
        raise WriterError(f"the writer's server broke off in the middle: {GENERAL}")


def _lines(chunks: Iterable[bytes], deadline: float, *, whole: bool) -> Iterator[bytes]:
    """The lines of a response, or all of it at once, with a limit to its size and to its time.

    An empty line is given, too, for a chunk that ends none.
    """
    held = bytearray()
    size = 0
    for chunk in chunks:
        held += chunk
        if size < len(_BYTE_ORDER_MARK) <= len(held):
            held = held.removeprefix(_BYTE_ORDER_MARK)
        size += len(chunk)
        if time.monotonic() > deadline:
            raise WriterError(f"the writer's server {TOO_LONG}")
        if size > _BYTES or (not whole and len(held) > _LINE + len(chunk)):
            raise WriterError(f"the writer's server sends far more than an answer: {GENERAL}")
        lines = [] if whole else held.replace(b"\r\n", b"\n").split(b"\n")
        if lines:
            held = lines.pop()
        yield from map(bytes, lines or [held[:0]])
    if held:
        yield bytes(held)


def _parsed(value: bytes) -> dict[str, Any]:
    try:
        event = json.loads(value)
    except (ValueError, RecursionError) as error:  # a UnicodeDecodeError is a ValueError
        raise WriterError(f"the writer's server sends what is no JSON: {GENERAL}") from error
    if not isinstance(event, dict) or event.get("error"):
        raise WriterError(f"the writer's server reports an error: {GENERAL}")
    return event


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    """The first choice, empty in events that only count tokens."""
    choices = event.get("choices") or [{}]
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise WriterError(_FOREIGN)
    return choices[0]


def _finish(event: dict[str, Any]) -> str | None:
    """Why the model stopped, or None where it goes on."""
    finish = _choice(event).get("finish_reason")
    return None if finish is None else str(finish)


def _text(event: dict[str, Any], part: str) -> str:
    message = _choice(event).get(part) or {}
    content = message.get("content") if isinstance(message, dict) else message
    if isinstance(content, list):  # of parts, some of which are thoughts
        content = "".join(_said(piece) for piece in content)
    if not isinstance(content, str | None):
        raise WriterError(_FOREIGN)
    # Halves of surrogate pairs, which JSON can spell, are no characters.
    return (content or "").encode("utf-8", "replace").decode("utf-8")


def _said(part: Any) -> str:
    """The text of a part of a message; empty where it is no text."""
    said = part.get("text") or "" if isinstance(part, dict) and part.get("type") == "text" else ""
    if not isinstance(part, dict) or not isinstance(said, str):
        raise WriterError(_FOREIGN)
    return said
