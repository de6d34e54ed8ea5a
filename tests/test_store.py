"""One generation's file: asked about any number of values, and what is said of what SQLite complains of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from rag import LibraryError, generation_file
from rag.indexing import index
from rag.library import Library, open_library
from rag.store import Store
from tests.steps import Hashing

COUNT = 600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a library whose articles fill many pages of the file; do not write to it."""
    place = tmp_path_factory.mktemp("store")
    records = [
        {"_id": f"d{n}", "title": f"Lamp {n}", "text": f"Lamp {n} of the quay was lit at dusk. {'It shone. ' * 20}"}
        for n in range(COUNT)
    ]
    (place / "lamps.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    index(place / "lib", Hashing(), [place / "lamps.jsonl"])
    return place / "lib"


@pytest.fixture
def library(folder: Path) -> Library:
    return open_library(folder)


READINGS: dict[str, Callable[[Store], Iterable[object]]] = {
    "each_article": Store.each_article,
    "each_vector": Store.each_vector,
    "each_text": Store.each_text,
    "each_article_text": Store.each_article_text,
    "numbers": Store.numbers,
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_bad_pages_are_told_however_the_file_is_read(
    folder: Path, tmp_path: Path, reading: Callable[[Store], Iterable[object]]
) -> None:
    (file,) = folder.rglob("articles.sqlite")
    broken = tmp_path / file.name
    broken.write_bytes(file.read_bytes())
    store = Store(broken)
    assert len(list(reading(store))) > 0
    store.close()
    store = Store(broken)
    data = file.read_bytes()
    broken.write_bytes(data[: len(data) // 50] + b"\xff" * (len(data) - len(data) // 50))
    with pytest.raises(LibraryError, match=r"is damaged \(.*delete the library and index its articles again"):
        list(reading(store))
    store.close()


def test_any_number_of_passages_can_be_asked_about(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    store = library._store
    every = store.numbers().tolist()
    kept = [store.passages(every), store.article_rows(every), store.published(every), store.rows(every).tolist()]
    fresh = open_library(library.folder)
    store = fresh._store
    store._connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 50)
    monkeypatch.setattr(generation_file, "_MOST_MARKS", 40)
    told = [store.passages(every), store.article_rows(every), store.published(every), store.rows(every).tolist()]
    assert [len(each) for each in told] == [len(every)] * 4
    assert repr(told) == repr(kept)
    found = fresh.dense(Hashing().embed_question("Which lamp was lit?"), COUNT)
    assert len(fresh.passages(found)) == COUNT


def test_what_the_file_is_not_to_blame_for_costs_no_library(library: Library) -> None:
    library._store._connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 50)
    with pytest.raises(LibraryError, match=r"cannot be read \(too many SQL variables\)") as told:
        library.passages(range(1, 61))
    assert "delete" not in str(told.value)


def test_a_text_that_is_no_utf8_is_damage(folder: Path, tmp_path: Path) -> None:
    (file,) = folder.rglob("articles.sqlite")
    broken = tmp_path / file.name
    broken.write_bytes(file.read_bytes().replace(b"Lamp 7 of the quay", b"Lamp \xff of the quay"))
    with pytest.raises(LibraryError, match=r"is damaged \(Could not decode to UTF-8 column 'text'\)"):
        list(Store(broken).each_article_text())
