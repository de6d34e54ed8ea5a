"""What a browser may ask of the server: the page, its parts and its questions, and nothing else.

Gradio serves much that this chat does not use: uploads, files of the disk, fetching of addresses, proxies, an editor.
Most of what was ever found wrong with it lay there (CVE-2023-51449, CVE-2024-47167, CVE-2026-28416). So the gate lists
what is used and refuses the rest, whatever a later Gradio adds. It also keeps the page to its own origin with a content
security policy, requests to a size that a question needs, and pages of other sites that point their name at this
machine (DNS rebinding) away from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MAX_BODY = 256 * 1024  # bytes; a question of 10,000 characters takes at most 120,000 when each is escaped

_NAME = "[A-Za-z0-9_-][A-Za-z0-9_.-]*"  # no segment of a path begins with a dot, so none leads out of its folder
_READ = re.compile(
    "/|/config/?|/theme\\.css|/favicon\\.ico|/manifest\\.json|/robots\\.txt|/login_check/?"
    f"|/(?:assets|static)/(?:{_NAME}/)*{_NAME}"
    "|/gradio_api/(?:info/?|openapi\\.json|app_id/?|startup-events|theme\\.css|queue/data|queue/status"
    f"|heartbeat/{_NAME}|call/(?:v2/)?ask(?:_on)?/{_NAME})"
)
_WRITE = re.compile("/gradio_api/(?:queue/join|cancel|reset/?|call/(?:v2/)?ask(?:_on)?/?)")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})

# Gradio compiles its templates in the page, which takes 'unsafe-inline' and 'unsafe-eval'. Everything that could reach
# another origin is closed: scripts, styles, fonts, pictures, connections, frames and forms.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self' blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Gate:
    """An ASGI application in front of another, which sees only the requests that the chat needs.

    Args:
        application: the Gradio server.
        host: the address that is listened on. Where it is this machine's own, requests must name this machine.
    """

    def __init__(self, application: Application, host: str) -> None:
        self._application = application
        self._local = host in _LOOPBACK

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 403, 404, 405, 411 or 413."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websocket is used; returning closes it
        refusal = self._refusal(scope)
        if refusal is not None:
            await refuse(send, *refusal)
            return
        await self._application(scope, receive, _with_headers(send))

    def _refusal(self, scope: MutableMapping[str, Any]) -> tuple[int, str] | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if self._local and re.sub(r":\d+\Z", "", host).lower() not in _LOOPBACK:
            return 403, "Footnote answers on this machine's own address only; start it with --host to change that."
        if scope["method"] in ("GET", "HEAD"):
            return None if _READ.fullmatch(scope["path"]) else (404, "There is nothing here.")
        if scope["method"] != "POST":
            return None if scope["method"] == "OPTIONS" else (405, "Only GET and POST are answered.")
        if not _WRITE.fullmatch(scope["path"]):
            return 404, "There is nothing here."
        length = headers.get(b"content-length", b"")
        if not length.isdigit():
            return 411, "Send the length of the request in Content-Length."
        if int(length) > MAX_BODY:
            return 413, f"A request may hold {MAX_BODY // 1024} KiB; ask a shorter question."
        return None


def _with_headers(send: Send) -> Send:
    async def write(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return write


async def refuse(send: Send, status: int, text: str) -> None:
    """Answer a request with a status and a line of text."""
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})
