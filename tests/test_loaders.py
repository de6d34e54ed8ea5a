"""Loaders: each format, each encoding, and a clear error for what cannot be read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import iso_date
from rag.decoding import decode
from rag.errors import DocumentError
from rag.loaders import Document, Skipped, load

FRENCH = "Le conseil a voté mardi la fermeture de l'ancienne gare, où passaient hier encore près de mille élèves. " * 3
RUSSIAN = "Городской совет проголосовал за закрытие старого вокзала, через который проходило около тысячи человек. " * 3
PAGE = """<html><head><title>Ferry closes - The Courier</title><meta property="og:site_name" content="The Courier">
<meta property="article:published_time" content="2024-03-05T09:00:00+01:00"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry closes</h1><p>{}</p><p>{}</p></article><footer>About us</footer></body></html>"""
SENTENCES = (
    "The council voted on Tuesday to close the ferry. " * 5,
    "The last boat will leave in October at noon. " * 5,
)


def documents(path: Path) -> list[Document]:
    return [document for document in load(path) if isinstance(document, Document)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "x") == FRENCH


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_older_cyrillic_encodings(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), "x") == RUSSIAN


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"The council \xff\xfe met.", "byte 12"),
        ("The café, the naïve, the coöperative".encode() + b" \xe2\x28", "byte"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not a text file"),
        (b"\xff\xfea", "utf-16"),
    ],
)
def test_bytes_that_are_no_text_are_named(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        decode(data, "notes.txt")
    assert "notes.txt" in str(caught.value) and "\n" not in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_utf8_is_read_as_it_is(text: str) -> None:
    try:
        assert decode(text.encode(), "x") == text.removeprefix("\ufeff") or "\x00" in text
    except DocumentError as error:
        assert "not a text file" in str(error) or "utf-" in str(error)


@given(st.binary())
def test_any_bytes_are_text_or_a_clear_error(data: bytes) -> None:
    try:
        decode(data, "x")
    except DocumentError as error:
        assert str(error).startswith("x ")


def test_text_is_kept_to_the_letter(tmp_path: Path) -> None:
    text = "One\r\n\r\ntwo\x00three \u202e שלום 🙂 <script>"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (document,) = documents(tmp_path / "a.txt")
    assert document.text == text
    assert document.origin.endswith("a.txt") and not document.whole


@pytest.mark.parametrize("zipped", [False, True])
def test_a_corpus_of_json_lines(tmp_path: Path, zipped: bool) -> None:
    rows = [
        {
            "_id": "d1",
            "title": "One",
            "text": "First text.",
            "url": "https://a.example/1",
            "date": "2022-04-05",
            "authors": [],
        },
        {
            "id": 7,
            "Headline": "Two",
            "body": "Second\ud800 text.",
            "link": "u",
            "publishedAt": "Tue, 05 Apr 2022 10:00:00 +0200",
        },
        {"title": "no text"},
    ]
    path = tmp_path / ("corpus.jsonl.gz" if zipped else "corpus.jsonl")
    data = "\n".join(map(json.dumps, rows)).encode()
    path.write_bytes(gzip.compress(data) if zipped else data)
    one, two, three = load(path)
    assert isinstance(one, Document) and isinstance(two, Document) and isinstance(three, Skipped)
    assert (one.id, one.title, one.text, one.url, one.published) == (
        "d1",
        "One",
        "First text.",
        "https://a.example/1",
        "2022-04-05",
    )
    assert (two.id, two.title, two.text, two.published) == ("7", "Two", "Second? text.", "2022-04-05T10:00:00+02:00")
    assert one.whole and two.whole
    assert "3" in three.reason


def test_json_and_csv(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"articles": [{"content": "A", "source": {"id": None, "name": "Wire"}}]})
    )
    (tmp_path / "b.json").write_text(json.dumps({"x1": {"text": "B"}}))
    (tmp_path / "c.csv").write_text('Title;Text;Published Date\nT;"C, c\n\nc";April 5, 2022\n', encoding="utf-8-sig")
    (tmp_path / "d.tsv").write_text("text\turl\nD\thttps://d.example\n")
    a, b, c, d = documents(tmp_path)
    assert (a.text, a.source) == ("A", "Wire")
    assert (b.text, b.id) == ("B", "x1")
    assert (c.title, c.text, c.published) == ("T", "C, c\n\nc", "2022-04-05")
    assert (d.text, d.url) == ("D", "https://d.example")


def test_a_web_page(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.format(*SENTENCES))
    (page,) = documents(tmp_path / "page.html")
    assert page.title == "Ferry closes"
    assert page.source == "The Courier"
    assert page.published is not None and page.published.startswith("2024-03-05")
    assert "last boat" in page.text and "About us" not in page.text and page.whole


def test_a_folder_is_read_in_order_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "z.txt").write_text("hidden")
    (tmp_path / "sub" / "b.txt").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.jsonl").write_text('{"text": "kept"}\n{"text": ')
    (tmp_path / "torn.txt.gz").write_bytes(gzip.compress(b"text " * 100)[:-12])
    found = list(load(tmp_path))
    assert [item.text for item in found if isinstance(item, Document)] == ["first", "kept", "second"]
    reasons = {Path(item.path).name: item.reason for item in found if isinstance(item, Skipped)}
    assert set(reasons) == {"empty.txt", "photo.png", "broken.jsonl", "torn.txt.gz"}
    assert "line 2" in reasons["broken.jsonl"]
    assert all("\n" not in reason and name in reason for name, reason in reasons.items())


@pytest.mark.parametrize(
    "name", ["missing.txt", "empty.txt", "photo.png", "broken.jsonl", "list.json", "table.csv", "page.html"]
)
def test_a_named_file_that_cannot_be_read_raises(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.jsonl").write_text("not json")
    (tmp_path / "list.json").write_text("[1, 2")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "page.html").write_text("<html><body></body></html>")
    with pytest.raises(DocumentError, match=name) as caught:
        list(load(tmp_path / name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022-04-05", "2022-04-05"),
        ("2022-04-05T10:00:00Z", "2022-04-05T10:00:00+00:00"),
        ("2022-04-05 10:00", "2022-04-05T10:00:00"),
        ("April 5, 2022", "2022-04-05"),
        ("5 Apr. 2022", "2022-04-05"),
        (20220405, "2022-04-05"),
        (1649152800, "2022-04-05T10:00:00+00:00"),
        ("05/04/2022", None),
        ("soon", None),
        (None, None),
        ("2022-02-30", None),
    ],
)
def test_dates(value: object, expected: str | None) -> None:
    assert iso_date(value) == expected
