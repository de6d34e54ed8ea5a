"""The chat page: its layout and what happens when a question is asked, on the page and over HTTP."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable  # Gradio reads the annotations of handlers: they must be there
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr  # at the top, unlike in rag: whoever imports this module wants the page
from fastapi import FastAPI
from gradio.events import api

from rag import RagError, day_of, suggest
from ui.cards import sources
from ui.gate import Gate
from ui.layout import lay_out
from ui.rating import rated
from ui.render import Turn, conversation
from ui.server import address_of, listen, server
from ui.steps import stepwise, workers

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator
    from datetime import date

    import uvicorn

    from rag import Answer, Assistant

_log = logging.getLogger(__name__)
_ASSETS = Path(__file__).parent / "assets"
_KEPT = 50  # turns of a conversation that stay on the page and are passed on as history
_SAMPLE = 200  # articles that are read for example questions; a collection of fewer is told by its number
_BUG = "Something went wrong inside Footnote. The terminal that it runs in shows what; please report it."


def build(assistant: Assistant) -> gr.Blocks:
    """The page of one assistant.

    Its HTTP API has an endpoint ``/ask``: a question in, ``Answer.to_dict()`` out; and ``/ask_on``, which takes the day
    of the question besides.

    Args:
        assistant: answers the questions; its articles give the example questions.
    """
    articles = assistant.articles(limit=_SAMPLE)
    promise = "Every sentence checked against its source." if assistant.writes else "Answers quoted word for word."
    size = None if len(articles) == _SAMPLE else sum(article.kind == "article" for article in articles)
    greeting = conversation((), suggest(articles), size, written=assistant.writes)

    threads = workers()

    async def reply(question: str, day: str | None, turns: tuple[Turn, ...]) -> AsyncGenerator[tuple[Any, ...], None]:
        waiting = (*turns, Turn(question))[-_KEPT:]
        yield "", conversation(waiting), gr.skip(), gr.skip()
        async with aclosing(stepwise(_asked(assistant, question, day, turns), threads)) as steps:
            async for turn in steps:
                if turn is None:  # Gradio looks whether the reader is still there whenever something is sent
                    yield (gr.skip(),) * 4
                    continue
                grown = (*turns, turn)[-_KEPT:]
                # Until it is whole, the answer is no part of the conversation that is passed on.
                yield gr.skip(), conversation(grown), sources(grown), gr.skip() if turn.writing else grown

    async def reply_to_example(
        day: str | None, turns: tuple[Turn, ...], event: gr.EventData
    ) -> AsyncGenerator[tuple[Any, ...], None]:
        async with aclosing(reply(str(event.question), day, turns)) as shown:
            async for step in shown:
                yield step

    def rate(turns: tuple[Turn, ...], event: gr.EventData) -> tuple[Any, ...]:
        told = rated(assistant, turns, str(event.turn), event.helpful is True)
        return (gr.skip(), gr.skip()) if told is None else (conversation(told), told)

    def begin_anew() -> tuple[Any, ...]:
        return "", greeting, sources(()), ()

    # Gradio draws up figures of its own use after every answer, with pandas; they are never read here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(2**31))
    page = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        at = lay_out(greeting, promise)
        shown = [at.box, at.log, at.cards, at.turns]
        # One question at a time: the models already use every core.
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        one: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": 1}
        asking = gr.on([at.box.submit, at.send.click], reply, [at.box, at.day, at.turns], shown, **quiet, **one)
        chosen = at.log.ask(reply_to_example, [at.day, at.turns], shown, **quiet, **one)
        # In the same queue, so that an answer that is being written does not undo what was rated meanwhile.
        rating = at.log.rate(rate, [at.turns], [at.log, at.turns], **quiet, **one)
        at.anew.click(begin_anew, None, shown, cancels=[asking, chosen, rating], **quiet)
        ask, ask_on = _endpoints(assistant)
        api(ask, api_name="ask", **one)
        api(ask_on, api_name="ask_on", **one)  # apart, since plain HTTP must send every argument of an endpoint
    page.queue(max_size=64)
    return page


def _endpoints(assistant: Assistant) -> tuple[Callable[[str], dict[str, Any]], Callable[[str, str], dict[str, Any]]]:
    """What ``/ask`` and ``/ask_on`` do; their docstrings are shown to those who use them."""

    def ask_on(question: str, asked: str) -> dict[str, Any]:
        """Answer a question about the news of a day, such as 2022-06-17: its articles count for more."""
        if not isinstance(question, str) or not isinstance(asked, str):
            raise gr.Error("The question must be a text; send it as a JSON string.", print_exception=False)
        try:
            answer = assistant.ask(_sayable(question), asked=_day(asked))
            return {key: _whole(value) for key, value in answer.to_dict().items()}
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles; every sentence is quoted and carries where it stands."""
        return ask_on(question, "")

    return ask, ask_on


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Open the assistant, serve its page until Ctrl-C, and print the page's address once it can be used.

    Args:
        assistant: answers the questions.
        host: the address to listen on; the default is reached from this machine only.
        port: the port to listen on; 0 takes any free one.

    Raises:
        RagError: the port or host cannot be used, or the library cannot be opened.
    """
    with listen(host, port) as listener:
        print("Opening the articles …", file=sys.stderr, flush=True)
        assistant.open()
        asyncio.run(_serving(assistant, host, listener))


async def _serving(assistant: Assistant, host: str, listener: socket.socket) -> None:
    ready = prepared(assistant, host)
    print(f"Footnote is at {address_of(listener)} (Ctrl-C stops it)", flush=True)
    await ready.serve(sockets=[listener])


def prepared(assistant: Assistant, host: str) -> uvicorn.Server:
    """The server of an assistant's page, ready to serve a socket that listens on ``host``.

    Call it inside the event loop that will serve: outside of one, Gradio makes loops that it never closes.
    """
    application = mounted(build(assistant))
    gradio: Any = application.routes[-1]
    return server(Gate(application, host), at_stop=gradio.app.stop_event.set)


def mounted(page: gr.Blocks) -> FastAPI:
    """The ASGI application of a page, with its style and script and nothing that leaves this machine."""
    style, script = (_ASSETS / "chat.css").read_text("utf-8"), (_ASSETS / "chat.js").read_text("utf-8")
    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        outer,
        page,
        path="/",
        theme=_theme(),
        css=style,
        js=script,
        favicon_path=str(_ASSETS / "favicon.svg"),
        show_error=False,  # a bug is logged, not told; gr.Error is told all the same
        footer_links=[],
        run_history=False,
        max_file_size=1,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
    )
    return outer


def _theme() -> gr.Theme:
    """Gradio's plainest theme in the fonts that the reader's system has; its own would be fetched from elsewhere."""
    return gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"))


def _asked(
    assistant: Assistant, question: str, typed: str | None, turns: tuple[Turn, ...]
) -> Generator[Turn, None, None]:
    """The turn that a question becomes, growing while it is written.

    A mistake of the reader's is told; one of ours is logged and owned up to.
    """
    history: tuple[Answer, ...] = tuple(turn.answer for turn in turns if turn.answer is not None)
    try:
        day = _day(typed)
        if not assistant.writes:
            yield Turn(question, answer=assistant.ask(_sayable(question), history=history, asked=day))
            return
        answer: Answer | None = None
        growing = Turn(question, writing=True)
        for answer in assistant.stream(_sayable(question), history=history, asked=day):
            growing = Turn(question, answer=answer, writing=True) if answer.text else growing
            yield growing
        yield Turn(question, answer=answer)
    except RagError as error:
        yield Turn(question, problem=str(error))
    except Exception:
        _log.exception("a question could not be answered")
        yield Turn(question, problem=_BUG)


def _day(typed: str | None) -> date | None:
    """The day that was typed, if any; raises QuestionError where it is none.

    A box in a fold that was never opened is not on the page yet, and Gradio sends nothing for it.
    """
    return day_of(_sayable(typed)) if typed and typed.strip() else None


def _sayable(text: str) -> str:
    """``text`` without halves of surrogate pairs, which JSON can spell but UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _whole(value: Any) -> Any:
    """``value`` with every text in it sayable: an article may hold what JSON cannot send."""
    if isinstance(value, str):
        return _sayable(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
