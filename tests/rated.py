"""Two articles, and answers that quote them, for tests of what readers think of answers."""

from __future__ import annotations

import json
from pathlib import Path

from rag import Answer, Citation
from rag.indexing import index
from rag.library import open_library
from tests.steps import Hashing

SANK = "The ferry to Anholt sank on Monday."
OPENS = "The bridge at Aggersund opens in June."


def two_articles(folder: Path) -> Path:
    """A folder of the article that says ``SANK`` and the one that says ``OPENS``."""
    write(folder, "ferry", f"{SANK} Nobody was hurt, Captain Xanthippe Vrold says.")
    write(folder, "bridge", f"{OPENS} It is new.")
    return folder


def write(folder: Path, name: str, text: str, **record: object) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"id": name, "title": name.title(), "text": text, **record}), encoding="utf-8")
    return file


def quoting(library: Path, *quotes: str, question: str = "What happened?", standalone: str = "") -> Answer:
    """An answer of quotes, each cited from the article that holds it."""
    citations = []
    for number, quote in enumerate(quotes, start=1):
        (article,) = (article for article in open_library(library).articles() if quote in article.text)
        start = article.text.index(quote)
        citations.append(Citation(number, article, start, start + len(quote)))
    text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    return Answer(question, standalone or question, text, None, False, 0.75, tuple(citations))


def refusing(question: str = "Who won?", standalone: str = "") -> Answer:
    return Answer(question, standalone or question, "The articles do not answer this question.", None, True, 0.1)


def holds(library: Path, words: str) -> bool:
    """Whether any file of the library has the bytes of some words."""
    return any(words.encode() in file.read_bytes() for file in library.rglob("*") if file.is_file())


def files(library: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in library.rglob("*") if file.is_file()}


def change(library: Path, folder: Path) -> None:
    write(folder, "ferry", "The ferry to Samsø came in on time.")
    assert index(library, Hashing(), [folder]).changed == 1
