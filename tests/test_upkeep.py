"""A library is kept: articles leave it without a trace, it follows a folder, it is written out and read back."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import docx
import pytest

from rag import Article, Assistant, LibraryError, RagError, Settings
from rag.encoder import Encoder
from rag.exporting import export, export_to
from rag.indexing import index
from rag.library import open_library
from rag.upkeep import remove, stats
from tests.steps import Hashing


def write(folder: Path, name: str, text: str, **record: object) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"id": name, "title": name.title(), "text": text, **record}), encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write(folder, "ferry", "The ferry to Anholt sank on Monday. Nobody was hurt.", source="Harbour News")
    write(folder, "bridge", "The bridge at Aggersund opens again in June.", source="Bridge Daily", date="2024-05-01")
    write(folder, "tower", "The tower of Ribe was struck by lightning.", source="harbour news")
    return folder


@pytest.fixture
def library(encoder: Encoder, folder: Path, tmp_path: Path) -> Path:
    index(tmp_path / "lib", encoder, [folder])
    return tmp_path / "lib"


def ids(library: Path) -> set[str]:
    return {article.id for article in open_library(library).articles()}


def holds(library: Path, word: str) -> bool:
    """Whether any file of the library has the bytes of a word."""
    return any(word.encode() in file.read_bytes() for file in library.rglob("*") if file.is_file())


def test_a_removed_article_is_gone_from_every_file(library: Path, folder: Path) -> None:
    assert holds(library, "Anholt")
    assert remove(library, ["ferry"]) == 1
    assert ids(library) == {"bridge", "tower"}
    assert not holds(library, "Anholt")
    assert not holds(library, "anholt")


def test_that_a_removed_article_could_not_be_deleted_is_told_once_all_is_published(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "lib"
    index(library, Hashing(), [folder])
    with monkeypatch.context() as shut:
        shut.setattr(shutil, "rmtree", lambda place, ignore_errors=False: None)
        with pytest.raises(LibraryError, match=r"is written, but \S*generations.1, which may hold .* then delete it"):
            remove(library, ["ferry"])
    assert ids(library) == {"bridge", "tower"}
    assert holds(library, "Anholt")
    index(library, Hashing(), [folder / "bridge.json"])
    assert not holds(library, "Anholt")


def test_articles_are_removed_by_file_by_folder_and_by_outlet(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert remove(library, ["bridge.json"]) == 1
    assert remove(library, source="HARBOUR NEWS") == 2
    assert ids(library) == set()
    answer = Assistant(Settings(library=library)).ask("What sank?")
    assert answer.refused
    assert answer.hits == ()


def test_a_name_that_means_nothing_changes_nothing(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LibraryError, match="no article 'ferries'"):
        remove(library, ["ferry", "ferries"])
    with pytest.raises(LibraryError, match="no article of 'The Sun'"):
        remove(library, ["ferry"], source="The Sun")
    monkeypatch.chdir(folder)
    with pytest.raises(LibraryError, match="one of the names to remove is empty"):
        remove(library, ["ferry", ""])
    assert ids(library) == {"ferry", "bridge", "tower"}
    assert open_library(library).manifest.generation == 1


def test_an_article_of_two_files_stays_while_one_of_them_is_there(
    encoder: Encoder, library: Path, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "ferry.json").write_bytes((folder / "ferry.json").read_bytes())
    report = index(library, encoder, [copy])
    assert (report.duplicates, report.passages) == (1, 0)
    assert remove(library, [str(folder)]) == 2
    assert ids(library) == {"ferry"}


def test_sync_makes_the_library_equal_to_the_folder(
    encoder: Encoder, library: Path, folder: Path, tmp_path: Path
) -> None:
    elsewhere = write(tmp_path / "elsewhere", "lighthouse", "The lighthouse of Skagen is grey.")
    index(library, encoder, [elsewhere])
    (folder / "ferry.json").unlink()
    write(folder, "bridge", "The bridge at Aggersund opens again in July.")
    write(folder, "mill", "The mill of Dybbøl turns.")
    report = index(library, encoder, [folder], sync=True)
    assert (report.new, report.changed, report.unchanged, report.removed) == (1, 1, 1, 1)
    assert ids(library) == {"bridge", "tower", "mill", "lighthouse"}
    assert not holds(library, "Anholt")
    again = index(library, encoder, [folder], sync=True)
    assert (again.new, again.changed, again.unchanged, again.removed, again.passages) == (0, 0, 3, 0, 0)


def test_a_file_that_cannot_be_read_this_time_keeps_its_articles(encoder: Encoder, tmp_path: Path) -> None:
    file = tmp_path / "in" / "corpus.jsonl"
    file.parent.mkdir()
    lines = [json.dumps({"id": f"a{n}", "text": f"Article {n} tells of ship number {n}."}) for n in range(3)]
    file.write_text("\n".join(lines), encoding="utf-8")
    index(tmp_path / "lib", encoder, [file.parent])
    file.write_text("\n".join([lines[0], '["no object"]', lines[2]]), encoding="utf-8")
    report = index(tmp_path / "lib", encoder, [file.parent], sync=True)
    assert len(report.skipped) == 1
    assert ids(tmp_path / "lib") == {"a0", "a1", "a2"}


def test_the_same_text_under_another_id_is_not_embedded_again(encoder: Encoder, library: Path, folder: Path) -> None:
    write(folder, "copy", "The bridge at Aggersund opens again in June.", title="Bridge", date="2024-05-02")
    report = index(library, encoder, [folder])
    assert (report.duplicates, report.unchanged, report.passages) == (1, 3, 0)
    assert "copy" in ids(library)
    assert stats(library).stories == 3


def test_stats_count_what_is_there(library: Path) -> None:
    found = stats(library)
    assert (found.articles, found.notices, found.passages, found.files, found.stories) == (3, 0, 3, 3, 3)
    assert set(found.sources) == {("Harbour News", 1), ("Bridge Daily", 1), ("harbour news", 1)}
    assert (found.first, found.last) == ("2024-05-01", "2024-05-01")
    assert found.size > 10_000


def test_what_is_exported_reads_back_to_the_same_articles(encoder: Encoder, seed_library: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join(export(seed_library)) + "\n", encoding="utf-8")
    index(tmp_path / "again", encoder, [file])
    assert open_library(tmp_path / "again").articles() == open_library(seed_library).articles()
    assert {article.kind for article in open_library(seed_library).articles()} == {"article", "notice"}


def test_titles_are_exported_as_they_are_read_back(tmp_path: Path) -> None:
    """From whatever file: of each format its own loader told them."""
    folder, file = tmp_path / "in", tmp_path / "all.jsonl"
    text = "The council voted on Tuesday to close the old terminal for good."
    write(folder, "record", text, title=" Two  words\n of\u00a0it ")
    (folder / "dump.txt").write_text(f"The  Ferry\u00a0of Ardmore Is to Close\n\n{text}", encoding="utf-8")
    (folder / "page.html").write_text(f"<html><title>A\n  page</title><p>{text} {text}</p></html>", encoding="utf-8")
    item = f"<item><title>&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</title><description>{text}</description></item>"
    (folder / "feed.xml").write_text(f"<rss><channel>{item}</channel></rss>", encoding="utf-8")
    (folder / "mail.eml").write_bytes(f"Subject: =?utf-8?q?Ferry_=C2=A0closes?=\n\n{text}\n".encode())
    word = docx.Document()
    word.core_properties.title = "Line\none  two"
    word.add_paragraph(text)
    word.save(str(folder / "word.docx"))
    index(tmp_path / "one", Hashing(), [folder])
    file.write_text("\n".join(export(tmp_path / "one")), encoding="utf-8")
    index(tmp_path / "two", Hashing(), [file])
    articles = open_library(tmp_path / "one").articles()
    assert len(articles) == 6 and all(article.title for article in articles)
    assert open_library(tmp_path / "two").articles() == articles


def test_an_export_replaces_a_file_once_it_is_whole(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_text("a backup", encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(LibraryError, match="no library in"):
        export_to(tmp_path / "typo", file)
    with pytest.raises(RagError, match=r"cannot write .*nowhere.*name a file"):
        export_to(library, tmp_path / "nowhere" / "all.jsonl")
    articles = next(library.rglob("articles.sqlite"))
    whole = articles.read_bytes()
    articles.write_bytes(whole.replace(b"lightning", b"lighTning"))
    with pytest.raises(LibraryError, match="is damaged"):
        export_to(library, file)
    assert file.read_text(encoding="utf-8") == "a backup"
    articles.write_bytes(whole)
    (tmp_path / "link").symlink_to(file)
    export_to(library, tmp_path / "link")
    assert (len(file.read_text(encoding="utf-8").splitlines()), file.stat().st_mode & 0o777) == (3, 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.jsonl", "in", "lib", "link"]
    export_to(library, Path(os.devnull))
    assert not Path(os.devnull).is_file()


def test_every_field_of_an_article_is_exported(encoder: Encoder, tmp_path: Path) -> None:
    write(
        tmp_path / "in", "full", "One line.\fAnother page.\n\nRead more", source="S", url="https://example.org/1",
        date="2024-01-02T03:04:05+01:00", updated="2024-02-03", authors=["Ann Lee", "Bo Ek"],
    )  # fmt: skip
    index(tmp_path / "one", encoder, [tmp_path / "in"])
    (article,) = open_library(tmp_path / "one").articles()
    assert article == Article(
        id="full", title="Full", text="One line.\fAnother page.", source="S", url="https://example.org/1",
        published="2024-01-02T03:04:05+01:00", authors=("Ann Lee", "Bo Ek"), updated="2024-02-03", first_page=1,
    )  # fmt: skip
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join(export(tmp_path / "one")), encoding="utf-8")
    index(tmp_path / "two", encoder, [file])
    assert open_library(tmp_path / "two").articles() == (article,)
