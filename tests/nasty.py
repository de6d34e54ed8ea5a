"""A chat that quotes a nasty article, and what asks it over plain HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from rag import Answer, Article, Citation, QuestionError

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
