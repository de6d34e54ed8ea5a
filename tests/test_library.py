"""Generations: readers see the old one or the new one; a stopped run loses nothing; what is damaged is said."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import LibraryError
from rag.encoder import Encoder, PassageText, PassageVectors
from rag.indexing import index
from rag.library import open_library
from rag.manifest import read_manifest
from rag.progress import Progress
from rag.publishing import draft
from tests.steps import Hashing

ROOT = Path(__file__).parent.parent


def write_articles(folder: Path, count: int, word: str = "alpha") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "corpus.jsonl"
    records = [
        {"_id": f"d{n}", "title": f"Title {n}", "text": f"Article {n} is about {word} {n}. It has a second sentence."}
        for n in range(count)
    ]
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return file


class CountingEncoder:
    """The real encoder, counting what it embeds."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.embedded = 0
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens
        self.token_starts, self.embed_question = encoder.token_starts, encoder.embed_question

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Count, then embed."""
        texts: list[PassageText] = list(passages)
        self.embedded += len(texts)
        return self._encoder.embed_passages(texts)


def test_what_was_indexed_is_found_with_its_sentences(encoder: Encoder, tmp_path: Path) -> None:
    report = index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 3)])
    assert (report.new, report.passages, report.skipped) == (3, 3, ())
    library = open_library(tmp_path / "lib")
    (number,) = list(library.lexical("alpha 2", 1))
    stored = library.passages([number])[number]
    article = stored.passage.article
    assert (article.id, article.title) == ("d2", "Title 2")
    assert [article.text[a:b] for a, b in stored.sentences] == [
        "Article 2 is about alpha 2.",
        "It has a second sentence.",
    ]
    assert stored.vectors.shape == (2, encoder.dimension)
    assert list(library.dense(encoder.embed_question("Article 2 is about alpha 2"), 1)) == [number]


def test_unchanged_articles_are_not_embedded_again_and_changed_ones_are_replaced(
    encoder: Encoder, tmp_path: Path
) -> None:
    counting = CountingEncoder(encoder)
    file = write_articles(tmp_path / "in", 5)
    index(tmp_path / "lib", counting, [file])
    generation = open_library(tmp_path / "lib").manifest.generation
    again = index(tmp_path / "lib", counting, [file])
    assert (again.unchanged, again.new, counting.embedded) == (5, 0, 5)
    assert open_library(tmp_path / "lib").manifest.generation == generation

    file.write_text(file.read_text().replace("about alpha 3", "about omega 3"), encoding="utf-8")
    third = index(tmp_path / "lib", counting, [file])
    assert (third.changed, third.unchanged, counting.embedded) == (1, 4, 6)
    library = open_library(tmp_path / "lib")
    assert len(library.lexical("omega", 10)) == 1
    assert len(library.articles()) == 5
    for path in (tmp_path / "lib").rglob("*"):
        if path.is_file():
            assert b"about alpha 3" not in path.read_bytes(), f"the old text is still in {path}"


def test_articles_that_a_file_no_longer_holds_leave_the_library(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 4)])
    report = index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 2)])
    assert report.removed == 2
    assert [article.id for article in open_library(tmp_path / "lib").articles()] == ["d0", "d1"]


def test_the_same_id_in_two_files_keeps_both_articles(encoder: Encoder, tmp_path: Path) -> None:
    one, two = write_articles(tmp_path / "one", 1, "alpha"), write_articles(tmp_path / "two", 1, "omega")
    index(tmp_path / "lib", encoder, [one, two])
    assert len(open_library(tmp_path / "lib").articles()) == 2
    assert index(tmp_path / "lib", encoder, [one, two]).unchanged == 2


def test_an_open_reader_keeps_its_generation_and_learns_of_the_next(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 2)])
    reader = open_library(tmp_path / "lib")
    assert reader.is_current()
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 3)])
    assert not reader.is_current()
    assert len(reader.articles()) == 2
    assert len(open_library(tmp_path / "lib").articles()) == 3


def test_a_reader_learns_of_a_library_made_anew_under_the_same_number(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 2)])
    reader = open_library(tmp_path / "lib")
    assert reader.is_current()
    shutil.rmtree(tmp_path / "lib")
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 2, "omega")])
    assert open_library(tmp_path / "lib").manifest.generation == reader.manifest.generation
    assert not reader.is_current()
    assert open_library(tmp_path / "lib").is_current()


def test_a_run_that_fails_changes_nothing_and_the_next_goes_on_from_it(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 2)])
    counting = CountingEncoder(encoder)

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    file = write_articles(tmp_path / "more", 200, "omega")
    with pytest.raises(KeyboardInterrupt):
        index(tmp_path / "lib", counting, [file], stop)
    assert len(open_library(tmp_path / "lib").articles()) == 2
    embedded = counting.embedded
    assert embedded > 0
    index(tmp_path / "lib", counting, [file])
    assert len(open_library(tmp_path / "lib").articles()) == 202
    assert counting.embedded == 200


def committed(file: Path) -> int:
    """How many passages another process has written for good; its log grows before that."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT COUNT(*) FROM vectors").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
