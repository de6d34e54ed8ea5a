"""What an indexing run keeps and lets go of, when files change, when a part cannot be read, and where they lie."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from rag.articles import Split, split
from rag.documents import Document
from rag.errors import DocumentError
from rag.indexing import index
from rag.library import open_library
from rag.progress import IndexReport
from rag.upkeep import remove
from tests.steps import Hashing


def indexed(library: Path, *paths: Path, sync: bool = False) -> IndexReport:
    return index(library, Hashing(), paths, sync=sync)


def texts(library: Path) -> list[str]:
    return sorted(article.text for article in open_library(library).articles())


def damaged_text(folder: Path, text: str) -> None:
    folder.joinpath("a.txt").write_bytes(f"The café, the naïve, the coöperative: {text} ".encode() + b"\xe2\x28")


def damaged_line(folder: Path, text: str) -> None:
    folder.joinpath("a.jsonl").write_bytes(json.dumps({"text": f"Café: {text}"}).encode() + b'\n{"text": "Tw\xff"}\n')


def table_with_an_empty_row(folder: Path, text: str) -> None:
    folder.joinpath("a.csv").write_text(f"title,text\nFerry,{text}\nEmpty,\n", encoding="utf-8")


def feed_with_a_bare_link(folder: Path, text: str) -> None:
    items = f"<item><description>{text}</description></item><item><title>A link</title></item>"
    folder.joinpath("a.xml").write_text(f"<rss><channel>{items}</channel></rss>", encoding="utf-8")


def archive_with_a_picture(folder: Path, text: str) -> None:
    with ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("a.txt", text)
        archive.writestr("photo.png", b"\x89PNG")
        archive.writestr("empty.txt", " ")


def test_a_column_that_articles_do_not_have_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "The ferry sails.", "day": "2022-06-17"}', encoding="utf-8")
    with pytest.raises(DocumentError, match="column date=day: give one of text, title, url, published"):
        index(tmp_path / "lib", Hashing(), [tmp_path / "a.jsonl"], columns={"date": "day"})
    assert not (tmp_path / "lib").exists()
    index(tmp_path / "lib", Hashing(), [tmp_path / "a.jsonl"], columns={"published": "day"})
    assert [article.published for article in open_library(tmp_path / "lib").articles()] == ["2022-06-17"]


@pytest.mark.parametrize(
    "write",
    [damaged_text, damaged_line, table_with_an_empty_row, feed_with_a_bare_link, archive_with_a_picture],
)
def test_what_holds_no_article_does_not_keep_old_ones(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    """Articles without ids of their own, so that an edited one is another one."""
    folder, library = tmp_path / "in", tmp_path / "lib"
    folder.mkdir()
    write(folder, "The ferry costs 5 euros.")
    assert indexed(library, folder).skipped
    write(folder, "The ferry costs 9 euros.")
    report = indexed(library, folder)
    assert report.skipped and report.removed == 1
    held = "\n".join(texts(library))
    assert "9 euros" in held and "5 euros" not in held


@pytest.mark.parametrize("kind", ["line", "member", "file"])
def test_what_could_not_be_read_this_time_keeps_what_it_may_hold(tmp_path: Path, kind: str) -> None:
    folder, library = tmp_path / "in", tmp_path / "lib"
    folder.mkdir()

    def write(second: str) -> None:
        records = ['{"text": "The mill turns."}', second]
        if kind == "line":
            folder.joinpath("a.jsonl").write_text("\n".join(records), encoding="utf-8")
        elif kind == "member":
            with ZipFile(folder / "a.zip", "w") as archive:
                for number, record in enumerate(records):
                    archive.writestr(f"{number}.json", record)
        else:
            for number, record in enumerate(records):
                folder.joinpath(f"{number}.json").write_text(record, encoding="utf-8")

    write('{"text": "The ferry sails."}')
    indexed(library, folder)
    write('{"text": "The ferry')
    report = indexed(library, folder, sync=True)
    assert [skip.unread for skip in report.skipped] == [True]
    assert (report.removed, texts(library)) == (0, ["The ferry sails.", "The mill turns."])


def test_only_a_folder_that_is_followed_loses_what_an_emptied_file_held(tmp_path: Path) -> None:
    folder, library = tmp_path / "in", tmp_path / "lib"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        folder.joinpath(name).write_text(f"The ferry {name} sails.", encoding="utf-8")
    indexed(library, folder)
    folder.joinpath("a.txt").write_text("", encoding="utf-8")
    assert indexed(library, folder).removed == 0
    assert indexed(library, folder, sync=True).removed == 1
    assert texts(library) == ["The ferry b.txt sails."]


def test_a_file_that_was_named_stays_where_its_folder_is_followed_which_passes_it_over(tmp_path: Path) -> None:
    folder, library = tmp_path / "in", tmp_path / "lib"
    folder.mkdir()
    folder.joinpath("corpus.jsonl").write_text('{"_id": "a", "text": "The ferry sails."}', encoding="utf-8")
    folder.joinpath("queries.jsonl").write_text('{"_id": "q", "text": "Does the ferry sail?"}', encoding="utf-8")
    indexed(library, folder / "queries.jsonl")
    assert indexed(library, folder, sync=True).removed == 0
    assert texts(library) == ["Does the ferry sail?", "The ferry sails."]


def test_an_article_whose_title_was_kept_as_it_stood_is_not_embedded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, library = tmp_path / "a.txt", tmp_path / "lib"
    odd = "The  Ferry\u00a0of Ardmore Is to Close"
    file.write_text(f"{odd}\n\nThe council voted on Tuesday to close it for good.", encoding="utf-8")
    with monkeypatch.context() as context:

        def as_once(document: Document) -> Split:
            found = split(document)
            return replace(found, articles=tuple(replace(article, title=odd) for article in found.articles))

        context.setattr("rag.indexing.split", as_once)
        indexed(library, file)
    report = indexed(library, file)
    assert (report.changed, report.passages, report.removed) == (1, 0, 0)
    assert [article.title for article in open_library(library).articles()] == ["The Ferry of Ardmore Is to Close"]
    assert indexed(library, file).unchanged == 1


def two_files(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("The ferry costs 5 euros.", encoding="utf-8")
    (folder / "b.txt").write_text("The mill turns.", encoding="utf-8")
    return folder


def changed(folder: Path) -> Path:
    (folder / "a.txt").write_text("The ferry costs 9 euros.", encoding="utf-8")
    (folder / "b.txt").unlink()
    return folder


def test_a_file_is_the_same_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, library = two_files(tmp_path / "in"), tmp_path / "lib"
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    indexed(library, Path("../in"))
    monkeypatch.chdir(tmp_path)
    assert indexed(library, changed(folder), sync=True).removed == 2
    assert texts(library) == ["The ferry costs 9 euros."]
    assert remove(library, ["sub/../in/./a.txt"]) == 1


def test_a_library_that_knows_a_file_by_two_names_knows_it_by_one_from_then_on(tmp_path: Path) -> None:
    folder, library = two_files(tmp_path / "in"), tmp_path / "lib"
    indexed(library, folder)
    with sqlite3.connect(next(library.rglob("articles.sqlite"))) as connection:  # as it was once written
        odd = str(tmp_path / "sub" / ".." / "in" / "b.txt")
        connection.execute("UPDATE origins SET origin = ? WHERE origin LIKE '%b.txt'", (odd,))
        connection.execute("INSERT INTO origins SELECT replace(origin, 'in/a.txt', 'sub/../in/a.txt'), article "
                           "FROM origins WHERE origin LIKE '%a.txt'")  # fmt: skip
    connection.close()
    report = indexed(library, changed(folder), sync=True)
    assert (report.new, report.removed, texts(library)) == (1, 2, ["The ferry costs 9 euros."])
    assert remove(library, [str(folder / "a.txt")]) == 1


def test_what_lies_up_from_a_link_is_found_where_the_system_finds_it(tmp_path: Path) -> None:
    two_files(tmp_path / "far" / "in")
    (tmp_path / "far" / "away").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")
    assert indexed(tmp_path / "lib", tmp_path / "link" / ".." / "in").new == 2


def test_batches_from_standard_input_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "lib"
    for text in ("On Monday the ferry sailed.", "On Tuesday it sank."):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert indexed(library, Path("-")).new == 1
    assert texts(library) == ["On Monday the ferry sailed.", "On Tuesday it sank."]
    assert remove(library, ["standard input"]) == 2


def shut(monkeypatch: pytest.MonkeyPatch, folder: Path, *, listed: bool, passed: bool) -> None:
    """Make a folder one that only some may list or pass, also for whoever may do everything."""
    scandir, stat, opened = os.scandir, os.stat, io.open

    def refuse(path: object, refused: bool) -> None:
        if refused:
            raise PermissionError(13, "Permission denied", str(path))

    def inside(path: object) -> bool:
        return isinstance(path, str | Path) and folder in Path(path).parents

    def scan(path: str | int) -> object:
        refuse(path, not listed and (path == str(folder) or inside(path)))
        return scandir(path)

    def look(path: str | Path, **options: bool) -> object:
        refuse(path, not passed and inside(path))
        return stat(path, **options)

    def read(path: str | Path, *options: object, **others: object) -> object:
        refuse(path, not passed and inside(path))
        return opened(path, *options, **others)  # type: ignore[call-overload]  # as they were given

    monkeypatch.setattr("os.scandir", scan)
    monkeypatch.setattr("os.stat", look)
    monkeypatch.setattr("io.open", read)


@pytest.mark.parametrize(("listed", "passed"), [(False, False), (True, False), (False, True)])
def test_a_folder_that_cannot_be_read_is_told_and_keeps_its_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: bool, passed: bool
) -> None:
    folder, library = two_files(tmp_path / "in"), tmp_path / "lib"
    inner = folder / "sub"
    inner.mkdir()
    (inner / "c.txt").write_text("The tower stands.", encoding="utf-8")
    (inner / "queries.jsonl").write_text('{"text": "A question?"}', encoding="utf-8")
    assert indexed(library, folder).new == 4
    changed(folder)
    with monkeypatch.context() as context:
        shut(context, inner, listed=listed, passed=passed)
        report = indexed(library, folder, sync=True)
        assert (report.new, report.removed) == (1, 2)
        with pytest.raises(DocumentError, match=r"sub\S* cannot be read: Permission denied; check its permissions"):
            indexed(tmp_path / "other", inner if not listed else inner / "c.txt")
    named = [inner / "c.txt", inner / "queries.jsonl"] if listed else [inner]
    assert [skip.path for skip in report.skipped] == [str(path) for path in named]
    assert all("cannot be read: Permission denied; check its permissions" in skip.reason for skip in report.skipped)
    assert texts(library) == ["A question?", "The ferry costs 9 euros.", "The tower stands."]


def test_a_file_whose_name_is_no_text_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    folder = two_files(tmp_path / "in")
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))
    try:
        odd.write_text("The cafe opens.", encoding="utf-8")
    except OSError:
        pytest.skip("this disk takes no such name")
    report = indexed(tmp_path / "lib", folder)
    assert report.new == 2
    assert [skip.reason for skip in report.skipped] == [
        f"{folder}/caf\\xe9.txt has a name that is not UTF-8: rename it"
    ]
    with pytest.raises(DocumentError, match="rename it"):
        indexed(tmp_path / "lib", odd)
