"""The reader's training sets, each with a few invented questions, for the tests of training."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from rag.training.data import SOURCES

TOWNS = ("Ilmenau", "Brodno", "Casares", "Dunmore", "Elvas", "Fethiye", "Gorizia", "Hamar", "Iznik", "Jaca")
CRAFTS = ("glass", "cloth", "paper", "salt", "rope", "bells")


def _context(town: str, craft: str, year: str) -> str:
    return (
        f"{town} lies on a river. Its {craft} makers opened their first hall in {year}. The hall burned down twice. "
        f"Today {year[-2:]} people make {craft} there, among them Dr. Maria Lind."
    )


def write_sets(folder: Path) -> None:
    """Write every set into ``folder``, each with the same questions about other years."""
    (folder / "squad").mkdir()
    (folder / "reader").mkdir()
    for number, source in enumerate(SOURCES):
        year = str(1700 + number)
        asked = [
            (f"{town}_{source}", _context(town, craft, year), town, craft, year) for town in TOWNS for craft in CRAFTS
        ]
        if source in ("squad2", "new_wiki"):
            articles = [{"title": title, "paragraphs": [_paragraph(*rest)]} for title, *rest in asked]
            with gzip.open(folder / "squad" / f"{source}.json.gz", "wt", encoding="utf-8") as file:
                json.dump({"data": articles}, file)
            continue
        with gzip.open(folder / "reader" / f"{source}.jsonl.gz", "wt", encoding="utf-8") as file:
            for title, *rest in asked:
                file.writelines(json.dumps(line) + "\n" for line in _lines(title, *rest))


def _questions(town: str, craft: str) -> tuple[str, str]:
    return f"When did the {craft} makers of {town} open a hall?", f"Who closed the {craft} hall of {town}?"


def _paragraph(context: str, town: str, craft: str, year: str) -> dict[str, object]:
    answers = [{"text": year, "answer_start": context.index(year)}]
    opened, closed = _questions(town, craft)
    return {"context": context, "qas": [{"question": opened, "answers": answers}, {"question": closed, "answers": []}]}


def _lines(title: str, context: str, town: str, craft: str, year: str) -> list[dict[str, object]]:
    opened, closed = _questions(town, craft)
    shared = {"title": title, "context": context}
    return [
        {**shared, "question": opened, "answer": year, "answer_start": context.index(year)},
        {**shared, "question": closed, "answer": None, "answer_start": -1},
    ]
