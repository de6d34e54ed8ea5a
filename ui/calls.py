"""Questions over plain HTTP: what is wrong with one is told in a line before Gradio sees it.

Gradio answers a call with too few or misspelt arguments, or for an answer that it does not hold, with ``null`` or a
bare 500, and writes a traceback into the terminal as if the chat had a bug.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ui.gate import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from ui.gate import Application, Message, Receive, Send

_CALL = re.compile("/gradio_api/call/(v2/)?(ask|ask_on)/?")
_ANSWER = re.compile("/gradio_api/call/(?:v2/)?(?:ask|ask_on)/([^/]+)")
_ARGUMENTS = {
    "ask": {"question": "Who resigned?"},
    "ask_on": {"question": "Who resigned?", "asked": "2022-06-17"},
}


class Calls:
    """An ASGI application in front of another, which sees only those calls that it can answer.

    Args:
        application: the Gradio server.
        holds: whether the answer of an id is still to be fetched, or is being, or was just now.

    Attributes:
        fetched: ids of answers that are being fetched, or were, and are held all the same.
    """

    def __init__(self, application: Application, holds: Callable[[str], bool]) -> None:
        self._application = application
        self._holds = holds
        self.fetched: frozenset[str] = frozenset()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 400 or 404."""
        path = scope.get("path", "")
        call = _CALL.fullmatch(path)
        if scope.get("method") == "POST" and call is not None:
            body = await _body(receive)
            problem = mistake(body, named=call.group(1) is not None, endpoint=call.group(2))
            if problem is not None:
                await refuse(send, 400, problem)
                return
            receive = _again(body, receive)
        answer = _ANSWER.fullmatch(path)
        if scope.get("method") == "GET" and answer is not None:
            event = answer.group(1)
            if event in self.fetched or not self._holds(event):
                await refuse(send, 404, "No answer waits under this id; each is given once. Ask again for another.")
                return
            # Gradio would let a second one wait without end, also for a moment after the first was answered.
            self.fetched = frozenset(filter(self._holds, (*self.fetched, event)))
        await self._application(scope, receive, send)


def mistake(body: bytes, *, named: bool, endpoint: str) -> str | None:
    """What to send instead of the body of a call, or None where it has the form that its endpoint takes.

    Args:
        body: what was sent.
        named: whether arguments are sent by their names, as to ``/call/v2/``, or in a list.
        endpoint: ``ask`` or ``ask_on``.
    """
    wanted = _ARGUMENTS[endpoint]
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if named:
        fits = isinstance(sent, dict) and sent.keys() == wanted.keys()
        example = json.dumps(wanted)
    else:
        values = sent.get("data") if isinstance(sent, dict) else None
        fits = isinstance(values, list) and len(values) == len(wanted)
        example = json.dumps({"data": list(wanted.values())})
    return None if fits else f"The request does not fit /{endpoint}; send JSON such as {example}."


async def _body(receive: Receive) -> bytes:
    """All of a request's body; the gate has seen to its length."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """What receives a body that was read already, and then what comes after it."""
    left = [body]

    async def read() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return read
