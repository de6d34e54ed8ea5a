"""From nothing to an answer with every socket but loopback closed, in a fresh process with a fresh data directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

GUARD = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = host[0] if isinstance(host, tuple) else host
        if host not in ("127.0.0.1", "::1", "localhost", None, ""):
            print("network:", event, host, file=sys.stderr)
            raise OSError(f"network refused: {event} {host}")

sys.addaudithook(refuse)

import atexit

parts = ("rag.writer", "rag.written", "rag.prompt", "rag.rewriting", "rag.support")
atexit.register(lambda: print("of the writer:", [name for name in parts if name in sys.modules], file=sys.stderr))
"""


@pytest.mark.slow
def test_the_first_question_builds_the_seeds_and_needs_no_network(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"},
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    result = subprocess.run(
        [sys.executable, "-m", "rag", "ask", question, "--json"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "network:" not in result.stderr
    assert "of the writer: []" in result.stderr
    answer = json.loads(result.stdout)
    assert "150 refugees" in answer["text"]
    assert (tmp_path / "data" / "footnote" / "library" / "manifest.json").is_file()
