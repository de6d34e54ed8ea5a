"""The client of a chat model: what it sends, what it takes, and how it fails; the server is scripted."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler

import pytest

from rag import Article, Hit, Passage
from rag.errors import WriterError
from rag.writer import CHARACTERS, ChatWriter, Patience
from tests.scripted_server import Turn, breaks_off, event, said, sends, serving

TEXT = "The keeper of Ardmore is Nora Quill. She came in 1987."
HITS = (Hit(Passage(Article("a", "The keeper", TEXT), 0, len(TEXT)), 1.0),)
QUICK = Patience(connect=2, silence=0.3, whole=1.5, tries=3, pause=0.01)


def written(turns: Sequence[Turn], patience: Patience = QUICK, key: str | None = None) -> str:
    """The whole text that a writer makes of a server's turns."""
    with serving(turns) as server:
        return "".join(ChatWriter(server.url, "m", key, patience)("Who is the keeper?", HITS))


def failure(*turns: Turn, patience: Patience = QUICK) -> str:
    with pytest.raises(WriterError) as told:
        written(turns, patience)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_pieces_come_as_they_are_written() -> None:
    with serving([sends(said("Nora ", "Quill."))]) as server:
        pieces = list(ChatWriter(server.url, "some-model", "hunter2", QUICK)("Who is the keeper?", HITS))
        assert "".join(pieces) == "Nora Quill."
        assert [piece for piece in pieces if piece] == ["Nora ", "Quill."]
        (body,), (headers,) = server.bodies, server.headers
    assert headers["authorization"] == "Bearer hunter2"
    assert (body["model"], body["stream"]) == ("some-model", True)
    assert not {"tools", "functions", "tool_choice"} & set(body)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert TEXT in body["messages"][1]["content"]
    assert "hunter2" not in str(body)


def test_without_a_key_none_is_sent_and_it_is_never_shown() -> None:
    with serving([sends(said("Yes."))]) as server:
        list(ChatWriter(server.url, "m", None, QUICK)("?", HITS))
        assert "authorization" not in server.headers[0]
    assert "hunter2" not in repr(ChatWriter("http://127.0.0.1:1/v1", "m", "hunter2"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_a_server_in_trouble_is_asked_again(status: int) -> None:
    assert written([sends(b"busy", status), sends(said("Nora."))]) == "Nora."


def test_a_server_is_asked_only_so_often() -> None:
    with serving([sends(b"hunter2 is wrong", 503)]) as server:
        with pytest.raises(WriterError, match="503 Service Unavailable") as told:
            list(ChatWriter(server.url, "m", "hunter2", QUICK)("?", HITS))
        assert len(server.bodies) == QUICK.tries
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404])
def test_what_asking_again_does_not_mend_is_told_at_once(status: int) -> None:
    with serving([sends(b"key hunter2", status, Location="http://127.0.0.1:9/")]) as server:
        with pytest.raises(WriterError, match=str(status)) as told:
            list(ChatWriter(server.url, "m", "hunter2", QUICK)("?", HITS))
        assert len(server.bodies) == 1
    assert "hunter2" not in str(told.value)


def test_a_model_that_takes_no_options_is_asked_without() -> None:
    with serving([sends(b"max_tokens is not supported", 400), sends(said("Nora."))]) as server:
        assert "".join(ChatWriter(server.url, "m", None, QUICK)("?", HITS)) == "Nora."
        assert "max_tokens" in server.bodies[0]
        assert set(server.bodies[1]) == {"model", "messages", "stream"}


def test_a_server_may_say_how_long_to_wait_but_not_too_long() -> None:
    begun = time.monotonic()
    patient = Patience(silence=0.5, pause=0.01, longest_pause=0.2)
    assert written([sends(b"", 429, Retry_After="3600"), sends(said("Nora."))], patient) == "Nora."
    assert 0.15 < time.monotonic() - begun < 3


