"""BM25 over stems; any word may match, nothing in a question is syntax."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from rag.lexical import WordIndex, Words, _of_the_disk

TEXTS = [
    (3, "Refugees arrived in the region"),
    (8, "The tribunal in The Hague"),
    (5, "Zürich houses, houses and houses"),
]


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    index = WordIndex(tmp_path, create=True)
    index.add(TEXTS)
    return index


def test_words_are_found_by_their_stem_without_case_or_accents(index: WordIndex) -> None:
    assert list(index.search("a REFUGEE?", 10)) == [3]
    assert list(index.search("zurich house", 10)) == [5]


def test_nothing_in_a_question_is_syntax(index: WordIndex) -> None:
    for question in (
        '"unclosed',
        "a AND (b OR",
        "field:value",
        "*",
        "hague^9 -tribunal",
        "\x00 \ud7ff 🙂",
        "../../etc",
    ):
        index.search(question, 10)
    assert list(index.search("-hague", 10)) == [8]


def test_no_words_and_no_hits_find_nothing(index: WordIndex, tmp_path: Path) -> None:
    assert index.search("?!", 10) == {}
    assert index.search("submarine", 10) == {}
    (tmp_path / "empty").mkdir()
    assert WordIndex(tmp_path / "empty", create=True).search("house", 10) == {}


def test_among_many_texts_words_that_most_hold_do_not_count(index: WordIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.add([(9, "The tribunal arrived"), (10, "The end of the region")])
    few = index.search("the tribunal", 10)
    assert set(few) == {3, 8, 9, 10}
    monkeypatch.setattr("rag.lexical._MANY", len(index) - 1)
    assert index.search("the tribunal", 10) == index.search("tribunal", 10) != few
    assert list(index.search("the tribunal", 10)) == list(few)[:2]
    assert set(index.search("the", 10)) == {3, 8, 9, 10}  # or nothing would be found


def test_an_index_is_found_again(index: WordIndex, tmp_path: Path) -> None:
    assert WordIndex(tmp_path).search("tribunal", 10) == index.search("tribunal", 10)


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_an_index_that_may_not_be_written_is_searched_and_leaves_nothing_behind(
    index: WordIndex, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder stands where a file would be locked, which no user can write."""
    index.add([(9, "A house in The Hague"), (10, "The tribunal of refugees")])  # in a part of its own
    (tmp_path / ".tantivy-meta.lock").unlink(missing_ok=True)
    (tmp_path / ".tantivy-meta.lock").mkdir()
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    found = WordIndex(tmp_path)
    assert list(scratch.iterdir()) == []
    for question in ("tribunal", "house region", "refugees in zurich"):
        assert found.search(question, 10) == index.search(question, 10) != {}
    assert found.rarity(["hous"]) == index.rarity(["hous"])


def test_rare_words_weigh_more(index: WordIndex) -> None:
    rarity = index.rarity(Words().terms("the tribunal of nobody"))
    assert rarity["nobodi"] > rarity["tribun"] > rarity["the"] > 0


@pytest.mark.parametrize(
    ("told", "of_the_disk"),
    [
        ("An error occurred in a thread: 'An index writer was killed.. A worker thread encountered an error (io::Error "
         "most likely) or panicked.'", True),
        ('IO Error: Custom { kind: StorageFull, message: "No space left on device" }', True),
        ("Schema error: 'words is not a field'", False),
    ],
)  # fmt: skip
def test_what_a_full_disk_does_to_the_writer_is_told_from_other_errors(told: str, of_the_disk: bool) -> None:
    assert _of_the_disk(ValueError(told)) is of_the_disk
