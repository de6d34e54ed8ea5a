"""An answer over plain HTTP is given once, whatever Gradio still holds of it."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from tests.test_ui_steps import run
from ui.calls import Calls

Message = MutableMapping[str, Any]


def test_who_fetches_an_answer_twice_does_not_wait_without_end() -> None:
    held = {"one", "two"}
    answered = asyncio.Event()
    statuses: list[int] = []

    async def gradio(scope: Message, receive: Any, send: Any) -> None:
        await answered.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    calls = Calls(gradio, held.__contains__)

    async def fetch(event: str) -> None:
        await calls({"type": "http", "method": "GET", "path": f"/gradio_api/call/ask/{event}"}, receive, send)

    async def work() -> None:
        first = asyncio.create_task(fetch("one"))
        await asyncio.sleep(0)
        await fetch("one")
        assert statuses == [404]  # it is being fetched already
        answered.set()
        await first
        await fetch("one")
        assert statuses == [404, 200, 404]  # it was given, and Gradio has not let go of it yet
        held.discard("one")
        await fetch("two")
        assert statuses == [404, 200, 404, 200]
        assert calls.fetched == {"two"}  # what is held no more need not be remembered

    run(work())
