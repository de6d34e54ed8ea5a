"""An answer that grows on the page, and what was removed from it, folded away and inert."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from rag import Answer, Article, Citation, RagError
from tests.browser.serving import served
from tests.nasty import request
from ui.app import build
from ui.render import conversation
from ui.turn import Turn

NEWS = Article("a", "The keeper", "The keeper of Ardmore is Nora Quill. She came in 1987.")
CITED = (Citation(1, NEWS, 0, 36),)
EVIL = "<img src=x onerror=alert(1)> \u202eand \x1b[31m [1] red"


def answer(**other: Any) -> Answer:
    fields: dict[str, Any] = {
        "question": "Who?", "standalone": "Who?", "text": "Nora Quill keeps Ardmore. [1]", "short": None,
        "refused": False, "confidence": 0.9, "citations": CITED,
    }  # fmt: skip
    return Answer(**{**fields, **other})


def test_a_growing_answer_is_shown_as_one() -> None:
    html = conversation((Turn("Who?", answer(), writing=True),))
    assert "Nora Quill keeps Ardmore." in html
    assert "fn-growing" in html
    assert "fn-busy" in html
    assert "fn-reply" not in html
    assert "fn-copy" not in html


@pytest.mark.parametrize("refused", [False, True])
def test_what_was_removed_is_counted_folded_away_and_inert(refused: bool) -> None:
    html = conversation((Turn("Who?", answer(removed=(EVIL, "Tom Reed does."), refused=refused)),))
    (folded,) = re.findall(r'<details class="fn-removed">.*?</details>', html)
    assert "<summary>2 sentences removed: the articles do not support them</summary>" in folded
    assert "&lt;img src=x onerror=alert(1)&gt;" in folded
    assert "<img" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "<a" not in folded
    assert "open" not in folded.partition(">")[0]


def test_nothing_removed_is_nothing_said() -> None:
    assert "fn-removed" not in conversation((Turn("Who?", answer()),))


class Growing:
    """Writes two sentences; fails after the first, or gives what cannot be shown, where the question asks."""

    writes = True

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """One."""
        return (NEWS,)

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """The last of its answers."""
        return list(self.stream(question, history=history))[-1]

    def stream(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Iterator[Answer]:
        """Nothing yet, one sentence, then two."""
        for nothing_new in (answer(text="", citations=()), answer()):
            yield nothing_new
            yield nothing_new
        if question == "fail":
            raise RagError("it failed")
        if question == "bug":
            raise ZeroDivisionError
        if question == "unfit":
            yield answer(citations=(None,))
            return
        yield answer(text="Nora Quill keeps Ardmore. [1] She came in 1987. [2]", removed=("No.",))


@pytest.mark.parametrize(
    ("question", "end"),
    [("Who?", "She came in 1987."), ("fail", "it failed"), ("bug", "Something went wrong"), ("unfit", "went wrong")],
)
def test_the_page_grows_with_the_answer(question: str, end: str) -> None:
    async def replied() -> list[tuple[Any, ...]]:
        page = build(Growing())  # type: ignore[arg-type]  # it has what the page needs
        reply = next(fn.fn for fn in page.fns.values() if fn.name == "reply")
        assert reply is not None
        return [step async for step in reply(question, "", (), 0)]

    with ThreadPoolExecutor(1) as pool:  # a browser test may have left a loop running in this thread
        shown = pool.submit(lambda: asyncio.run(replied())).result()
    logs = [step[0] for step in shown if isinstance(step[0], str)]
    assert len(logs) < len(shown)
    assert len(set(logs)) == len(logs) or question == "unfit"
    assert "Reading the articles" in logs[0]
    assert "fn-growing" in logs[1] or question == "unfit"
    assert "She came" not in logs[1]
    assert end in logs[-1]
    assert "fn-growing" not in logs[-1]
    kept = [step[2] for step in shown if isinstance(step[2], tuple)]
    assert len(kept) == 1
    assert not kept[0][0].writing


class Waiting(Growing):
    """Has nothing to show for as long as it is waited for."""

    def __init__(self) -> None:
        self.asked, self.left = threading.Event(), threading.Event()

    def stream(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Iterator[Answer]:
        """The same again and again, as there is nothing of it yet."""
        nothing = answer(text="", citations=())
        try:
            while True:
                yield nothing
                self.asked.set()
                time.sleep(0.1)
        finally:
            self.left.set()

    def rate(self, answer: Answer, helpful: bool) -> None:
        """Nothing is kept."""


@pytest.mark.parametrize("data", [["Who?"], ["Who?", "2022-06-17"]])
def test_a_call_over_http_is_let_go_of_once_the_caller_has_gone(data: list[str]) -> None:
    waiting, path = Waiting(), f"/gradio_api/call/{'ask' if len(data) == 1 else 'ask_on'}"
    with served(waiting) as address:
        status, told = request(address, path, {"data": data})
        assert status == 200, told
        caller = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        caller.request("GET", f"{path}/{json.loads(told)['event_id']}")
        response = caller.getresponse()
        assert waiting.asked.wait(60)
        assert not waiting.left.is_set()
        response.close()
        caller.close()
        assert waiting.left.wait(60)


def test_an_answer_is_let_go_of_before_it_shows_anything() -> None:
    waiting = Waiting()
    with served(waiting) as address:
        dependencies = json.loads(request(address, "/config")[1])["dependencies"]
        reply = next(one for one in dependencies if any(event == "submit" for _, event in one["targets"]))
        joined = {"data": ["Who?", "", None, 0], "fn_index": reply["id"], "session_hash": "reader"}
        status, told = request(address, "/gradio_api/queue/join", joined)
        assert status == 200, told
        assert waiting.asked.wait(60)
        assert not waiting.left.is_set()
        given_up = {"fn_index": reply["id"], "session_hash": "reader", "event_id": json.loads(told)["event_id"]}
        assert request(address, "/gradio_api/cancel", given_up)[0] == 200
        assert waiting.left.wait(60)
