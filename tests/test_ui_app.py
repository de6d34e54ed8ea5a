"""The served page without a browser: its HTTP API, its gate, its errors, and how it starts and stops."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Article, Assistant, Citation, QuestionError, SettingsError
from tests.browser.serving import served
from tests.forking import Forked, open_source
from ui.__main__ import main
from ui.gate import MAX_BODY
from ui.server import address_of, listen

ROOT = Path(__file__).parent.parent
EVIL = Article("evil", "<script>alert(1)</script>", "A half pair \ud800 and <style>body{display:none}</style> it is.")


class Scripted:
    """Answers with a quotation of a nasty article, and fails on request."""

    writes = False

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The nasty article."""
        return (EVIL,)

    def rate(self, answer: Answer, helpful: bool) -> None:
        """Nothing is kept."""

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """The whole article, quoted."""
        if not question.strip():
            raise QuestionError("the question is empty: ask something")
        if question == "bug":
            raise ZeroDivisionError("a secret of the inside")
        text = f"{EVIL.text} [1]"
        return Answer(question, question, text, None, False, 0.9, (Citation(1, EVIL, 0, len(EVIL.text)),))


@pytest.fixture(scope="module")
def scripted() -> Iterator[str]:
    with served(Scripted()) as address:
        yield address


def request(address: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
    """The status and text of a response to a request whose path is sent as it stands."""
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        data = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json", **headers} if body is not None else headers
        connection.request("GET" if body is None else "POST", path, data, sent)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def asked(address: str, *data: Any, at: str = "ask") -> tuple[str, Any]:
    """The last event of a question asked over plain HTTP, and what it carries."""
    status, text = request(address, f"/gradio_api/call/{at}", {"data": list(data)})
    assert status == 200, text
    status, stream = request(address, f"/gradio_api/call/{at}/{json.loads(text)['event_id']}")
    assert status == 200, stream
    lines = [line for line in stream.splitlines() if line and not line.startswith("event: heartbeat")]
    return lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))


def test_the_api_answers_with_the_contract(assistant: Assistant) -> None:
    question = "How many refugees have arrived in the Perm region from Syria since February?"
    expected = assistant.ask(question).to_dict()
    from gradio_client import Client  # type: ignore[import-untyped]  # it ships no types

    with served(assistant) as address:
        event, (over_http,) = asked(address, question)
        client = Client(address, verbose=False, analytics_enabled=False)
        by_client = client.predict(question, api_name="/ask")
        client.close()
    assert event == "complete"
    for answer in (over_http, by_client):
        assert {**answer, "timings": {}} == {**expected, "timings": {}}
        assert {"open", "total"} <= set(answer["timings"])  # the same question again costs no more


def test_the_api_takes_the_day_of_a_question(assistant: Assistant) -> None:
    question = "Who met with refugees?"
    with served(assistant) as address:
        event, (answer,) = asked(address, question, "2022-06-17", at="ask_on")
        assert event == "complete"
        assert "of the days around 2022-06-17" in answer["note"]  # the seeds have no dates
        assert asked(address, question, "soon", at="ask_on")[0] == "error"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([""], "the question is empty: ask something"),
        ([7], "The question must be a text; send it as a JSON string."),
        ([None], "The question must be a text; send it as a JSON string."),
        ([{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], "The question must be a text"),
        (["Who?", None], 'The day must be a text such as "2022-06-17"'),
        (["Who?", 7], 'The day must be a text such as "2022-06-17"'),
        (["Who?", "soon"], "'soon' is no date"),
        ([None, None], "The question must be a text"),
    ],
)
def test_the_api_tells_what_is_wrong_with_a_question(
    scripted: str, data: list[Any], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    event, error = asked(scripted, *data, at="ask" if len(data) == 1 else "ask_on")
    assert event == "error"
    assert error["error"].startswith(message)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "body", "status", "example"),
    [
        ("ask", {"data": []}, 400, '{"data": ["Who resigned?"]}'),
        ("ask", {"data": ["Who?", "2022-06-17"]}, 400, '{"data": ["Who resigned?"]}'),
        ("ask", {"data": "Who?"}, 400, '{"data": ["Who resigned?"]}'),
        ("ask/", {"question": "Who?"}, 400, '{"data": ["Who resigned?"]}'),
        ("ask", "Who?", 400, '{"data": ["Who resigned?"]}'),
        ("ask_on", {"data": ["Who?"]}, 400, '{"data": ["Who resigned?", "2022-06-17"]}'),
        ("v2/ask", {"q": "Who?"}, 400, '{"question": "Who resigned?"}'),
        ("v2/ask", ["Who?"], 400, '{"question": "Who resigned?"}'),
        ("v2/ask_on", {"question": "Who?"}, 400, '{"question": "Who resigned?", "asked": "2022-06-17"}'),
        ("ask/nosuch", None, 404, "Ask again"),
        ("v2/ask_on/nosuch", None, 404, "Ask again"),
    ],
)
def test_a_call_that_does_not_fit_is_a_line_that_says_what_does(
    scripted: str, path: str, body: Any, status: int, example: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answered, text = request(scripted, f"/gradio_api/call/{path}", body)
    assert (answered, text.count("\n")) == (status, 0)
    assert example in text
    assert capfd.readouterr() == ("", "")


def test_an_example_of_a_call_that_fits_does_and_its_answer_is_given_once(scripted: str) -> None:
    for path, sent in (("ask", {"q": 1}), ("ask_on", {"q": 1}), ("v2/ask", {"q": 1}), ("v2/ask_on", {"q": 1})):
        _, told = request(scripted, f"/gradio_api/call/{path}", sent)
        example = json.loads(told[told.index("{") : told.rindex("}") + 1])
        status, text = request(scripted, f"/gradio_api/call/{path}", example)
        assert status == 200
        fetched = f"/gradio_api/call/{path}/{json.loads(text)['event_id']}"
        status, stream = request(scripted, fetched)
        assert status == 200
        assert "event: complete" in stream
        assert request(scripted, fetched)[0] == 404


def test_a_bug_tells_the_caller_nothing_of_the_inside(scripted: str, capfd: pytest.CaptureFixture[str]) -> None:
    event, error = asked(scripted, "bug")
    assert event == "error"
    assert "secret" not in json.dumps(error)
    assert "ZeroDivisionError: a secret of the inside" in capfd.readouterr().err


def test_the_api_answers_text_that_json_cannot_hold(scripted: str) -> None:
    event, (answer,) = asked(scripted, "half a pair: \ud800, and 😀")
    assert event == "complete"
    assert answer["question"] == "half a pair: �, and 😀"
    assert answer["citations"][0]["quote"] == EVIL.text.replace("\ud800", "�")


def test_only_asking_is_in_the_api(scripted: str) -> None:
    _, text = request(scripted, "/gradio_api/info")
    assert set(json.loads(text)["named_endpoints"]) == {"/ask", "/ask_on"}
    assert json.loads(text)["unnamed_endpoints"] == {}


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../../etc/passwd",
        "/gradio_api/file=..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/gradio_api/file=https://example.com/",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://gradio-hello.hf.space/config",
        "/static/../../../../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets//etc/passwd",
        "/custom_component/1/x/y/../../../../etc/passwd",
        "/gradio_api/custom_component/1/client/component/..%2f..%2f..%2fetc%2fpasswd",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/runs",
        "/gradio_api/vibe-code/",
        "/svelte/../../../etc/passwd",
        "/docs",
        "/openapi.json",
    ],
)
def test_nothing_but_the_page_can_be_read(scripted: str, path: str) -> None:
    status, text = request(scripted, path)
    assert status == 404, text
    assert "root:" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload?upload_id=1",
        "/gradio_api/component_server",
        "/gradio_api/process_recording",
        "/gradio_api/vibe-edit/",
        "/gradio_api/run/ask",
        "/gradio_api/api/ask",
        "/gradio_api/call/reply",
        "/gradio_api/run-history/connect",
        "/gradio_api/stream/x",
        "/login",
    ],
)
def test_nothing_but_questions_can_be_sent(scripted: str, path: str) -> None:
    assert request(scripted, path, {"data": ["x"]})[0] == 404


