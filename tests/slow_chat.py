"""A chat whose answers take two minutes: ``footnote chat`` or ``python -m ui``, on any free port."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any
from unittest.mock import patch

import ui.app
from rag import Assistant
from rag.cli import main as footnote
from ui.__main__ import main as chat
from ui.server import leave, listen


def main() -> None:
    """Be the command that the first argument names, "footnote" or "ui"; the rest are the chat's."""
    command, *arguments = sys.argv[1:]
    # A question is told of, not answered, so it needs no reader; and footnote would not take port 0.
    with (
        patch.object(Assistant, "ask", _ask),
        patch.object(ui.app, "listen", lambda host, port: listen(host, 0)),
        patch.dict(os.environ, RAG_READER="none"),
    ):
        if command == "footnote":
            sys.argv = ["footnote", "chat", *arguments]
            footnote()
        leave(chat(arguments))


def _ask(*_: Any, **__: Any) -> None:
    print("asked", flush=True)
    threading.Event().wait(120)
