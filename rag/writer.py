"""A client for any OpenAI-compatible chat server: a question and passages in, pieces of text out as they come.

Nothing that a server says about itself is passed on: an error page may repeat the key that was sent to it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from rag.errors import WriterError
from rag.prompt import Message, messages
from rag.schema import Hit

if TYPE_CHECKING:
    import httpx

Writer: TypeAlias = Callable[[str, Sequence[Hit]], Iterator[str]]
"""A standalone question and the passages it may draw on -> pieces of the text that a model writes. The iterator is
closed as soon as no more is wanted. A WriterError ends it where the model fails."""

CHARACTERS = 6000
"""The most that a model may write; what comes after is not read."""

_TOKENS = 320  # asked for; servers that do not heed it are cut off at CHARACTERS
_BYTES = 2_000_000  # of a response, whatever is in it
_LINE = 200_000  # bytes of one event
_REMEDY = "see that RAG_WRITER_URL is right and its server runs, or unset it"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds, and how often it is asked.

    Attributes:
        connect: for a connection.
        silence: between two pieces of a response; a large model takes its time before the first.
        whole: for the whole response, however lively.
        tries: how often in all, where there is no connection, too many requests, or an error of the server's own.
        pause: before the second try; twice as long before each one after it.
        longest_pause: whatever the server asks for.
    """

    connect: float = 5.0
    silence: float = 60.0
    whole: float = 180.0
    tries: int = 3
    pause: float = 0.4
    longest_pause: float = 5.0


class ChatWriter:
    """Writes with a chat model. Safe to use from several threads: each answer has a connection of its own.

    Args:
        url: the address that ``/chat/completions`` is appended to.
        model: the name that the server knows the model by.
        key: sent as a bearer token, or None.
        patience: how long the server is waited for.
    """

    def __init__(self, url: str, model: str, key: str | None = None, patience: Patience | None = None) -> None:
        self._url, self._model, self._key = f"{url}/chat/completions", model, key
        self._patience = patience or Patience()

    def __repr__(self) -> str:
        return f"ChatWriter({self._url!r}, {self._model!r})"

    def __call__(self, question: str, hits: Sequence[Hit]) -> Iterator[str]:
        """What the model writes to a question on passages; see ``chat``."""
        return self.chat(messages(question, hits))

    def hurried(self, patience: Patience) -> ChatWriter:
        """The same model, waited for as long as is given."""
        hurried = copy(self)
        hurried._patience = patience
        return hurried

    def chat(self, told: Sequence[Message], tokens: int = _TOKENS) -> Generator[str, None, None]:
        """Ask the model; closing the iterator closes the connection, at which servers stop writing.

        Args:
            told: the messages that it is sent.
            tokens: the most that it is asked to write.

        Raises:
            WriterError: the server cannot be reached, is too slow, or sends what cannot be used.
        """
        import httpx

        deadline = time.monotonic() + self._patience.whole
        # Not compressed: a small response could unfold into one that fills the memory.
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        waits = httpx.Timeout(self._patience.silence, connect=self._patience.connect)
        # A proxy of the environment is for what lies outside; a server on this machine is reached directly.
        outside = urlsplit(self._url).hostname not in ("127.0.0.1", "::1", "localhost")
        try:
            with httpx.Client(timeout=waits, headers=headers, trust_env=outside, follow_redirects=False) as client:
                response = self._opened(client, told, tokens, deadline)
                try:
                    yield from _limited(_content(response, deadline))
                finally:
                    response.close()
        except httpx.TimeoutException as error:
            problem = f"the writer's server sent nothing for {self._patience.silence:g} seconds"
            raise WriterError(f"{problem}: use a smaller model, or {_REMEDY}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise WriterError(f"the connection to the writer's server broke off: {_REMEDY}") from error

    def _opened(self, client: httpx.Client, told: Sequence[Message], tokens: int, deadline: float) -> httpx.Response:
        """A response with status 200 whose content is still to be read, after as many tries as it takes."""
        import httpx

        body: dict[str, Any] = {"model": self._model, "messages": told, "stream": True}
        options = {"temperature": 0, "max_tokens": tokens}
        attempt = 1
        while True:
            problem, asked_pause = f"cannot be reached at {self._url}", None
            try:
                response = client.send(client.build_request("POST", self._url, json={**body, **options}), stream=True)
            except (httpx.NetworkError, httpx.ConnectTimeout, httpx.RemoteProtocolError):
                pass
            else:
                if response.status_code == HTTPStatus.OK:
                    return response
                response.close()
                if response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY) and options:
                    options = {}  # some models take neither of the two
                    continue
                problem, asked_pause = f"answers {_named(response.status_code)}", response.headers.get("retry-after")
                if response.status_code != HTTPStatus.TOO_MANY_REQUESTS and response.status_code < 500:
                    attempt = self._patience.tries
            pause = self._pause(attempt, asked_pause)
            if attempt >= self._patience.tries or time.monotonic() + pause > deadline:
                raise WriterError(f"the writer's server {problem}: {_REMEDY}")
            time.sleep(pause)
            attempt += 1

    def _pause(self, attempt: int, asked: str | None) -> float:
        """Seconds to wait after a try that failed: what the server asks for, or twice as long each time, spread."""
        if asked is not None and asked.isdecimal():
            return min(float(asked), self._patience.longest_pause)
        pause = self._patience.pause * 2.0 ** (attempt - 1) * random.uniform(0.75, 1.25)
        return min(pause, self._patience.longest_pause)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _limited(pieces: Iterator[str]) -> Iterator[str]:
    """The first ``CHARACTERS`` characters."""
    room = CHARACTERS
    for piece in pieces:
        yield piece[:room]
        room -= len(piece)
        if room <= 0:
            return


