"""One request to a server, whose response is waited for step by step, so that it can be hung up on at any moment.

A read from the network cannot be stopped by who waits for it. So a thread of its own reads, and who asked looks after
it; hanging up shuts the socket under the thread, at which servers stop writing.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import WriterError
from rag.remedies import ENVIRONMENT, Failure, of_break, of_error

if TYPE_CHECKING:
    import httpx

STEP = 0.25
"""Seconds after which somebody who waits is told that nothing has come yet."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a response begins with.

    Attributes:
        status: 200 where all is well.
        kind: of its content, as in "text/event-stream".
        pause: what the server says in ``Retry-After``, or None.
    """

    status: int
    kind: str
    pause: str | None


class Connection:
    """Posts a body and reads the response; close it in any case, from any thread.

    Args:
        url: what is asked.
        headers: that are sent.
        body: JSON.
        connect: seconds to wait for a connection.
        silence: seconds to wait between two pieces of the response.
    """

    def __init__(self, url: str, headers: Mapping[str, str], body: bytes, connect: float, silence: float) -> None:
        self._url, self._headers, self._body = url, dict(headers), body
        self._connect, self._silence = connect, silence
        # One place, so that no more is read than is wanted.
        self._came: queue.Queue[Head | bytes | Exception | None] = queue.Queue(maxsize=1)
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._left = False
        threading.Thread(target=self._read, name="footnote-writer", daemon=True).start()

    def head(self) -> Head | Failure | None:
        """What came first, or None where nothing has come within a step.

        Raises:
            WriterError: what the environment says of proxies or certificates cannot be used.
        """
        with suppress(queue.Empty):
            came = self._came.get(timeout=STEP)
            if isinstance(came, Head):
                return came
            if isinstance(came, Exception):
                failure = of_error(came, self._url, self._silence)
                if failure is None:
                    raise came
                return failure
        return None

    def content(self) -> Iterator[bytes]:
        """The pieces of the content behind the head; an empty one after each step in which nothing came.

        Raises:
            WriterError: the connection broke off, or the server was silent for too long.
        """
        while True:
            try:
                came = self._came.get(timeout=STEP)
            except queue.Empty:
                yield b""
                continue
            if isinstance(came, Exception):
                failure = of_break(came, self._silence)
                raise came if failure is None else failure.told() from came
            if not isinstance(came, bytes):
                return
            yield came

    def close(self) -> None:
        """Hang up, whatever is under way."""
        with self._lock:
            self._left = True
            _hang_up(self._socket)
        with suppress(queue.Empty):
            self._came.get_nowait()  # the thread may stand and wait for this place

    def _read(self) -> None:
        """What the thread does: everything that may take its time."""
        try:
            with _client(self._url, self._headers, self._connect, self._silence) as client:
                request = client.build_request("POST", self._url, content=self._body, extensions={"trace": self._watch})
                response = client.send(request, stream=True)
                try:
                    kind = response.headers.get("content-type", "")
                    self._give(Head(response.status_code, kind, response.headers.get("retry-after")))
                    for chunk in response.iter_raw():
                        if not self._give(chunk):
                            return
                finally:
                    response.close()
            self._give(None)
        except Exception as error:  # raised again for who asked
            self._give(error)

    def _give(self, what: Head | bytes | Exception | None) -> bool:
        """Hand over what was read; returns whether anybody wants more."""
        if not self._left:
            self._came.put(what)
        return not self._left

    def _watch(self, event: str, told: Mapping[str, Any]) -> None:
        """Keep the socket that httpx opened: reading, it gives it to nobody."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._socket = told["return_value"].get_extra_info("socket")
                if self._left:
                    _hang_up(self._socket)


def _hang_up(connected: socket.socket | None) -> None:
    if connected is not None:
        with suppress(OSError):  # it is closed already
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # encrypted or not, without a word of farewell


def _client(url: str, headers: Mapping[str, str], connect: float, silence: float) -> httpx.Client:
    """A client that follows the environment's proxies to what lies outside, and reaches this machine directly."""
    import httpx

    waits = httpx.Timeout(silence, connect=connect)
    direct: httpx.HTTPTransport | None = None
    here = on_this_machine(httpx.URL(url).host)
    try:
        if here:
            direct = httpx.HTTPTransport(trust_env=url.startswith("https:"))  # for SSL_CERT_FILE; it knows no proxies
        return httpx.Client(timeout=waits, headers=headers, transport=direct, follow_redirects=False)
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        problem = "a proxy or a file of certificates that the environment names cannot be used"
        raise WriterError(f"{problem}: {ENVIRONMENT}") from error


def on_this_machine(host: str) -> bool:
    """Whether a host, as it stands in an address, is this very machine by its name or number."""
    name = host.removesuffix(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    number = _number(name)
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped is not None:
        number = number.ipv4_mapped
    return number is not None and (number.is_loopback or number.is_unspecified)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with suppress(ValueError):
        return ipaddress.ip_address(host)
    with suppress(ValueError, OSError):
        return ipaddress.IPv4Address(socket.inet_aton(host))  # in short, as "127.1" and "0" are
    return None
