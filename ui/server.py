"""A listening socket that fails at once and says why, and a server that stops when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from rag import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    import uvicorn

_GRACE = 3  # seconds that answers on their way get once the server is told to stop


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port``; port 0 takes any free one.

    Raises:
        SettingsError: the port is taken or may not be used, or the host is not an address of this machine.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SettingsError(_not_an_address(host)) from error
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(_why_not(error, host, port)) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The address to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # every address of this machine, so its own too
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server(application: Any, at_stop: Callable[[], None]) -> uvicorn.Server:
    """A server that answers until Ctrl-C, a SIGTERM, or ``should_exit``.

    Args:
        application: what answers, an ASGI application.
        at_stop: called when the server is told to stop, to end the streams that open pages hold.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Stop; answers that are cut off by it are no bugs, so that no traceback tells of them."""
            log = logging.getLogger("uvicorn.error")
            level = log.level
            log.setLevel(logging.CRITICAL)
            at_stop()
            try:
                await super().shutdown(sockets)
                if self.server_state.tasks:
                    await asyncio.wait(self.server_state.tasks, timeout=1)
            finally:
                log.setLevel(level)

    return Server(
        uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=_GRACE, server_header=False)
    )


def leave(status: int) -> NoReturn:
    """End the process, also while a question is being answered.

    Python waits at its end for every thread, a thread cannot be stopped, and a model that writes may take a minute.
    What is abandoned only reads: nothing is left half written.

    Args:
        status: the exit status.
    """
    with contextlib.suppress(OSError, ValueError):  # whoever read the output may have gone
        sys.stdout.flush()
        sys.stderr.flush()
    if any(not thread.daemon and thread is not threading.main_thread() for thread in threading.enumerate()):
        os._exit(status)
    sys.exit(status)


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use; stop what uses it or choose another: --port N, or make chat PORT=N."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without more rights; choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return _not_an_address(host)
    return f"Port {port} on {host} cannot be listened on ({error.strerror}); choose another with --port or --host."


def _not_an_address(host: str) -> str:
    return f"{host!r} is no address of this machine; use --host 127.0.0.1, or 0.0.0.0 for all of its addresses."
