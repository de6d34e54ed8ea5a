"""The question-answering sets as rows, and which documents are held apart from training."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import DocumentError

# The share of each source among the questions that training draws. Written questions of the SQuAD kind are nearest
# to what people ask; QAMR, QADiscourse, QANom and QA-SRL bring news language but ask in a narrower way.
SOURCES = {
    "squad2": 0.14,
    "new_wiki": 0.19,
    "squad2_dev_rest": 0.13,
    "squad11_dev_only": 0.11,
    "squad11_train_emptycity": 0.09,
    "squad11_train_routerlens": 0.09,
    "nq_open_oracle": 0.06,
    "qamr": 0.13,
    "qadiscourse": 0.02,
    "qanom": 0.005,
    "qasrl_gs": 0.01,
    "covid_qa": 0.005,
    "fairytaleqa": 0.02,
}
UNFIT = frozenset({"qadiscourse", "qanom", "qasrl_gs"})
"""Sources that no claims are made of: they ask about "someone" and "something", or their questions are no sentences."""
HELD_SQUAD2_ARTICLES = 2
HELD_SHARE = 40  # one document in this many of the other sets is held apart


@dataclass(frozen=True, slots=True)
class Row:
    """One question about one context.

    Attributes:
        source: the set that it comes from, a key of ``SOURCES``.
        document: what it is split by; rows of one document never stand on both sides.
        title: a title that a reader could be shown, or "".
        question: as it was asked.
        context: the text that was asked about.
        start: where the answer starts in ``context``, in characters, or -1 where the context does not answer.
        answer: the answer's words, ``context[start : start + len(answer)]``, or "".
        golds: every answer that is right.
    """

    source: str
    document: str
    title: str
    question: str
    context: str
    start: int
    answer: str
    golds: tuple[str, ...] = ()


def read_rows(folder: Path) -> list[Row]:
    """Read every set of ``SOURCES`` under ``folder``.

    Args:
        folder: holds ``squad/*.json.gz`` (SQuAD's format) and ``reader/*.jsonl.gz`` (a question a line).

    Raises:
        DocumentError: where a set is missing.
    """
    rows: list[Row] = []
    for source in SOURCES:
        squad, lines = folder / "squad" / f"{source}.json.gz", folder / "reader" / f"{source}.jsonl.gz"
        if squad.is_file():
            rows.extend(_squad_rows(source, squad))
        elif lines.is_file():
            rows.extend(_line_rows(source, lines))
        else:
            raise DocumentError(f"no training set {source}: neither {squad} nor {lines} is a file; check --data")
    return rows


def split_rows(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Part the rows into those to train on and those held apart, by whole documents."""
    articles = sorted({row.document for row in rows if row.source == "squad2"}, key=_digest)
    held = frozenset(articles[:HELD_SQUAD2_ARTICLES])

    def is_held(row: Row) -> bool:
        return row.document in held or _digest(row.document) % HELD_SHARE == 0

    return [row for row in rows if not is_held(row)], [row for row in rows if is_held(row)]


def _digest(document: str) -> int:
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:6], "big")


def _squad_rows(source: str, path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for asked in paragraph["qas"]:
                golds = tuple(answer["text"] for answer in asked["answers"])
                start = asked["answers"][0]["answer_start"] if golds else -1
                yield from _checked(source, title.lower(), title, asked["question"], context, start, golds)


def _line_rows(source: str, path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            context, answer = record["context"], record["answer"]
            if record.get("start_guess") and context.count(answer) > 1:
                continue  # the place is a guess, and there is more than one place
            document, title = _document(record)
            golds = (answer, *record.get("all_answers", ())) if answer else ()
            start = record["answer_start"] if answer else -1
            yield from _checked(source, document, title, record["question"], context, start, golds)


def _checked(
    source: str, document: str, title: str, question: str, context: str, start: int, golds: tuple[str, ...]
) -> Iterator[Row]:
    answer = golds[0] if golds else ""
    if answer.strip() and context[start : start + len(answer)] == answer:
        start += len(answer) - len(answer.lstrip())
        yield Row(source, document, title, question.strip(), context, start, answer.strip(), golds)
    elif not answer:
        yield Row(source, document, title, question.strip(), context, -1, "")


def _document(record: dict[str, Any]) -> tuple[str, str]:
    """What a row is split by, and the title to show: some sets name sentences, some nothing."""
    name = record.get("title") or ""
    if name.startswith("Wiki1k:"):
        return ":".join(name.split(":")[:3]), ""
    if not name:
        return "context:" + hashlib.sha256(record["context"].encode()).hexdigest(), ""
    title = name.replace("_", " ")
    if "-" in title and " " not in title:
        title = title.replace("-", " ")
    return title.lower(), title
