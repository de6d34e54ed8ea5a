"""How well files are read, on benchmarks that lie elsewhere: ``python -m tests.ingestion DATA``.

- boundaries: dumps are glued from the true texts of web pages, with bylines, captions and page furniture between them;
  a boundary counts as found where an article begins at the very character of its title.
- false splits: news articles, each alone in a file with its title, must each stay one article.
- main text: F1 over runs of four words of what is read from the pages' HTML, each page counting for as much as any
  other; beside it what trafilatura alone and html2text (where it is installed) read of the same pages.

DATA holds ``pages/truth.json`` and ``pages/html/*.html.gz`` (the form of scrapinghub's article-extraction-benchmark,
whose measure the F1 is), and ``news-2022-small/corpus.jsonl`` (BEIR's form). Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.articles import split
from rag.documents import Document
from rag.errors import DocumentError
from rag.markup import read_html

LEAST_F1 = 0.97
MOST_FALSE_SPLITS = 0.01
DUMPS = 60
_WORD = re.compile(r"\w+")
_RUN = 4

ABOVE_TEXT = (
    (),
    ("By Harriet Okonjo",),
    ("By Harriet Okonjo and Pavel Brandt", "May 12, 2021"),
    ("Published 09:41, 3 February 2020",),
    ("A view of the square on Sunday morning. Photo: Ines Varga",),
    ("Pavel Brandt / Associated Press",),
)
BELOW_TEXT = (
    (),
    ("Read more",),
    ("ADVERTISEMENT",),
    ("Share", "Facebook", "Twitter", "Email", "Print"),
    ("Tags: economy, travel",),
    ("Copyright 2021 The Weekly Lantern. All rights reserved.",),
    ("This article was first published by The Weekly Lantern.",),
    ("Related articles", "Comments (14)", "Sign in to comment"),
    (
        "Subscribe to the Lantern newsletter",
        "The week's stories in your inbox every Saturday.",
        "Enter your e-mail address",
        "Sign up",
        "You can unsubscribe at any time. See our privacy policy.",
    ),
    (
        "A word from The Weekly Lantern",
        "Dear readers,",
        "Our reporters spent this year in courtrooms, schools and harbours so that you know what is decided there. No "
        "owner tells us what to write, and our pages are open to everyone.",
        "That is paid for by readers such as you. If you can, please support our journalism with a monthly gift.",
        "Thank you,",
        "The editors of The Weekly Lantern",
        "$4 a month",
        "$9 a month",
        "Continue",
        "Maybe later",
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A web page: its HTML, and the main text that a person found in it."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of what was found is right, and how much of what is right was found."""

    shared: float
    found: float
    wanted: float

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.shared / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what is right that was found."""
        return self.shared / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.shared / (self.found + self.wanted) if self.shared else 0.0

    def __str__(self) -> str:
        return f"precision {self.precision:.4f}, recall {self.recall:.4f}, F1 {self.f1:.4f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0 where every bar is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.ingestion", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder with pages/ and news-2022-small/")
    parser.add_argument("--seed", type=int, default=1, help="of the gluing")
    given = parser.parse_args(arguments)
    pages = read_pages(given.data / "pages")
    articles = [(titled(page), page.text) for page in pages]
    found = boundaries([(title, text) for title, text in articles if title], random.Random(given.seed))
    print(f"boundaries, {DUMPS} dumps glued from {len(pages)} pages: {found}")
    wrong, count = false_splits(given.data / "news-2022-small" / "corpus.jsonl")
    share = wrong / count
    print(f"false splits: {wrong} of {count} news articles, {share:.2%} (bar: under {MOST_FALSE_SPLITS:.0%})")
    scores = {name: main_text(pages, read) for name, read in readers().items()}
    for name, score in scores.items():
        bar = f" (bar: F1 {LEAST_F1})" if name == "footnote" else ""
        print(f"main text of {len(pages)} pages, {name}: {score}{bar}")
    return 0 if share < MOST_FALSE_SPLITS and scores["footnote"].f1 >= LEAST_F1 else 1


def read_pages(folder: Path) -> tuple[Page, ...]:
    """The pages of a folder in the form of the article extraction benchmark."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    files = ((folder / "html" / f"{name}.html.gz", page["text"]) for name, page in sorted(truth.items()))
    return tuple(Page(gzip.decompress(file.read_bytes()).decode("utf-8", "replace"), text) for file, text in files)


