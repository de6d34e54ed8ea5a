"""Articles for trials: as lines that are indexed, and as what a library must then hold; and what is asked of them."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rag import Article


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles as lines of JSON, what they become in a library, and what is asked of them."""

    lines: tuple[str, ...]
    articles: Mapping[str, Article]
    questions: tuple[str, ...]

    def first(self, count: int) -> Corpus:
        """The first of the lines."""
        return replace(self, lines=self.lines[:count])

    def changed(self, place: int, mark: str) -> Corpus:
        """The corpus with a sentence more at the end of one article."""
        record = json.loads(self.lines[place])
        record["text"] = f"{record['text'].rstrip()}\n\n{mark}"
        lines = (*self.lines[:place], json.dumps(record), *self.lines[place + 1 :])
        article = self.articles[record["_id"]]
        longer = replace(article, text=f"{article.text}\n\n{mark}")
        return replace(self, lines=lines, articles={**self.articles, article.id: longer})

    def held(self) -> dict[str, str]:
        """The text of each article that the lines become, by id."""
        ids = (json.loads(line)["_id"] for line in self.lines)
        return {name: self.articles[name].text for name in ids if name in self.articles}


def changed(corpus: Corpus, chance: random.Random, number: int) -> Corpus:
    """The corpus with one of its articles corrected; the number tells the correction from others."""
    places = [place for place, line in enumerate(corpus.lines) if json.loads(line)["_id"] in corpus.articles]
    return corpus.changed(chance.choice(places), f"Correction {number}: the bridge is 420 metres long.")


def questions(folder: Path, articles: Mapping[str, Article]) -> tuple[str, ...]:
    """Those of the folder's queries.jsonl, or one about each title."""
    file = folder / "queries.jsonl"
    if file.is_file():
        lines = file.read_text(encoding="utf-8").split("\n")
        return tuple(json.loads(line)["text"] for line in lines if line.strip())
    titles = [article.title for article in articles.values() if article.title] or ["the news"]
    return tuple(f"What is told about {title}?" for title in titles)


def corpus_lines(folder: Path) -> list[str]:
    """The lines of the folder's corpus.jsonl, plain or gzipped, without their ends; none where it has no such file."""
    plain, packed = folder / "corpus.jsonl", folder / "corpus.jsonl.gz"
    data = plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes()) if packed.is_file() else b""
    # Not splitlines: a string may hold a line separator of Unicode's.
    return [line for line in data.decode("utf-8").split("\n") if line.strip()]


def shortened(folder: Path, count: int | None, target: Path) -> Path:
    """A corpus cut to its first articles, or whole for None, with all questions; a folder without one as it is."""
    lines = corpus_lines(folder)
    if not lines:
        return folder
    target.mkdir(exist_ok=True)
    (target / "corpus.jsonl").write_text("\n".join(lines[:count]) + "\n", encoding="utf-8")
    if (folder / "queries.jsonl").is_file():
        shutil.copyfile(folder / "queries.jsonl", target / "queries.jsonl")
    return target