def test_a_closed_port_is_told() -> None:
    with pytest.raises(WriterError, match=r"cannot be reached at http://127\.0\.0\.1:1/v1.*RAG_WRITER_URL"):
        list(ChatWriter("http://127.0.0.1:1/v1", "m", None, QUICK)("?", HITS))


def test_a_silent_server_is_not_waited_for_long() -> None:
    def silent(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.8)

    assert "sent nothing for 0.3 seconds" in failure(silent)


def test_a_server_that_only_keeps_the_connection_alive_is_not_waited_for_for_ever() -> None:
    def dribbling(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        for _ in range(100):
            handler.wfile.write(b": still here\n\n")
            time.sleep(0.03)

    assert "took too long" in failure(dribbling, patience=Patience(silence=0.5, whole=0.3))


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (breaks_off(event("Nora Quill is")), "broke off"),
        (sends(event("Nora Quill is")), "broke off in the middle"),
        (sends(b"data: {not json\n\n"), "no JSON"),
        (sends(b"data: " + b"[" * 5000 + b"\n\n"), "no JSON"),
        (sends(b"data: \xff\xfe\n\n"), "no JSON"),
        (sends(b"data: [1]\n\n"), "reports an error"),
        (sends(b'data: {"error": {"message": "hunter2"}}\n\n'), "reports an error"),
        (sends(b'data: {"choices": {"a": 1}}\n\n'), "does not speak"),
        (sends(b'data: {"choices": [7]}\n\n'), "does not speak"),
        (sends(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'), "does not speak"),
        (sends(b'data: {"choices": [{"delta": "x"}]}\n\n'), "broke off"),
        (sends(b"<html>a page</html>", kind="text/html"), "broke off"),
        (sends(b"<html>a page</html>", kind="application/json"), "no JSON"),
        (sends(b"data: " + b"x" * 300_000), "far more"),
        (sends(b": comment\n\n" * 200_000), "far more"),
    ],
)
def test_what_is_no_answer_is_told(turn: Turn, message: str) -> None:
    told = failure(turn, patience=Patience(silence=2, whole=20, tries=1))
    assert message in told
    assert "hunter2" not in told


def test_a_server_that_does_not_stream_is_understood() -> None:
    whole = b'{"choices": [{"message": {"role": "assistant", "content": "Nora Quill."}, "finish_reason": "stop"}]}'
    assert written([sends(whole, kind="application/json; charset=utf-8")]) == "Nora Quill."


def test_lines_end_as_they_like_and_counts_of_tokens_are_passed_over() -> None:
    stream = b'\r\ndata:{"choices":[],"usage":{"n":1}}\r\n\r\n: ping\r\nid: 4\r\n' + said("Nora.")
    assert written([sends(stream.replace(b"\n\n", b"\r\n\r\n"))]) == "Nora."


def test_half_a_surrogate_pair_is_no_character() -> None:
    stream = b'data: {"choices": [{"delta": {"content": "Nora \\ud83d"}, "finish_reason": "stop"}]}\n\n'
    assert written([sends(stream)]).encode() == b"Nora ?"


def test_a_model_that_does_not_stop_is_left() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        for _ in itertools.count():
            handler.wfile.write(event("word " * 50))

    with serving([endless]) as server:
        patient = Patience(silence=5, whole=30)
        assert len("".join(ChatWriter(server.url, "m", None, patient)("?", HITS))) == CHARACTERS
        assert server.left.wait(5)


def test_closing_the_iterator_hangs_up() -> None:
    go_on = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        sends(event("Nora "))(handler)
        go_on.wait(5)
        for _ in range(10_000):
            handler.wfile.write(event("and on "))

    with serving([slow]) as server:
        pieces = iter(ChatWriter(server.url, "m", None, Patience(silence=5))("?", HITS))
        assert next(pieces) == "Nora "
        pieces.close()  # type: ignore[attr-defined]  # it is a generator
        go_on.set()
        assert server.left.wait(5)
