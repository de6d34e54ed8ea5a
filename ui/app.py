"""The chat page put together: its parts, what happens to them, its HTTP API; and served."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Gradio reads these when it is imported: no usage figures, no look for a newer version.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr  # at the top, unlike in rag: whoever imports this module wants the page
from fastapi import FastAPI
from gradio.events import api

from ui.calls import Calls
from ui.endpoints import endpoints
from ui.gate import Gate
from ui.layout import lay_out
from ui.server import address_of, listen, server
from ui.talk import Talk

if TYPE_CHECKING:
    import socket

    import uvicorn

    from rag import Assistant

_ASSETS = Path(__file__).parent / "assets"

_SCRIPTS = ("page.js", "reading.js", "rating.js", "sending.js")
"""In their order: what the first defines the others use."""

# What the scripts are told, which may not be there yet: before a question is sent (they tell how many turns the page
# shows), where that failed, what came of a rating, and where nothing did.
_ASKING = "(question, day, turns, seen) => [question, day, turns, globalThis.footnote?.asking(question)]"
_CHOSEN = "(day, turns, seen) => [day, turns, globalThis.footnote?.asking()]"
_RATED = "(verdict) => { globalThis.footnote.rated(verdict); }"
_UNRATED = "() => { globalThis.footnote.unrated(); }"
_FAILED = "() => { globalThis.footnote?.failed(); }"


def build(assistant: Assistant) -> gr.Blocks:
    """The page of one assistant.

    Its HTTP API has an endpoint ``/ask``: a question in, ``Answer.to_dict()`` out; and ``/ask_on``, which takes the day
    of the question besides.

    Args:
        assistant: answers the questions; its articles give the example questions.
    """
    talk = Talk(assistant)
    promise = "Every sentence checked against its source." if assistant.writes else "Answers quoted word for word."
    # Gradio draws up figures of its own use after every answer, with pandas; they are never read here.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(2**31))
    page = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        at = lay_out(talk.greeting, promise)
        shown = [at.log, at.cards, at.turns]  # the box is the page's own to empty: more may have been written in it
        # One question at a time: the models already use every core.
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        one: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": 1}
        typed, clicked = [at.box, at.day, at.turns, at.seen], [at.day, at.turns, at.seen]
        asking = gr.on([at.box.submit, at.send.click], talk.reply, typed, shown, js=_ASKING, **quiet, **one)
        chosen = at.log.ask(talk.reply_to_example, clicked, shown, js=_CHOSEN, **quiet, **one)
        for sent in (asking, chosen):
            sent.failure(None, js=_FAILED)
        # Outside that queue and its "once": a rating is kept also while an answer is looked for.
        rating = at.log.rate(talk.rate, [at.turns], [at.verdict], trigger_mode="multiple", **quiet)
        rating.then(None, [at.verdict], None, js=_RATED)
        rating.failure(None, js=_UNRATED)
        at.anew.click(talk.begin_anew, None, shown, cancels=[asking, chosen], **quiet)
        page.load(talk.greet, None, [at.log], **quiet)  # a library may have changed since the chat was started
        ask, ask_on = endpoints(assistant, talk.threads)
        api(ask, api_name="ask", **one)
        api(ask_on, api_name="ask_on", **one)  # apart, since plain HTTP must send every argument of an endpoint
    page.queue(max_size=64)
    return page


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
    page = build(assistant)
    application = mounted(page)
    gradio: Any = application.routes[-1]
    queue = page._queue

    def holds(event: str) -> bool:
        sessions = queue.pending_event_ids_session.items()  # a session whose line broke keeps its ids, but no messages
        return any(event in events and session in queue.pending_messages_per_session for session, events in sessions)

    return server(Gate(Calls(application, holds), host), at_stop=gradio.app.stop_event.set)


def mounted(page: gr.Blocks) -> FastAPI:
    """The ASGI application of a page, with its style and script and nothing that leaves this machine."""
    style = (_ASSETS / "chat.css").read_text("utf-8")
    script = "\n".join((_ASSETS / name).read_text("utf-8") for name in _SCRIPTS)
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