def titled(page: Page) -> str:
    """The title that a page names, or "" where it names none that reads as one."""
    try:
        title = read_html(page.html, "page").title
    except DocumentError:
        return ""
    return title if len(title.split()) >= 3 else ""


def glue(articles: Iterable[tuple[str, str]], chance: random.Random) -> tuple[str, tuple[int, ...]]:
    """A dump of articles with page furniture between them; returns it with the offset of each title."""
    parts: list[str] = []
    titles: list[int] = []
    length = 0
    for title, text in articles:
        own = text.strip().removeprefix(title).strip()
        titles.append(length)
        gap = chance.choice(("\n", "\n\n"))
        below = [line for _ in range(chance.choice((0, 1, 1, 2, 3))) for line in chance.choice(BELOW_TEXT)]
        lines = [title, *chance.choice(ABOVE_TEXT), own]
        part = "\n\n".join(lines) + "\n\n" + gap.join([*below, ""]) + "\n" * chance.choice((0, 1, 2))
        parts.append(part)
        length += len(part)
    return "".join(parts), tuple(titles)


def boundaries(articles: Sequence[tuple[str, str]], chance: random.Random, dumps: int = DUMPS) -> Overlap:
    """Glue dumps of two to eight articles, split them, and compare where articles begin, the first of each left out."""
    shared = found = wanted = 0
    for _ in range(dumps):
        text, titles = glue(chance.sample(articles, chance.randint(2, 8)), chance)
        result = split(Document(text, origin="dump"))
        begins: dict[int, int] = {}
        for piece in result.pieces:
            if piece.article is not None and result.articles[piece.article].kind == "article":
                begins.setdefault(piece.article, piece.start)
        later = sorted(begins.values())[1:]
        shared += len(set(later) & set(titles[1:]))
        found += len(later)
        wanted += len(titles) - 1
    return Overlap(shared, found, wanted)


def false_splits(corpus: Path) -> tuple[int, int]:
    """How many articles of a corpus do not stay one when each is a file, and how many there are."""
    wrong = count = 0
    with corpus.open(encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            result = split(Document(f"{record['title']}\n\n{record['text']}", origin="file"))
            wrong += sum(article.kind == "article" for article in result.articles) != 1
            count += 1
    return wrong, count


def readers() -> Mapping[str, Callable[[str], str]]:
    """What reads the main text of a page, by name."""
    import trafilatura

    others: dict[str, Callable[[str], str]] = {
        "footnote": read_main_text,
        "trafilatura": lambda html: trafilatura.extract(html, include_comments=False) or "",
        "trafilatura, precise": lambda html: (
            trafilatura.extract(html, include_comments=False, favor_precision=True) or ""
        ),
    }
    if importlib.util.find_spec("html2text") is None:
        return others
    return {**others, "html2text": importlib.import_module("html2text").html2text}


def read_main_text(html: str) -> str:
    """What Footnote takes to be the articles of a page."""
    try:
        return "\n".join(article.text for article in split(read_html(html, "page")).articles)
    except DocumentError:
        return ""


def main_text(pages: Sequence[Page], read: Callable[[str], str]) -> Overlap:
    """The share of runs of four words that a reader's texts and the true ones have in common, summed over pages."""
    shared = found = wanted = 0.0
    for page in pages:
        mine, true = runs(read(page.html)), runs(page.text)
        both = (mine & true).total()
        either = max(1, mine.total() + true.total() - both)  # so that a long page counts no more than a short one
        shared, found, wanted = shared + both / either, found + mine.total() / either, wanted + true.total() / either
    return Overlap(shared, found, wanted)


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Every run of four words, and how often it comes; a shorter text is one run."""
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))) if words else Counter()


if __name__ == "__main__":
    sys.exit(main())
