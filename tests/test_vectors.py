"""Search by cosine under the caller's numbers: exact where there are few rows, near enough and rescored where many."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import Assistant, LibraryError, Settings
from rag.encoder import Encoder
from rag.indexing import index as index_files
from rag.library import open_library
from rag.manifest import read_manifest
from rag.opening import seeds
from rag.store import Store
from rag.vector_training import make_vectors
from rag.vectors import VectorIndex
from rag.verification import verify

ROOT = Path(__file__).parent.parent
Floats = NDArray[np.float32]
EXACT, QUANTISED = 10**9, 10
WIDTH, ARTICLE = 32, 5


class Rows:
    """Rows of articles of five passages, in groups as the passages of a subject are; numbers are multiples of three."""

    def __init__(self, count: int, seed: int = 7) -> None:
        draw = np.random.default_rng(seed)
        subjects = np.random.default_rng(1).normal(size=(40, WIDTH))
        rows = subjects[draw.integers(0, 40, count)] + 0.8 * draw.normal(size=(count, WIDTH))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self.held = dict(zip(range(3, 3 * count + 3, 3), rows.astype(np.float32), strict=True))

    def numbers(self) -> NDArray[np.int64]:
        """All numbers."""
        return np.array(list(self.held), dtype=np.int64)

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Some rows."""
        return np.stack([self.held[number] for number in numbers])

    def each_vector(self) -> Iterator[tuple[list[int], Floats]]:
        """All rows, 100 at a time."""
        every = list(self.held)
        for start in range(0, len(every), 100):
            yield every[start : start + 100], self.rows(every[start : start + 100])

    def sentence_rows(self, numbers: Sequence[int]) -> tuple[Floats, tuple[tuple[int, int], ...]]:
        """The rows, shaken."""
        rows = self.rows(numbers)
        rows = rows + 0.1 * np.random.default_rng(3).normal(size=rows.shape).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows, tuple((number - 3 * ARTICLE, number + 3 * ARTICLE) for number in numbers)

    def best(self, question: Floats, count: int) -> list[int]:
        """Numbers of the truly nearest rows."""
        order = np.argsort(-(self.rows(list(self.held)) @ question), kind="stable")[:count]
        return [list(self.held)[place] for place in order]


def questions(count: int) -> Floats:
    rows, _ = (source := Rows(count, seed=11)).sentence_rows(source.numbers().tolist())
    return rows


def recall(index: VectorIndex, source: Rows) -> float:
    asked = questions(100)
    return float(np.mean([len(set(index.search(q, 10)) & set(source.best(q, 10))) / 10 for q in asked]))


def made(source: Rows, file: Path, exact_up_to: int, earlier: VectorIndex | None = None) -> VectorIndex:
    make_vectors(source, WIDTH, lambda: earlier, exact_up_to=exact_up_to).save(file)
    return VectorIndex.open(file, source)


@pytest.mark.parametrize("exact_up_to", [EXACT, QUANTISED])
def test_search_finds_the_nearest_with_true_cosines_under_their_numbers(tmp_path: Path, exact_up_to: int) -> None:
    source = Rows(3000)
    index = made(source, tmp_path / "v.faiss", exact_up_to)
    assert (index.exact, len(index)) == (exact_up_to == EXACT, 3000)
    assert index.numbers().tolist() == list(source.held)
    assert recall(index, source) >= 0.98
    for question in questions(20):
        found = index.search(question, 10)
        assert len(found) == 10
        assert list(found.values()) == sorted(found.values(), reverse=True)
        for number, cosine in found.items():
            assert cosine == pytest.approx(float(source.held[number] @ question), abs=1e-5)
        assert index.cosines(question, [300, 3]) == pytest.approx(
            {number: float(source.held[number] @ question) for number in (300, 3)}, abs=1e-5
        )
    for numbers, rows in source.each_vector():
        assert index.holds(numbers, rows)
        assert not index.holds(numbers, rows[::-1])
    assert not index.holds([1], source.rows([3]))
    assert index.cosines(questions(1)[0], []) == {}


