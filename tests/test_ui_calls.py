"""Answers over plain HTTP are given once, though Gradio lets go of them a while after it gave them."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from ui.calls import Calls

Message = MutableMapping[str, Any]


async def _endless(scope: Message, receive: Any, send: Any) -> None:
    """Gives an answer in two pieces, and the second time none, as Gradio does."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"event: heartbeat", "more_body": True})
    if not scope["broken"]:
        await send({"type": "http.response.body", "body": b"event: complete"})


def test_an_answer_that_was_given_is_given_no_more_also_while_gradio_still_holds_it() -> None:
    held = {"one", "two"}
    calls = Calls(_endless, held.__contains__)
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        elif b"complete" in message["body"]:  # the caller has it now, and asks again at once
            await fetch("one")

    async def fetch(event: str, broken: bool = False) -> None:
        scope = {"type": "http", "method": "GET", "path": f"/gradio_api/call/ask/{event}", "broken": broken}
        await calls(scope, _nothing, send)

    asyncio.run(fetch("one", broken=True))  # the line broke before the answer came: it can be fetched anew
    asyncio.run(fetch("one"))
    assert statuses == [200, 200, 404]
    held.discard("one")
    asyncio.run(fetch("two"))
    asyncio.run(fetch("two"))
    assert statuses == [200, 200, 404, 200, 404, 404]
    assert calls.given == {"two"}  # what is held no more need not be remembered


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
