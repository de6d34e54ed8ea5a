"""The chat's HTTP API: what ``/ask`` and ``/ask_on`` do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import LocalContext

from rag import RagError
from ui.asking import sayable, typed_day
from ui.steps import stepwise

if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import ThreadPoolExecutor
    from datetime import date

    from rag import Answer, Assistant

Told = Coroutine[Any, Any, dict[str, Any]]
"""``Answer.to_dict()``, once it is there."""


def endpoints(
    assistant: Assistant, threads: ThreadPoolExecutor
) -> tuple[Callable[[str], Told], Callable[[str, str], Told]]:
    """What ``/ask`` and ``/ask_on`` do; their docstrings are shown to those who use them.

    Args:
        assistant: answers the questions.
        threads: those in which the page's questions take their steps, too.
    """

    async def ask_on(question: str, asked: str) -> dict[str, Any]:
        """Answer a question about the news of a day, such as 2022-06-17: its articles count for more."""
        if not isinstance(question, str):
            raise gr.Error("The question must be a text; send it as a JSON string.", print_exception=False)
        if not isinstance(asked, str):
            raise gr.Error('The day must be a text such as "2022-06-17", or "" for none.', print_exception=False)
        try:
            answer = await _last(_growing(assistant, sayable(question), typed_day(asked)), threads)
            return {key: _whole(value) for key, value in answer.to_dict().items()}
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles; every sentence is quoted and carries where it stands."""
        return await ask_on(question, "")

    return ask, ask_on


def _growing(assistant: Assistant, question: str, day: date | None) -> Generator[Answer, None, None]:
    """The answer so far, again and again where a model writes it, and last the whole."""
    if assistant.writes:
        yield from assistant.stream(question, asked=day)
    else:
        yield assistant.ask(question, asked=day)


async def _last(growing: Generator[Answer, None, None], threads: ThreadPoolExecutor) -> Answer:
    """The whole answer; it is let go of within a second where the caller has gone, as others wait for their turn."""
    page: Any = LocalContext.blocks.get()
    call = page._queue.event_ids_to_events.get(LocalContext.event_id.get())
    whole = None
    async with aclosing(stepwise(growing, threads)) as steps:
        async for step in steps:
            whole = step or whole
            if call and not call.alive:
                raise gr.Error("Nobody waits for this answer any more.", print_exception=False)
    assert whole is not None  # an answer has a step at least
    return whole


def _whole(value: Any) -> Any:
    """``value`` with every text in it sayable: an article may hold what JSON cannot send."""
    if isinstance(value, str):
        return sayable(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
