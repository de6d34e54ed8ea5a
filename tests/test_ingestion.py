"""The measures of ingestion measure what they say, on texts made here."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from rag.articles import split
from rag.documents import Document
from tests.ingestion import Overlap, Page, boundaries, false_splits, glue, main, main_text, runs

ROOT = Path(__file__).parent.parent
TEXT = "The council of Varde met on Monday to talk of the old pier. It will be closed in the autumn, the mayor said."
ARTICLES = [
    (f"Council of {place} Votes to Close the Old Pier in Autumn", TEXT.replace("Varde", place))
    for place in ("Varde", "Ribe", "Tarm", "Skjern", "Esbjerg", "Blaavand", "Oksby", "Ho")
]


def test_glued_titles_stand_where_it_is_said() -> None:
    text, titles = glue(ARTICLES, random.Random(3))
    assert [text[at:].split("\n", 1)[0] for at in titles] == [title for title, _ in ARTICLES]
    assert titles[0] == 0


def test_boundaries_are_those_between_articles() -> None:
    found = boundaries(ARTICLES, random.Random(3), dumps=10)
    assert found.wanted >= 10
    assert found.precision > 0.9
    assert found.recall > 0.5
    assert split(Document(glue(ARTICLES[:1], random.Random(3))[0], origin="x")).articles[0].title == ARTICLES[0][0]


def test_each_page_counts_for_as_much_as_any_other() -> None:
    long, short = Page("", " ".join(str(n) for n in range(4000))), Page("", "a b c d e")
    score = main_text([long, short], lambda _: long.text)
    assert score.recall == pytest.approx(1 / (1 + 2 / 3999), abs=1e-3)
    assert main_text([long], lambda _: long.text) == Overlap(1.0, 1.0, 1.0)
    assert main_text([short], lambda _: "").f1 == 0.0


def test_runs_are_of_four_words() -> None:
    assert runs("One two, three four five.") == {
        ("One", "two", "three", "four"): 1,
        ("two", "three", "four", "five"): 1,
    }
    assert runs("Too short") == {("Too", "short"): 1}
    assert not runs(" … ")


def test_all_is_measured_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages, news = tmp_path / "pages", tmp_path / "news-2022-small"
    (pages / "html").mkdir(parents=True)
    news.mkdir()
    truth = {}
    for place, (title, text) in enumerate(ARTICLES):
        paragraphs = [f"{text} That was told at meeting {n} of the council." for n in range(6)]
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        html = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        (pages / "html" / f"{place}.html.gz").write_bytes(gzip.compress(html.encode()))
        truth[str(place)] = {"text": "\n\n".join(paragraphs)}
    (pages / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    lines = [json.dumps({"_id": title, "title": title, "text": text}) for title, text in ARTICLES]
    (news / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert false_splits(news / "corpus.jsonl") == (0, len(ARTICLES))
    assert main([str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for words in (
        "boundaries, 60 dumps",
        "false splits: 0 of 8",
        "main text of 8 pages, footnote",
        "trafilatura, precise",
    ):
        assert words in told