@pytest.mark.parametrize("exact_up_to", [EXACT, QUANTISED])
def test_a_later_index_holds_what_the_source_holds(tmp_path: Path, exact_up_to: int) -> None:
    source = Rows(3000)
    made(source, tmp_path / "v.faiss", exact_up_to)
    for number in list(source.held)[500:900]:
        del source.held[number]
    fresh = Rows(300, seed=5)
    source.held |= {number + 20_000: row for number, row in fresh.held.items()}
    earlier = VectorIndex.open(tmp_path / "v.faiss", writable=True)
    later = made(source, tmp_path / "w.faiss", exact_up_to, earlier)
    assert later.numbers().tolist() == list(source.held)
    assert later.lists == earlier.lists, "it was not trained again"
    assert recall(later, source) >= 0.98
    assert all(later.holds(numbers, rows) for numbers, rows in source.each_vector())


def test_an_index_is_trained_again_when_the_library_has_grown_or_changed_its_kind(tmp_path: Path) -> None:
    made(Rows(3000), tmp_path / "v.faiss", QUANTISED)
    lists = VectorIndex.open(tmp_path / "v.faiss").lists
    grown = Rows(6000)
    assert (
        made(grown, tmp_path / "w.faiss", QUANTISED, VectorIndex.open(tmp_path / "v.faiss", writable=True)).lists
        > lists
    )
    small = made(Rows(9), tmp_path / "s.faiss", QUANTISED, VectorIndex.open(tmp_path / "v.faiss", writable=True))
    assert small.exact
    assert not made(grown, tmp_path / "x.faiss", QUANTISED, VectorIndex.open(tmp_path / "s.faiss", writable=True)).exact