def _content(response: httpx.Response, deadline: float) -> Iterator[str]:
    """The text of a response, as server-sent events or, from a server that does not stream, as one JSON object."""
    finished = False
    if "json" in response.headers.get("content-type", ""):
        for line in _lines(response, deadline, whole=True):
            yield _text(_parsed(line), "message")
        return
    for line in _lines(response, deadline):
        field, _, value = line.partition(b":")
        if field.strip() != b"data":
            continue  # comments keep a connection alive; names and numbers of events tell nothing here
        if value.strip() == b"[DONE]":
            return
        event = _parsed(value)
        yield _text(event, "delta")
        finished = finished or _is_last(event)
    if not finished:
        raise WriterError(f"the writer's server broke off in the middle: {_REMEDY}")


def _lines(response: httpx.Response, deadline: float, *, whole: bool = False) -> Iterator[bytes]:
    """The lines of a response, or all of it at once, with a limit to its size and to its time."""
    held = bytearray()
    size = 0
    for chunk in response.iter_raw():
        size += len(chunk)
        held += chunk
        if time.monotonic() > deadline:
            raise WriterError(f"the writer's server took too long: use a smaller model, or {_REMEDY}")
        if size > _BYTES or (not whole and len(held) > _LINE + len(chunk)):
            raise WriterError(f"the writer's server sends far more than an answer: {_REMEDY}")
        if not whole:
            *lines, rest = held.replace(b"\r\n", b"\n").split(b"\n")
            held = bytearray(rest)
            yield from (bytes(line) for line in lines)
    if held:
        yield bytes(held)


def _parsed(value: bytes) -> dict[str, Any]:
    try:
        event = json.loads(value)
    except (ValueError, RecursionError) as error:  # a UnicodeDecodeError is a ValueError
        raise WriterError(f"the writer's server sends what is no JSON: {_REMEDY}") from error
    if not isinstance(event, dict) or event.get("error"):
        raise WriterError(f"the writer's server reports an error: {_REMEDY}")
    return event


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    """The first choice, empty in events that only count tokens."""
    choices = event.get("choices") or [{}]
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise WriterError(f"the writer's server does not speak OpenAI's protocol: {_REMEDY}")
    return choices[0]


def _text(event: dict[str, Any], part: str) -> str:
    message = _choice(event).get(part) or {}
    content = message.get("content") if isinstance(message, dict) else message
    if not isinstance(content, str | None):
        raise WriterError(f"the writer's server does not speak OpenAI's protocol: {_REMEDY}")
    # Halves of surrogate pairs, which JSON can spell, are no characters.
    return (content or "").encode("utf-8", "replace").decode("utf-8")


def _is_last(event: dict[str, Any]) -> bool:
    return _choice(event).get("finish_reason") is not None
