"""What an indexing run keeps and lets go of, when files change, when a part cannot be read, and where they lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from rag.indexing import index
from rag.library import open_library
from rag.progress import IndexReport
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
