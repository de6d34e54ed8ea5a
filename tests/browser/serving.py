"""The chat served as it is served to a reader, on a free port, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Protocol, cast

from rag import Answer, Article
from ui.app import prepared
from ui.server import address_of, listen

if TYPE_CHECKING:
    import uvicorn

    from rag import Assistant


class Answers(Protocol):
    """What the page needs of an assistant: a real one, or one that answers as a test wants."""

    @property
    def writes(self) -> bool:
        """Whether its answers grow; then it has a ``stream``, too."""

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """An answer."""

    def rate(self, answer: Answer, helpful: bool) -> object:
        """Keep what the reader thinks of an answer."""

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The collection."""


@contextmanager
def served(assistant: Answers, port: int = 0) -> Iterator[str]:
    """Serve an assistant's page from a thread, on any free port unless it is told; gives its address."""
    begun: list[uvicorn.Server] = []

    async def serve() -> None:
        server = prepared(cast("Assistant", assistant), "127.0.0.1")
        begun.append(server)
        await server.serve(sockets=[listener])

    with listen("127.0.0.1", port) as listener:
        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        try:
            yield address_of(listener)  # connections wait in the socket's queue until the server takes them
        finally:
            while not begun and thread.is_alive():
                thread.join(0.1)
            for server in begun:
                server.should_exit = True
            thread.join()