def test_a_question_cannot_make_the_server_fetch_an_address(scripted: str) -> None:
    """Gradio takes objects of this shape for files and would fetch them (CVE-2024-47167, CVE-2026-28416)."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/x.png"
        file = {"path": url, "url": url, "orig_name": "x.png", "meta": {"_type": "gradio.FileData"}}

        assert asked(scripted, file)[0] == "error"
        _, text = request(scripted, "/config")
        for function in json.loads(text)["dependencies"]:
            data = [file] * len(function["inputs"])
            body = {"data": data, "fn_index": function["id"], "session_hash": "trap", "event_data": file}
            request(scripted, "/gradio_api/queue/join", body)
        request(scripted, f"/gradio_api/proxy={url}")
        request(scripted, f"/gradio_api/file={url}")
        assert asked(scripted, "Who?")[0] == "complete"  # what was asked before it has begun
        trap.settimeout(0.5)
        with pytest.raises(TimeoutError):
            trap.accept()  # also of a connection that was made long ago


def test_requests_are_held_to_size_and_method_and_host(scripted: str) -> None:
    assert request(scripted, "/gradio_api/call/ask", {"data": ["x" * MAX_BODY]})[0] == 413
    port = scripted.rpartition(":")[2]
    assert request(scripted, "/", Host=f"localhost:{port}")[0] == 200
    assert request(scripted, "/", Host="evil.example")[0] == 403
    assert request(scripted, "/", Host=f"evil.example:{port}")[0] == 403
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(urllib.request.Request(scripted, method="DELETE"))
    with socket.create_connection(("127.0.0.1", int(port))) as raw:
        raw.sendall(
            b"POST /gradio_api/call/ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 411 ")


def test_the_page_is_told_to_stay_with_its_own_origin(scripted: str) -> None:
    with urllib.request.urlopen(scripted) as response:
        policy = response.headers["Content-Security-Policy"]
        page = response.read().decode()
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "fonts.googleapis" not in page
    assert "cdnjs" not in page


def test_a_port_in_use_is_a_line_that_names_the_remedy(capsys: pytest.CaptureFixture[str], seed_library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--library", str(seed_library)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(port) in error
    assert "--port" in error


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


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for word in ("--port", "--host", "--library", "examples:", "127.0.0.1"):
        assert word in text


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
            out, err = process.communicate(timeout=30)
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
        assert request(address_in(told), "/gradio_api/call/ask", {"data": ["Who?"]})[0] == 200
        until(lambda: out.read_text(encoding="utf-8") == f"{told}asked\n")
        os.kill(chat.pid, sent)
        until(lambda: chat.poll() is not None)
    finally:
        if chat.poll() is None:
            os.kill(chat.pid, signal.SIGKILL)
            chat.wait()
    assert chat.returncode == status
    assert out.read_text(encoding="utf-8").removeprefix(f"{told}asked\n").strip() == said
    assert err.read_text(encoding="utf-8") == "Opening the articles …\n"