def test_an_index_is_trained_again_when_new_rows_do_not_fit_in(tmp_path: Path) -> None:
    source = Rows(3000)
    for row in source.held.values():
        row[WIDTH // 2 :] = 0  # the numbers that were trained on have no range here
        row /= np.linalg.norm(row)
    made(source, tmp_path / "v.faiss", QUANTISED)
    source.held |= {number + 20_000: row for number, row in Rows(100, seed=5).held.items()}
    later = made(source, tmp_path / "w.faiss", QUANTISED, VectorIndex.open(tmp_path / "v.faiss", writable=True))
    assert all(later.holds(numbers, rows) for numbers, rows in source.each_vector())
    assert recall(later, source) >= 0.98


def test_the_same_rows_make_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        made(Rows(2000), tmp_path / name, QUANTISED)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("apart", [0, 1e-7])
def test_copies_do_not_have_every_list_looked_into(tmp_path: Path, apart: float) -> None:
    source = Rows(5000)
    draw = np.random.default_rng(5)
    first = source.held[3]
    for number in list(source.held)[::50]:  # a hundred copies, a fiftieth of all
        source.held[number] = first + apart * draw.normal(size=WIDTH).astype(np.float32)
    index = made(source, tmp_path / "v.faiss", QUANTISED)
    assert index.looked_into < index.lists / 2
    assert recall(index, source) >= 0.98


@pytest.mark.parametrize("exact_up_to", [EXACT, 0])
def test_an_empty_index_and_a_small_one_give_what_they_have(tmp_path: Path, exact_up_to: int) -> None:
    assert made(Rows(0), tmp_path / "v.faiss", exact_up_to).search(questions(1)[0], 5) == {}
    one = made(Rows(1), tmp_path / "w.faiss", exact_up_to)
    assert list(one.search(questions(1)[0], 5)) == [3]
    assert one.search(questions(1)[0], 0) == {}


def test_threads_that_ask_at_once_get_their_own_cosines(tmp_path: Path) -> None:
    rows = Rows(300)
    index = VectorIndex(WIDTH)
    index.add(list(rows.held), np.stack(list(rows.held.values())))
    draw = np.random.default_rng(3)

    def asked(number: int) -> bool:
        wanted = np.random.default_rng(number).choice(rows.numbers(), 1 + number % 90, replace=False).tolist()
        told = index.cosines(rows.held[wanted[0]], wanted)
        return all(abs(told[each] - float(rows.held[each] @ rows.held[wanted[0]])) < 1e-5 for each in wanted)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(asked, draw.permutation(400).tolist()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_searches_on(tmp_path: Path) -> None:
    """It has none of the threads that its parent searched with. A child of this process would take its tests along."""
    code = f"""
import faulthandler, os
from pathlib import Path
import faiss
from tests.test_vectors import Rows, made, questions
faiss.omp_set_num_threads(2)
index, asked = made(Rows(300), Path({str(tmp_path)!r}) / "v.faiss", 0), questions(1)[0]
assert index.lists > 1
index.looked_into = index.lists
found = index.search(asked, 10)
child = os.fork()
if not child:
    faulthandler.dump_traceback_later(120, exit=True)
    assert index.search(asked, 10) == found
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    subprocess.run(command, cwd=ROOT, check=True, timeout=240)


def test_a_file_that_holds_no_index_is_said(tmp_path: Path) -> None:
    (tmp_path / "v.faiss").write_bytes(b"x" * 100)
    with pytest.raises(LibraryError, match="footnote verify"):
        VectorIndex.open(tmp_path / "v.faiss")


def write_articles(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    subjects = ("the harbour", "a bakery", "the choir", "a glacier", "the railway")
    texts = (
        f"Report {n} is about {subjects[n % 5]} in year {n}. Its second sentence counts {n} boats."
        for n in range(count)
    )
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(f"Report {number}\n\n{text}\n", encoding="utf-8")
    return folder


def test_a_quantised_library_answers_as_an_exact_one_through_its_life(encoder: Encoder, tmp_path: Path) -> None:
    folders = {EXACT: tmp_path / "exact", QUANTISED: tmp_path / "quantised"}
    asked = [encoder.embed_question(text) for text in ("the bakery in year 6", "How many boats?", "glacier 3")]
    for count in (36, 24, 40):  # made, shrunk, grown
        source = write_articles(tmp_path / "in", count)
        for file in sorted(source.iterdir()):
            if int(file.stem) >= count:
                file.unlink()
        for exact_up_to, folder in folders.items():
            index_files(folder, encoder, [source], sync=True, exact_up_to=exact_up_to)
            assert verify(folder, repair=False).problems == ()
        exact, quantised = (open_library(folder) for folder in folders.values())
        assert exact.manifest.passages == quantised.manifest.passages == count
        for vector in asked:
            near, true = quantised.dense(vector, 10), exact.dense(vector, count)
            assert len(set(near) & set(list(true)[:10])) >= 9
            assert near == pytest.approx({number: true[number] for number in near}, abs=1e-5)
            assert quantised.cosines(vector, list(true)) == pytest.approx(true, abs=1e-5)


def test_a_quantised_library_gives_the_answer_of_an_exact_one(
    assistant: Assistant, encoder: Encoder, tmp_path: Path
) -> None:
    index_files(tmp_path / "lib", encoder, [seeds()], exact_up_to=1)
    assert not VectorIndex.open(next((tmp_path / "lib").rglob("vectors.faiss"))).exact
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    answer, right = Assistant(Settings(library=tmp_path / "lib")).ask(question), assistant.ask(question)
    assert (answer.text, answer.citations) == (right.text, right.citations)


def test_a_damaged_vector_is_said_when_a_quantised_search_meets_it(encoder: Encoder, tmp_path: Path) -> None:
    import sqlite3

    index_files(tmp_path / "lib", encoder, [write_articles(tmp_path / "in", 30)], exact_up_to=QUANTISED)
    connection = sqlite3.connect(next((tmp_path / "lib").rglob("articles.sqlite")))
    connection.execute("UPDATE vectors SET whole = zeroblob(length(whole)) WHERE passage = 7")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match=r"damaged \(the vector of a passage"):
        open_library(tmp_path / "lib").dense(encoder.embed_question("Report 7"), 30)


def test_a_quantised_index_of_other_rows_is_found_and_made_again(encoder: Encoder, tmp_path: Path) -> None:
    from dataclasses import asdict

    from rag.files import sha256, write_json

    folder = tmp_path / "lib"
    index_files(folder, encoder, [write_articles(tmp_path / "in", 30)], exact_up_to=QUANTISED)
    file = next(folder.rglob("vectors.faiss"))
    store = Store(file.parent / "articles.sqlite")
    index = VectorIndex.open(file, writable=True)
    ((numbers, rows),) = store.each_vector()
    index.remove(np.array(numbers))
    index.add(numbers, rows[::-1])
    index.save(file)
    manifest = read_manifest(folder)
    assert manifest is not None
    write_json(folder / "manifest.json", asdict(manifest) | {"hashes": {**manifest.hashes, file.name: sha256(file)}})
    assert "are not those of the passages" in verify(folder).problems[0]
    assert verify(folder).problems == ()
