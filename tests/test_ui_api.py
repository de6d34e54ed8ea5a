"""The served page's HTTP API: its contract, and what is told of a call that does not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rag import Assistant
from tests.browser.serving import served
from tests.nasty import EVIL, Scripted, asked, request


@pytest.fixture(scope="module")
def scripted() -> Iterator[str]:
    with served(Scripted()) as address:
        yield address


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
