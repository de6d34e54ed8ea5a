"""The client of a chat model: what it sends, what it takes, and how it fails; the server is scripted."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler

import pytest

from rag import Article, Hit, Passage
from rag.errors import WriterError
from rag.events import MOST_CHARACTERS
from rag.writer import ChatWriter, Patience
from tests.scripted_server import Scripted, Turn, breaks_off, event, said, says_nothing, sends, serving

TEXT = "The keeper of Ardmore is Nora Quill. She came in 1987."
HITS = (Hit(Passage(Article("a", "The keeper", TEXT), 0, len(TEXT)), 1.0),)
QUICK = Patience(connect=30, silence=60, whole=120, tries=3, pause=0.01)  # to ask again; a busy machine may be slow


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
    with serving([sends(b"hunter2 is wrong", 502)]) as server:
        with pytest.raises(WriterError, match="502 Bad Gateway") as told:
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


def test_a_server_may_say_how_long_to_wait_but_not_too_long() -> None:
    begun = time.monotonic()
    patient = Patience(pause=0.01, longest_pause=0.2)
    assert written([sends(b"", 429, Retry_After="3600"), sends(said("Nora."))], patient) == "Nora."
    assert 0.15 < time.monotonic() - begun < 60


def test_a_closed_port_is_told() -> None:
    with pytest.raises(WriterError, match=r"cannot be reached at http://127\.0\.0\.1:1/v1.*RAG_WRITER_URL"):
        list(ChatWriter("http://127.0.0.1:1/v1", "m", None, QUICK)("?", HITS))


def test_a_silent_server_is_not_waited_for_long() -> None:
    assert "sent nothing for 0.8 seconds" in failure(says_nothing, patience=Patience(silence=0.8, tries=1))


def test_a_server_that_only_keeps_the_connection_alive_is_not_waited_for_for_ever() -> None:
    def dribbling(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        for _ in range(100):
            handler.wfile.write(b": still here\n\n")
            time.sleep(0.03)

    assert "took too long" in failure(dribbling, patience=Patience(silence=30, whole=0.3))


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
    told = failure(turn, patience=Patience(silence=60, whole=120, tries=1))
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
        assert len("".join(ChatWriter(server.url, "m", None, QUICK)("?", HITS))) == MOST_CHARACTERS
        assert server.left.wait(60)


def test_closing_the_iterator_hangs_up() -> None:
    go_on = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        sends(event("Nora "))(handler)
        go_on.wait(60)
        for _ in range(10_000):
            handler.wfile.write(event("and on "))

    with serving([slow]) as server:
        pieces = ChatWriter(server.url, "m", None, QUICK)("?", HITS)
        assert next(piece for piece in pieces if piece) == "Nora "
        pieces.close()  # type: ignore[attr-defined]  # it is a generator
        go_on.set()
        assert server.left.wait(60)


@pytest.mark.parametrize("turn", [says_nothing, sends(b"", 503)])
def test_a_server_that_says_nothing_can_be_hung_up_on(turn: Turn) -> None:
    with serving([turn]) as server:
        pieces = ChatWriter(server.url, "m", None, Patience(silence=120, longest_pause=0.4))("?", HITS)
        begun = time.monotonic()
        assert [next(pieces) for _ in range(3)] == ["", "", ""]
        pieces.close()  # type: ignore[attr-defined]  # it is a generator
        assert time.monotonic() - begun < 20
        assert turn is not says_nothing or server.left.wait(60)
        time.sleep(0.6)  # what was under way has come by now
        asked = len(server.bodies)
        time.sleep(0.6)  # longer than any pause
        assert len(server.bodies) == asked


def test_a_model_that_is_being_loaded_is_waited_for() -> None:
    patient = Patience(tries=1, pause=0.01, longest_pause=0.05, loading=60)
    assert written([*[sends(b"loading", 503)] * 6, sends(said("Nora."))], patient) == "Nora."
    begun = time.monotonic()
    assert "may still be loading" in failure(sends(b"", 503), patience=Patience(tries=1, pause=0.01, loading=0.2))
    hurried = Patience(whole=3, tries=1, pause=1.5, loading=200)
    assert "may still be loading" in failure(sends(b"", 503), patience=hurried)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (307, "RAG_WRITER_URL"),
        (400, "too little text"),
        (401, "RAG_WRITER_KEY"),
        (403, "RAG_WRITER_KEY"),
        (404, "RAG_WRITER_MODEL is a model of its server"),
        (404, "mostly ends in /v1"),
        (413, "too little text"),
        (429, "wait a while"),
        (500, "log"),
    ],
)
def test_each_status_has_its_remedy(status: int, remedy: str) -> None:
    told = failure(sends(b"a word of the server's own", status), patience=Patience(tries=1))
    assert f"answers {status} " in told
    assert remedy in told
    assert "word" not in told


def picky(*taken: str) -> tuple[Turn, list[Scripted]]:
    """A server that takes only these options; the list is to hold it, so that it can look at what it is asked."""
    known = {"model", "messages", "stream", *taken}
    it: list[Scripted] = []

    def turn(handler: BaseHTTPRequestHandler) -> None:
        long = len(json.dumps(it[0].bodies[-1])) > 3000
        sends(b"", 400)(handler) if long or set(it[0].bodies[-1]) - known else sends(said("Nora."))(handler)

    return turn, it


@pytest.mark.parametrize(
    ("taken", "tries"), [(("temperature", "max_tokens"), 1), (("max_completion_tokens",), 2), ((), 3)]
)
def test_which_options_a_server_takes_is_learnt_once(taken: tuple[str, ...], tries: int) -> None:
    turn, it = picky(*taken)
    with serving([turn]) as server:
        it.append(server)
        writer = ChatWriter(server.url, "m", None, QUICK)
        assert "".join(writer("Who?", HITS)) == "Nora."
        assert len(server.bodies) == tries
        assert set(server.bodies[-1]) == {"model", "messages", "stream", *taken}
        hurried = writer.hurried(Patience(silence=60, whole=120, tries=1))
        assert "".join(writer("Who?", HITS)) == "".join(hurried("Who?", HITS)) == "Nora."
        assert len(server.bodies) == tries + 2
        with pytest.raises(WriterError, match="too little text"):
            list(hurried("Who? " * 1000, HITS))
        assert len(server.bodies) == tries + 3


def test_what_one_copy_learns_of_a_server_another_knows() -> None:
    turn, it = picky()
    with serving([turn]) as server:
        it.append(server)
        writer = ChatWriter(server.url, "m", None, QUICK)
        assert "".join(writer.hurried(QUICK)("Who?", HITS)) == "Nora."
        assert "".join(writer("Who?", HITS)) == "Nora."
        assert len(server.bodies) == 3 + 1


def test_a_server_that_refuses_everything_is_asked_each_way_once() -> None:
    with serving([sends(b"", 400)]) as server:
        with pytest.raises(WriterError, match="400"):
            list(ChatWriter(server.url, "m", None, QUICK)("?", HITS))
        assert len(server.bodies) == 3


def delta(finish: str | None = None, **told: object) -> bytes:
    """One event of a model that may tell more than its text."""
    return b"data: " + json.dumps({"choices": [{"delta": told, "finish_reason": finish}]}).encode() + b"\n\n"


@pytest.mark.parametrize(
    "stream",
    [
        delta(reasoning="Hm.", content="") + delta("length", content=""),
        delta(reasoning_content="Hm.", content=None) + delta("length") + b"data: [DONE]\n\n",
        delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]) + delta("length"),
        delta(content="<think>Hm.") + delta("length", content=" Well."),
        delta(content="<think>" + "Hm. " * 3000),
        delta("length", content=" "),
    ],
)
def test_a_model_that_only_thought_is_told_of(stream: bytes) -> None:
    told = failure(sends(stream))
    assert "used up its tokens before it wrote" in told
    assert "turn its thinking off" in told


def test_a_whole_response_may_hold_only_thoughts_too() -> None:
    whole = b'{"choices": [{"message": {"content": null, "reasoning": "Hm."}, "finish_reason": "length"}]}'
    assert "before it wrote" in failure(sends(whole, kind="application/json"))


def test_a_text_that_was_cut_off_is_one_all_the_same() -> None:
    assert written([sends(delta(content="<think>Hm.</think>Nora Quill") + delta("length"))]).endswith("Nora Quill")
    assert written([sends(delta(reasoning="Hm.") + delta("length", content="Nora Quill"))]) == "Nora Quill"
    assert written([sends(delta(reasoning="Hm.") + delta("stop", content=""))]) == ""


def test_what_says_nothing_between_is_passed_over() -> None:
    assert written([sends(b"data:\n\n" + event("Nora.") + b"data: \r\n\ndata\n\n" + said(" Quill."))]) == "Nora. Quill."


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_byte_order_mark_hides_no_piece(cut: int) -> None:
    data = b"\xef\xbb\xbf" + said("Nora.")

    def in_two(handler: BaseHTTPRequestHandler) -> None:
        sends(data[:cut])(handler)
        time.sleep(0.05)
        handler.wfile.write(data[cut:])

    assert written([in_two]) == "Nora."


def test_long_thoughts_leave_room_for_the_answer() -> None:
    thoughts = "<think>" + "So it is. " * 550 + "</think>"
    long = " ".join(["Nora Quill keeps it."] * 40)
    assert written([sends(said(thoughts, long))]).endswith(long)


def test_of_a_list_of_parts_the_text_is_taken() -> None:
    parts = [
        {"type": "thinking", "thinking": []},
        {"type": "text", "text": "Nora "},
        {"type": "text", "text": "Quill."},
    ]
    assert written([sends(delta("stop", content=parts))]) == "Nora Quill."
    for foreign in (["Nora"], [{"type": "text", "text": 7}]):
        assert "does not speak" in failure(sends(delta("stop", content=foreign)))


def test_an_address_may_be_given_whole() -> None:
    with serving([sends(said("Nora."))]) as server:
        whole = ChatWriter(f"{server.url}/chat/completions", "m", None, QUICK)
        assert "".join(whole("?", HITS)) == "Nora."
        assert repr(whole) == repr(ChatWriter(server.url, "m"))
