"""Loaders: each format, each encoding, and a clear error for what cannot be read."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from rag.documents import Document, Skipped
from rag.errors import DocumentError
from rag.loaders import load


def documents(path: Path) -> list[Document]:
    return [document for document in load(path) if isinstance(document, Document)]


def test_a_few_bad_bytes_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("The café, the naïve, the coöperative".encode() + b" \xe2\x28 met.")
    skipped, document = load(tmp_path / "a.txt")
    assert isinstance(skipped, Skipped)
    assert "byte 40" in skipped.reason
    assert isinstance(document, Document)
    assert document.text == "The café, the naïve, the coöperative \ufffd( met."


def test_a_line_that_is_no_record_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "One."}\n{"text": "Tw\xff"}\n{"text": \n{"text": "Four."}\n')
    found = list(load(tmp_path / "a.jsonl"))
    assert [each.text for each in found if isinstance(each, Document)] == ["One.", "Tw\ufffd", "Four."]
    reasons = [each.reason for each in found if isinstance(each, Skipped)]
    assert "line 2: byte 29" in reasons[0]
    assert "line 3 is not JSON" in reasons[1]


def test_columns_are_recognised_or_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("head,story,who\nA ferry,It sank.,Ann Lee\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="--column text=NAME"):
        list(load(tmp_path / "a.csv"))
    with pytest.raises(DocumentError, match="no column 'stories': its columns are head, story, who"):
        list(load(tmp_path / "a.csv", {"text": "stories"}))
    (document,) = load(tmp_path / "a.csv", {"text": "story", "title": "head", "authors": "who"})
    assert isinstance(document, Document)
    assert (document.title, document.text, document.authors) == ("A ferry", "It sank.", ("Ann Lee",))
    assert document.columns == (("text", "story"), ("title", "head"), ("authors", "who"))


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


@pytest.mark.parametrize("lists", [{"items": []}, {"entries": [{"id": 1, "alt": "A picture"}]}, {"data": ["x"]}])
def test_a_record_with_a_text_of_its_own_is_no_list_of_records(tmp_path: Path, lists: dict[str, object]) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"title": "A ferry", "text": "The ferry sank.", **lists}))
    (document,) = documents(tmp_path / "a.json")
    assert (document.title, document.text) == ("A ferry", "The ferry sank.")


def test_an_empty_list_does_not_hide_the_list_of_records(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"data": [], "results": [{"text": "The ferry sank."}]}))
    assert [document.text for document in documents(tmp_path / "a.json")] == ["The ferry sank."]


def test_json_lines_that_are_called_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "One."}\n{"text": "Two.\n\n{"text": "Three."}\n', encoding="utf-8-sig")
    found = list(load(tmp_path / "a.json"))
    assert [each.text for each in found if isinstance(each, Document)] == ["One.", "Three."]
    assert ["line 2 is not JSON" in each.reason for each in found if isinstance(each, Skipped)] == [True]
    (tmp_path / "b.json").write_text('{\n"text": "One."\n}\n{\n"text": "Two."\n}', encoding="utf-8")
    with pytest.raises(DocumentError, match="Extra data"):
        list(load(tmp_path / "b.json"))


def test_a_row_that_holds_more_than_the_columns_is_told(tmp_path: Path) -> None:
    rows = ('B,"The bridge, too, opens.\nAt noon."', "A,The ferry sank, said the mayor, on Monday.", "C,It rained.,,")
    (tmp_path / "a.csv").write_text("\n".join(("title,text", *rows)), encoding="utf-8")
    first, torn, last = load(tmp_path / "a.csv")
    assert isinstance(first, Document) and isinstance(last, Document) and isinstance(torn, Skipped)
    assert (first.text, last.text) == ("The bridge, too, opens.\nAt noon.", "It rained.")
    assert "line 4 has more cells than the 2 columns: put quotation marks" in torn.reason


def test_the_questions_beside_a_corpus_are_no_articles_unless_they_are_named(tmp_path: Path) -> None:
    lines = '{"_id": "q1", "text": "Who closed the ferry?"}\n'
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tq1\t1\n", encoding="utf-8")
    read = list(load(tmp_path))
    assert [Path(each.origin).name for each in read if isinstance(each, Document)] == ["corpus.jsonl"]
    assert {Path(each.path).name for each in read if isinstance(each, Skipped)} == {"queries.jsonl", "qrels.tsv"}
    assert len(documents(tmp_path / "queries.jsonl")) == 1
    (tmp_path / "corpus.jsonl").unlink()
    assert len(documents(tmp_path)) == 1


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
    assert set(reasons) == {"empty.txt", "photo.png", "broken.jsonl:2", "torn.txt.gz"}
    assert "line 2" in reasons["broken.jsonl:2"]
    assert all("\n" not in reason and name.partition(":")[0] in reason for name, reason in reasons.items())


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


def test_an_archive(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("b.txt", "second")
        archive.writestr("a/one.jsonl", '{"text": "first"}')
        archive.writestr("__MACOSX/a.txt", "hidden")
        archive.writestr("photo.png", b"\x89PNG")
    found = list(load(tmp_path / "all.zip"))
    assert [item.text for item in found if isinstance(item, Document)] == ["first", "second"]
    assert [item.path.endswith("photo.png") for item in found if isinstance(item, Skipped)] == [True]
    assert {item.origin for item in found if isinstance(item, Document)} == {str(tmp_path / "all.zip")}


def test_an_archive_with_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("é.txt", "first")
    data = (tmp_path / "all.zip").read_bytes().replace("é".encode(), b"\xe9\xff")
    (tmp_path / "all.zip").write_bytes(data)
    with pytest.raises(DocumentError, match=r"all.zip is no zip archive.*pack it again"):
        list(load(tmp_path / "all.zip"))


@pytest.mark.parametrize(
    "name", ["x.pdf", "x.docx", "x.zip", "x.xml", "x.html", "x.csv", "x.json", "x.jsonl", "x.txt.gz"]
)
@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02", b"%PDF-1.4 and no more", b"PK\x03\x04 torn", b"<a><b></a>", b"\xff" * 50]
)
def test_rubbish_under_any_name_is_a_clear_error(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=name) as caught:
        list(load(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "first"}\n{"text": "second"}')))
    assert [document.text for document in documents(Path("-"))] == ["first", "second"]


def test_an_error_is_one_line_whatever_it_quotes(tmp_path: Path) -> None:
    file = tmp_path / "two\nlines.xml"
    file.write_bytes(b"<rss><p<\x00\x00</rss>")
    with pytest.raises(DocumentError) as caught:
        list(load(file))
    assert len(str(caught.value).splitlines()) == 1
