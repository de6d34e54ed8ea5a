"""A server on this machine that says to each request what a test scripted, in the protocol of chat models or not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

Turn = Callable[[BaseHTTPRequestHandler], None]
"""Answers one request."""


@dataclass
class Scripted:
    """A running server.

    Attributes:
        url: the base address that a writer is given.
        bodies: what was asked, in order.
        headers: of each request.
        left: set when a client hung up while it was written to.
    """

    url: str
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


def event(content: str | None, finish: str | None = None) -> bytes:
    """One server-sent event of a chat model."""
    choice = {"index": 0, "delta": {} if content is None else {"content": content}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def said(*pieces: str) -> bytes:
    """The whole response of a chat model that writes these pieces."""
    return b"".join(event(piece) for piece in pieces) + event(None, "stop") + b"data: [DONE]\n\n"


def sends(data: bytes, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Turn:
    """A turn that sends so much and hangs up."""

    def turn(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return turn


def breaks_off(data: bytes) -> Turn:
    """A turn that promises more than it sends."""
    return sends(data, Content_Length=str(len(data) + 1000))


def says_nothing(handler: BaseHTTPRequestHandler) -> None:
    """A turn that waits until the client hangs up."""
    handler.connection.settimeout(150)  # longer than any test waits for that
    if not handler.connection.recv(1):
        raise ConnectionResetError


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing where a client does not like the certificate."""


@contextmanager
def serving(turns: Sequence[Turn], encryption: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """Serve the turns in order, the last one again and again; by https where it is told how."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            scripted.bodies.append(json.loads(body))
            scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
            turn = turns[min(len(scripted.bodies), len(turns)) - 1]
            self.close_connection = True
            try:
                turn(self)
            except OSError:  # the client hung up
                scripted.left.set()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with _Quiet(("127.0.0.1", 0), Handler) as server:
        if encryption is not None:
            server.socket = encryption.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "http" if encryption is None else "https"
        scripted = Scripted(f"{scheme}://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()
