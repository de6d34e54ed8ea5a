"""What the served page lets in and lets out: the page and its questions, and nothing else."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.browser.serving import served
from tests.nasty import Scripted, asked, request
from ui.gate import MAX_BODY


@pytest.fixture(scope="module")
def scripted() -> Iterator[str]:
    with served(Scripted()) as address:
        yield address


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
