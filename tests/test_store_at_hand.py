"""What a library keeps in memory of its file: bounded, and nothing but what the file holds."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from rag import LibraryError, store_at_hand
from rag.manifest import ARTICLES, generation_folder, read_manifest
from rag.recent import Recent
from rag.store import Store, StoredPassage
from rag.store_at_hand import StoreAtHand


@pytest.fixture
def file(seed_library: Path) -> Path:
    manifest = read_manifest(seed_library)
    assert manifest is not None
    return generation_folder(seed_library, manifest.generation) / ARTICLES


def same(one: StoredPassage, other: StoredPassage) -> bool:
    alike = (one.number, one.story, one.passage, one.sentences) == (
        other.number,
        other.story,
        other.passage,
        other.sentences,
    )
    return alike and bool(np.array_equal(one.vectors, other.vectors))


def test_what_is_at_hand_is_what_the_file_holds(file: Path) -> None:
    store, at_hand = Store(file), StoreAtHand(file)
    numbers = store.numbers().tolist()
    draw = random.Random(5)
    for _ in range(20):
        some = draw.sample(numbers, min(12, len(numbers)))
        assert at_hand.article_rows(some) == store.article_rows(some)
        read, kept = store.passages(some), at_hand.passages(some)
        assert read.keys() == kept.keys()
        assert all(same(read[number], kept[number]) for number in some)
    assert at_hand.passages([]) == at_hand.passages([max(numbers) + 1]) == {}


def test_passages_are_read_and_checked_once(file: Path) -> None:
    at_hand = StoreAtHand(file)
    numbers = at_hand.numbers().tolist()[:5]
    first = at_hand.passages(numbers)
    asked: list[str] = []
    at_hand._connection.set_trace_callback(asked.append)
    again = at_hand.passages(numbers)
    assert not asked
    assert all(again[number] is first[number] for number in numbers)
    with pytest.raises(ValueError, match="read-only"):
        first[numbers[0]].halves[0] = 0


def test_a_few_passages_are_read_ahead_and_are_what_the_file_holds(file: Path) -> None:
    store, at_hand = Store(file), StoreAtHand(file)
    numbers = store.numbers().tolist()
    at_hand.read_ahead()
    asked: list[str] = []
    at_hand._connection.set_trace_callback(asked.append)
    some = [numbers[-1], numbers[0], max(numbers) + 1]
    kept = at_hand.passages(some)
    assert not asked
    read = store.passages(some)
    assert read.keys() == kept.keys() == {numbers[-1], numbers[0]}
    assert all(same(read[number], kept[number]) for number in read)


def test_of_many_passages_none_is_read_ahead(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_at_hand, "_FEW", 2)
    at_hand = StoreAtHand(file)
    numbers = at_hand.numbers().tolist()
    assert len(numbers) > 2
    at_hand.read_ahead()
    asked: list[str] = []
    at_hand._connection.set_trace_callback(asked.append)
    assert at_hand.passages(numbers[:1])
    assert asked


def test_what_is_damaged_is_not_kept(file: Path, tmp_path: Path) -> None:
    broken = tmp_path / ARTICLES
    broken.write_bytes(file.read_bytes())
    with sqlite3.connect(broken) as connection:
        connection.execute("UPDATE articles SET title = title || '!'")
    connection.close()
    at_hand = StoreAtHand(broken)
    numbers = at_hand.numbers().tolist()[:3]
    for _ in range(2):
        with pytest.raises(LibraryError, match="not what was indexed"):
            at_hand.passages(numbers)
        at_hand.read_ahead()  # which leaves it to the question that meets it to say so


def test_those_wanted_least_lately_are_let_go_of() -> None:
    recent: Recent[int, str] = Recent(10)
    for number in range(4):
        recent.put(number, str(number), 3)
        recent.get(0)  # wanted again and again
    assert recent.held(range(4)) == {0: "0", 2: "2", 3: "3"}
    recent.put(2, "two", 1)
    recent.put(4, "4", 3)
    assert recent.held(range(5)) == {0: "0", 2: "two", 3: "3", 4: "4"}


def test_what_has_no_room_is_not_kept_and_pushes_nothing_out() -> None:
    recent: Recent[str, int] = Recent(10)
    recent.put("small", 1, 4)
    recent.put("great", 2, 11)
    assert recent.held(("small", "great")) == {"small": 1}
    recent.put("small", 3, 11)
    assert recent.get("small") is None
