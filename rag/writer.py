"""A client for any OpenAI-compatible chat server: a question and passages in, pieces of text out as they come."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from rag.connection import STEP, Connection, Head
from rag.errors import WriterError
from rag.events import text
from rag.prompt import Message, messages
from rag.remedies import TOO_LONG, Failure, of_status
from rag.schema import Hit

Writer: TypeAlias = Callable[[str, Sequence[Hit]], Iterator[str]]
"""A standalone question and the passages it may draw on -> pieces of the text that a model writes. The iterator is
closed as soon as no more is wanted, which is looked at after each piece: an empty one is a good thing to give while
nothing is written. A WriterError ends it where the model fails."""

_ENDPOINT = "/chat/completions"
_TOKENS = 320  # asked for; servers that do not heed it are cut off at ``events.MOST_CHARACTERS``
_UNUSABLE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_OPTIONS: tuple[Callable[[int], dict[str, Any]], ...] = (
    lambda tokens: {"temperature": 0, "max_tokens": tokens},
    lambda tokens: {"max_completion_tokens": tokens},
    lambda tokens: {},
)
"""What is asked for beside the text: the first, or where a server takes it not, the one after it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds, and how often it is asked.

    Attributes:
        connect: for a connection.
        silence: between two pieces of a response; a large model takes its time before the first.
        whole: for everything, however lively the server.
        tries: how often in all, where there is no connection, too many requests, or an error of the server's own.
        pause: before the second try; twice as long before each one after it.
        longest_pause: whatever the server asks for.
        loading: for how long a server is asked again that is not ready (503), as its model is being loaded.
    """

    connect: float = 5.0
    silence: float = 60.0
    whole: float = 180.0
    tries: int = 3
    pause: float = 0.4
    longest_pause: float = 5.0
    loading: float = 20.0


@dataclass(slots=True)
class _Learnt:
    """Which options a server takes, or None until it has answered; set at one stroke, so that threads may share it."""

    options: int | None = None


class ChatWriter:
    """Writes with a chat model. Safe to use from several threads: each answer has a connection of its own.

    Args:
        url: the address that ``/chat/completions`` is appended to, unless it ends so.
        model: the name that the server knows the model by.
        key: sent as a bearer token, or None.
        patience: how long the server is waited for.
    """

    def __init__(self, url: str, model: str, key: str | None = None, patience: Patience | None = None) -> None:
        self._url, self._model, self._key = f"{url.removesuffix(_ENDPOINT)}{_ENDPOINT}", model, key
        self._patience = patience or Patience()
        self._learnt = _Learnt()

    def __repr__(self) -> str:
        return f"ChatWriter({self._url!r}, {self._model!r})"

    def __call__(self, question: str, hits: Sequence[Hit]) -> Iterator[str]:
        """What the model writes to a question on passages; see ``chat``."""
        return self.chat(messages(question, hits))

    def hurried(self, patience: Patience) -> ChatWriter:
        """The same model, waited for as long as is given."""
        hurried = copy(self)  # what is learnt of its server is learnt for both
        hurried._patience = patience
        return hurried

    def chat(self, told: Sequence[Message], tokens: int = _TOKENS) -> Generator[str, None, None]:
        """Ask the model; closing the iterator closes the connection, at which servers stop writing.

        Args:
            told: the messages that it is sent.
            tokens: the most that it is asked to write.

        Yields:
            Pieces of its text, and an empty one every now and then while nothing comes.

        Raises:
            WriterError: the server cannot be reached, is too slow, or sends what cannot be used.
        """
        begun = time.monotonic()
        deadline = begun + self._patience.whole
        known = self._learnt.options
        which, attempt = known or 0, 1
        while True:
            with closing(self._connection(told, _OPTIONS[which](tokens))) as connection:
                came = yield from _opened(connection, deadline)
                if isinstance(came, Head):
                    self._learnt.options = which
                    yield from text(came.kind, connection.content(), deadline)
                    return
            if came.status in _UNUSABLE and known is None and which + 1 < len(_OPTIONS):
                which += 1
                continue
            yield from _waited(self._pause(came, attempt, begun))
            attempt += 1

    def _connection(self, told: Sequence[Message], options: dict[str, Any]) -> Connection:
        # Not compressed: a small response could unfold into one that fills the memory.
        headers = {
            "Accept": "text/event-stream", "Accept-Encoding": "identity", "Content-Type": "application/json",
        }  # fmt: skip
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = {"model": self._model, "messages": told, "stream": True, **options}
        return Connection(self._url, headers, json.dumps(body).encode(), self._patience.connect, self._patience.silence)

    def _pause(self, failure: Failure, attempt: int, begun: float) -> float:
        """Seconds after which to ask again; raises a WriterError where that would not help, or take too long."""
        patience, now = self._patience, time.monotonic()
        pause = patience.pause * 2.0 ** min(attempt - 1, 30) * random.uniform(0.75, 1.25)
        if failure.pause is not None and failure.pause.isdecimal():
            pause = float(failure.pause)
        pause = min(pause, patience.longest_pause)
        loading = failure.status == HTTPStatus.SERVICE_UNAVAILABLE and now + pause <= begun + patience.loading
        if failure.again and (loading or attempt < patience.tries) and now + pause <= begun + patience.whole:
            return pause
        raise failure.told()


def _opened(connection: Connection, deadline: float) -> Generator[str, None, Head | Failure]:
    """What a server has to say to one request; gives empty pieces for as long as it says nothing."""
    while (came := connection.head()) is None:
        if time.monotonic() > deadline:
            raise WriterError(f"the writer's server {TOO_LONG}")
        yield ""
    if isinstance(came, Head) and came.status != HTTPStatus.OK:
        return of_status(came.status, came.pause)
    return came


def _waited(seconds: float) -> Iterator[str]:
    """Empty pieces until so much time has passed."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, STEP))
        yield ""
