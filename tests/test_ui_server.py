"""How the served page starts and stops, and what is told where it cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import SettingsError
from tests.forking import Forked, open_source
from tests.nasty import request
from ui.__main__ import main
from ui.server import address_of, listen

ROOT = Path(__file__).parent.parent


def test_a_port_in_use_is_a_line_that_names_the_remedy(capsys: pytest.CaptureFixture[str], seed_library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--library", str(seed_library)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(port) in error
    assert "--port" in error and "make chat PORT=" in error


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 70])
def test_a_host_that_is_not_ours_is_a_line_that_names_the_remedy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def resolved(name: str, *given: Any, **named: Any) -> Any:
        if name == "no.such.host.invalid":  # no name server is asked
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(name, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(SettingsError, match=r"--host 127\.0\.0\.1"):
        listen(host, 0)


def test_the_address_is_one_that_a_browser_can_open() -> None:
    for host, start in (("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("localhost", "http://")):
        with listen(host, 0) as listener:
            assert address_of(listener).startswith(start)


@pytest.mark.parametrize("port", ["x", "-1", "65536", "²"])
def test_a_bad_port_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--port", port])
    assert stop.value.code == 2
    assert "0 (any free one) to 65535" in capsys.readouterr().err


def test_a_missing_library_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--port", "0", "--library", str(tmp_path / "none")]) == 2
    error = capsys.readouterr().err
    opening, error, end = error.split("\n")
    assert opening.startswith("Opening")
    assert error.startswith("error: ")
    assert end == ""


def test_an_empty_library_is_not_the_default_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--library", ""]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and "empty" in error and error.count("\n") == 1


def test_no_name_of_a_library_steers_the_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--port", "0", "--library", str(tmp_path / "a\x1b[31mb")]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for word in ("--port", "--host", "--library", "examples:", "127.0.0.1"):
        assert word in text


def test_nobody_is_told_whichever_way_the_chat_is_started() -> None:
    code = (
        "import ui.app, gradio.analytics, huggingface_hub.constants as hub; "
        "print(gradio.analytics.analytics_enabled(), hub.HF_HUB_DISABLE_TELEMETRY)"
    )
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("GRADIO_", "HF_"))}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=unset, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False True"


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT as a terminal does")
def test_it_prints_its_address_and_stops_cleanly_on_ctrl_c(seed_library: Path) -> None:
    command = [sys.executable, "-m", "ui", "--port", "0", "--library", str(seed_library)]
    quick = {**os.environ, "RAG_READER": "none"}
    with subprocess.Popen(
        command, cwd=ROOT, env=quick, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = address_in(process.stdout.readline())
            with urllib.request.urlopen(address) as response:
                assert "Footnote" in response.read().decode()
            stream = urllib.request.urlopen(f"{address}/gradio_api/heartbeat/open-page")  # as an open page holds one
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
            stream.close()
        finally:
            process.kill()  # or a test that fails would wait for it
    assert process.returncode == 0
    assert out.strip() == "Stopped."
    assert err == "Opening the articles …\n"


def address_in(line: str) -> str:
    (address,) = (word for word in line.split() if word.startswith("http://"))
    return address


@pytest.fixture(scope="module")
def slow_chats() -> Iterator[subprocess.Popen[bytes]]:
    """What chats are forked from that take longer to answer than a test waits."""
    with open_source("tests.slow_chat", ()) as source:
        yield source
        assert source.stdin is not None
        source.stdin.close()


def until(condition: Callable[[], object]) -> None:
    """Wait for it, for half as long as an answer of a slow chat takes."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(os.name != "posix", reason="sends signals as a terminal and a service do")
@pytest.mark.parametrize(
    ("command", "sent", "status", "said"),
    [
        ("footnote", signal.SIGINT, 0, "Stopped."),
        ("ui", signal.SIGINT, 0, "Stopped."),
        ("ui", signal.SIGTERM, -signal.SIGTERM, ""),
    ],
)
def test_it_stops_while_a_question_is_answered(
    slow_chats: subprocess.Popen[bytes],
    seed_library: Path,
    tmp_path: Path,
    command: str,
    sent: signal.Signals,
    status: int,
    said: str,
) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    out.touch()
    chat = Forked(slow_chats, [command, "--library", str(seed_library)], out, err)
    try:
        until(lambda: chat.poll() is not None or "\n" in out.read_text(encoding="utf-8"))
        told = out.read_text(encoding="utf-8")
        status_of_call, call = request(address_in(told), "/gradio_api/call/ask", {"data": ["Who?"]})
        assert status_of_call == 200
        until(lambda: out.read_text(encoding="utf-8") == f"{told}asked\n")
        answer = f"{address_in(told)}/gradio_api/call/ask/{json.loads(call)['event_id']}"
        with urllib.request.urlopen(answer):  # somebody waits for it
            os.kill(chat.pid, sent)
            until(lambda: chat.poll() is not None)
    finally:
        if chat.poll() is None:
            os.kill(chat.pid, signal.SIGKILL)
            chat.wait()
    assert chat.returncode == status
    assert out.read_text(encoding="utf-8").removeprefix(f"{told}asked\n").strip() == said
    assert err.read_text(encoding="utf-8") == "Opening the articles …\n"