def test_a_killed_run_loses_nothing(encoder: Encoder, tmp_path: Path) -> None:
    library, first = tmp_path / "lib", write_articles(tmp_path / "in", 2)
    index(library, encoder, [first])
    second = write_articles(tmp_path / "more", 250, "omega")  # more than a batch: one is kept before the next
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "index", str(second), "--library", str(library)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    staged = library / "generations" / "next" / "articles.sqlite"
    deadline = time.monotonic() + 240
    while committed(staged) <= 2:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(open_library(library).articles()) == 2
    counting = CountingEncoder(encoder)
    index(library, counting, [second])
    assert len(open_library(library).articles()) == 252
    assert counting.embedded < 250


def test_a_second_writer_is_told_to_wait(encoder: Encoder, tmp_path: Path) -> None:
    file = write_articles(tmp_path / "in", 1)
    writing = rf"process {os.getpid()} on \S*, since 20\S+, is writing"
    with pytest.raises(LibraryError, match=writing), draft(tmp_path / "lib", encoder):
        index(tmp_path / "lib", encoder, [file])
    with pytest.raises(LibraryError, match="another process is writing"), draft(tmp_path / "lib", encoder):
        (tmp_path / "lib" / "writer.json").unlink()
        index(tmp_path / "lib", encoder, [file])
    assert not (tmp_path / "lib" / "writer.json").exists()


@pytest.mark.parametrize("theirs", ["run1/mine.txt", "2024/mine.txt", "next/mine.txt", "mine.txt"])
def test_a_folder_that_holds_generations_of_its_own_is_refused(encoder: Encoder, tmp_path: Path, theirs: str) -> None:
    mine = tmp_path / "work" / "generations" / theirs
    mine.parent.mkdir(parents=True)
    mine.write_text("precious", encoding="utf-8")
    file = write_articles(tmp_path / "in", 1)
    with pytest.raises(LibraryError, match=r"is no library, but holds .*name a new folder"):
        index(tmp_path / "work", encoder, [file])
    assert [path for path in (tmp_path / "work").rglob("*") if path.is_file()] == [mine]


def test_what_lies_among_the_generations_of_a_library_is_left_alone(encoder: Encoder, tmp_path: Path) -> None:
    file, library = write_articles(tmp_path / "in", 1), tmp_path / "lib"
    index(library, encoder, [file])
    (library / "generations" / "mine").mkdir()
    write_articles(tmp_path / "in", 2)
    index(library, encoder, [file])
    assert sorted(path.name for path in (library / "generations").iterdir()) == ["2", "mine"]


def test_a_reader_who_locks_a_generation_while_it_is_deleted_keeps_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, library = write_articles(tmp_path / "in", 1), tmp_path / "lib"
    index(library, Hashing(), [file])
    rmtree, locked = shutil.rmtree, list[Path]()

    def deleting(place: Path, ignore_errors: bool = False) -> None:
        rmtree(place, ignore_errors=ignore_errors)
        if place.name == "1" and not locked:
            locked.append(place / "words" / ".tantivy-meta.lock")
            locked[0].parent.mkdir(parents=True)
            locked[0].touch()

    monkeypatch.setattr(shutil, "rmtree", deleting)
    index(library, Hashing(), [write_articles(tmp_path / "in", 2)])
    assert locked
    assert [path.name for path in (library / "generations").iterdir()] == ["2"]


def test_another_encoder_is_refused_with_the_remedy(encoder: Encoder, tmp_path: Path) -> None:
    file = write_articles(tmp_path / "in", 1)
    index(tmp_path / "lib", encoder, [file])
    other = CountingEncoder(encoder)
    other.fingerprint, other.name = "0" * 64, "other"
    with pytest.raises(LibraryError, match="was made with encoder 'default'"):
        index(tmp_path / "lib", other, [file])
    with pytest.raises(LibraryError, match="set that encoder, or index"):
        open_library(tmp_path / "lib").check_encoder(other)


def test_no_library_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="footnote index PATH --library"):
        open_library(tmp_path / "nothing")
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="is a file"):
        open_library(tmp_path / "file")


@pytest.fixture(scope="module")
def sound(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two articles, to be copied."""
    folder = tmp_path_factory.mktemp("sound")
    index(folder / "lib", encoder, [write_articles(folder / "in", 2)])
    return folder / "lib"


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "articles.sqlite", "meta.json"])
@pytest.mark.parametrize("damage", ["truncate", "garbage", "delete"])
def test_damage_is_a_clear_error(sound: Path, tmp_path: Path, name: str, damage: str) -> None:
    shutil.copytree(sound, tmp_path / "lib")
    file, *_ = sorted((tmp_path / "lib").rglob(name))
    if damage == "delete":
        file.unlink()
    else:
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2] if damage == "truncate" else b"\x07" * len(data))
    with pytest.raises(LibraryError, match=r"index|make one"):
        open_library(tmp_path / "lib").articles()


def test_a_manifest_of_another_format_is_refused(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 1)])
    file = tmp_path / "lib" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 99}))
    with pytest.raises(LibraryError, match="format 99"):
        read_manifest(tmp_path / "lib")


def test_a_page_that_goes_bad_after_the_library_was_opened_is_a_clear_error(encoder: Encoder, tmp_path: Path) -> None:
    index(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 120)])
    (file,) = (tmp_path / "lib").rglob("articles.sqlite")
    data = bytearray(file.read_bytes())
    half = len(data) // 2
    data[half:] = b"\xff" * (len(data) - half)
    file.write_bytes(bytes(data))
    library = open_library(tmp_path / "lib")
    with pytest.raises(LibraryError, match=r"is damaged \(.*index its articles again"):
        library.passages(range(1, 121))
