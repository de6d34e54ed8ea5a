"""Questions with known answers, put to libraries of several sizes: what the confidence is fitted on.

A large collection of news, many of three of its articles, and many of ten encyclopedia paragraphs, since how rare a
word is, and how far the best passage stands out, differ between them. The reader was trained on none of them.
"""

from __future__ import annotations

import json
import random
import re
import string
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.encoder import Encoder
from rag.evidence import Candidate, gather
from rag.indexing import index
from rag.library import Library, open_library
from rag.quoting import PASSAGES_FOUND
from rag.reader import Reader
from rag.retrieval import retrieve
from rag.training.data import Row

_PARAGRAPHS = 10
_ARTICLES = 3
_ANSWERABLE, _NEAR, _FAR = 10, 3, 3
_ENCYCLOPEDIA = ("squad2", "squad2_dev_rest", "new_wiki", "squad11_dev_only")
_DASHES_AND_QUOTES = "\u2018\u2019\u201c\u201d\u2013\u2014"
_COMMA = re.compile(r",(?!\d)|(?<!\d),|,(?=\d{3}(?!\d))")
_MARK = re.compile(rf"(?!(?<=\d)\.\d|(?<![\w.])\.\d)[{re.escape(string.punctuation + _DASHES_AND_QUOTES)}]")
"""Any mark but a decimal point: without it, "5 percent" would stand in "3.5 percent"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates, and which of them hold an accepted answer.

    Attributes:
        world: which library it was put to.
        passages: how many that library holds.
        question: what was asked.
        answerable: whether that library answers it.
        candidates: what ``gather`` found.
        right: for each candidate, whether it holds an accepted answer; never so where none is answerable.
    """

    world: str
    passages: int
    question: str
    answerable: bool
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its accepted answers (none where it is unanswerable), and the day on which it was asked."""

    text: str
    answers: tuple[str, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class World:
    """A small collection, as records of title, text and, of news, date, and what can be asked of it."""

    name: str
    articles: tuple[Mapping[str, str], ...]
    queries: tuple[Query, ...]


def normalised(text: str) -> str:
    """Lower case without articles and punctuation, as SQuAD compares answers; but 3.5 stays one number."""
    plain = _MARK.sub(" ", _COMMA.sub("", text.lower()))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def put(world: str, query: Query, library: Library, encoder: Encoder, reader: Reader | None) -> Asked:
    """Gather the candidates for a question as answering does."""
    question = query.text
    vector = encoder.embed_question(question)
    found = retrieve(library, question, vector, PASSAGES_FOUND, asked=query.day)
    candidates = gather(question, vector, found, library, reader)
    accepted = [f" {normalised(answer)} " for answer in query.answers if normalised(answer)]
    right = tuple(any(answer in f" {normalised(candidate.text)} " for answer in accepted) for candidate in candidates)
    return Asked(world, library.manifest.passages, question, bool(accepted), candidates, right)


def news(data: Path, folder: Path, encoder: Encoder, reader: Reader | None, *, dated: bool) -> Iterator[Asked]:
    """The questions of a folder in BEIR's form, put to a library of its corpus; built if it is not there.

    ``dated`` tells the day of each.
    """
    index(folder, encoder, [data / "corpus.jsonl"])
    library = open_library(folder)
    for record in _lines(data / "queries.jsonl"):
        answers = record["answers"] if record.get("answerable", True) else ()
        yield put(data.name, _query(record, answers, dated=dated), library, encoder, reader)


def _lines(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text(encoding="utf-8-sig").split("\n")  # a text may hold what splitlines takes for an end
    return [json.loads(line) for line in lines if line.strip()]


def _query(record: Mapping[str, Any], answers: Sequence[str], *, dated: bool) -> Query:
    return Query(record["text"], tuple(answers), date.fromisoformat(record["date"][:10]) if dated else None)


def small(worlds: Iterable[World], encoder: Encoder, reader: Reader | None) -> Iterator[Asked]:
    """The questions of small collections, each put to a library of its own."""
    for world in worlds:
        with tempfile.TemporaryDirectory() as place:
            corpus = Path(place) / "corpus.jsonl"
            records = [{"_id": str(number), **article} for number, article in enumerate(world.articles)]
            corpus.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
            index(Path(place) / "library", encoder, [corpus])
            library = open_library(Path(place) / "library")
            for query in world.queries:
                yield put(world.name, query, library, encoder, reader)


def news_worlds(data: Path, count: int, seed: int, *, dated: bool) -> Iterator[World]:
    """Deal the news of a folder in BEIR's form into collections of three articles, with questions near and far.

    ``dated`` tells the day of each question.
    """
    rng = random.Random(seed)
    texts = {
        record["_id"]: {key: record[key] for key in ("title", "text", "date") if record.get(key)}
        for record in _lines(data / "corpus.jsonl")
    }
    asked = {record["_id"]: _query(record, record["answers"], dated=dated) for record in _lines(data / "queries.jsonl")}
    relevant: dict[str, set[str]] = {}
    for line in (data / "qrels.tsv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        query, article, _ = line.split("\t")
        relevant.setdefault(query, set()).add(article)
    for number in range(count):
        articles = [rng.choice(sorted(relevant[query])) for query in rng.sample(sorted(relevant), _ARTICLES)]
        inside = [asked[query] for query in sorted(relevant) if relevant[query] & set(articles)]
        outside = [query for query in sorted(asked) if not relevant.get(query, set()) & set(articles)]
        far = [replace(asked[query], answers=()) for query in rng.sample(outside, _FAR)]
        yield World(f"news {number}", tuple(texts[article] for article in articles), (*inside, *far))


def encyclopedia_worlds(held: Sequence[Row], count: int, seed: int) -> Iterator[World]:
    """Deal held-apart paragraphs into collections of ten, with answerable, near and far questions."""
    rng = random.Random(seed)
    rows = [row for row in held if row.source in _ENCYCLOPEDIA]
    contexts = sorted({(row.title, row.context) for row in rows})
    for number in range(count):
        paragraphs = rng.sample(contexts, min(_PARAGRAPHS, len(contexts)))
        texts = {text for _, text in paragraphs}
        titles = {title for title, _ in paragraphs}
        inside = [row for row in rows if row.context in texts]
        answerable = [Query(row.question, tuple(row.golds)) for row in inside if row.answer]
        near = [Query(row.question, ()) for row in inside if not row.answer]
        far = [Query(row.question, ()) for row in rows if row.answer and row.title not in titles]
        questions = [
            *rng.sample(answerable, min(_ANSWERABLE, len(answerable))),
            *rng.sample(near, min(_NEAR, len(near))),
            *rng.sample(far, min(_FAR, len(far))),
        ]
        articles = tuple({"title": title, "text": text} for title, text in paragraphs)
        yield World(f"encyclopedia {number}", articles, tuple(questions))
