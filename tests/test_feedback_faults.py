"""Ratings when processes die, meet or find a damaged file: whole or not at all, and said in a line."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from rag import LibraryError, RagError, feedback
from rag.feedback import clear, problems, prune, rate, ratings
from rag.feedback_file import FEEDBACK, FeedbackFile
from rag.indexing import index
from rag.library import open_library
from rag.publishing import draft
from rag.store import Store
from rag.upkeep import stats
from rag.verification import verify
from tests.rated import OPENS, SANK, change, files, holds, quoting, refusing, two_articles
from tests.steps import Hashing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_articles(tmp_path / "in")


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Path:
    index(tmp_path / "lib", Hashing(), [folder])
    return tmp_path / "lib"


def test_a_run_that_died_before_it_pruned_is_mended_by_the_next(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(library, quoting(library, SANK), True)
    with monkeypatch.context() as dying:
        dying.setattr("rag.publishing.prune", lambda _: None)
        change(library, folder)
    assert holds(library, "Anholt")
    again = index(library, Hashing(), [folder])
    assert (again.changed, again.unchanged) == (0, 2)
    assert not holds(library, "Anholt")


def test_ratings_let_go_although_an_earlier_generation_cannot_be_deleted(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(library, quoting(library, SANK), True)
    with monkeypatch.context() as shut:
        shut.setattr(shutil, "rmtree", lambda place, ignore_errors=False: None)
        with pytest.raises(LibraryError, match="could not be deleted"):
            change(library, folder)
    assert [rating.answer for rating in ratings(library)] == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_process_may_die_at_any_step_of_rating_or_pruning(library: Path, folder: Path) -> None:
    answer = quoting(library, SANK)
    rate(library, answer, True)
    with pytest.MonkeyPatch.context() as dying:
        dying.setattr("rag.publishing.prune", lambda _: None)
        change(library, folder)
    works: tuple[tuple[Callable[[], object], Callable[[], bool]], ...] = (
        (partial(prune, library), lambda: not holds(library, "Anholt")),
        (partial(rate, library, refusing("Who?"), True), lambda: len(ratings(library)) == 2),
    )
    for work, done in works:
        kept, step = files(library), 0
        while True:
            step += 1
            shutil.rmtree(library)
            for file, data in kept.items():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            if not dies(work, step):
                break
            assert problems(library) == ()
            assert [rating.question for rating in ratings(library)][-1] == answer.question
            work()
            assert done()
        assert step > 5


def dies(work: Callable[[], object], step: int) -> bool:
    """Do something in a process of its own that is killed before a step; returns whether it came that far."""
    child = os.fork()
    if not child:
        steps = 0

        def count(frame: object, event: str, called: object) -> None:
            nonlocal steps
            if event == "c_call" and getattr(called, "__name__", "") in ("execute", "close", "connect"):
                steps += 1
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.setprofile(count)
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def rate_many(library: Path, first: int) -> None:
    for n in range(first, first + 10):
        rate(library, refusing(f"Question {n}?"), n % 2 == 0)


def test_threads_and_processes_rate_at_once_while_another_publishes(library: Path, folder: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    processes = [fork.Process(target=rate_many, args=(library, first)) for first in (0, 10)]
    for process in processes:
        process.start()
    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(rate_many, library, first) for first in (20, 30)]
        working.append(pool.submit(change, library, folder))
        for work in working:
            work.result()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert {rating.question for rating in ratings(library)} == {f"Question {n}?" for n in range(40)}
    assert problems(library) == ()


def test_a_rating_waits_for_a_writer_but_not_for_the_indexing_of_articles(library: Path) -> None:
    with draft(library, Hashing()):
        rate(library, refusing(), True)
    assert len(ratings(library)) == 1


@pytest.mark.parametrize("searching", ["pruning", "rating"])
def test_a_rating_does_not_wait_until_all_articles_were_searched(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, searching: str
) -> None:
    """As among many they are for a minute; another process would wait a third of that, and be told of a locked file."""
    follow_up = refusing("And where is she?", "And where is Xanthippe Vrold's?")
    rate(library, follow_up, False)
    monkeypatch.setattr("rag.feedback_file._PATIENCE", 0.1)
    gone, came = feedback._gone, list[str]()

    def slowly(store: Store, phrases: set[str]) -> set[str]:
        if phrases and not came:
            came.append("Another?")
            rate(library, refusing("Another?"), True)
        return gone(store, phrases)

    monkeypatch.setattr(feedback, "_gone", slowly)
    if searching == "pruning":
        change(library, folder)
        assert not holds(library, "Vrold")
    else:
        rate(library, follow_up, True)
    assert {rating.question for rating in ratings(library)} == {"Another?", follow_up.question}


def test_what_is_published_while_a_rating_is_compared_is_compared_with_it(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, follow_up = quoting(library, SANK), refusing("And where is she?", "And where is Xanthippe Vrold's?")
    begin, published = FeedbackFile.begin, list[Path]()

    def publishing(file: FeedbackFile) -> None:
        if not published:
            published.append(library)
            change(library, folder)
        begin(file)

    monkeypatch.setattr(FeedbackFile, "begin", publishing)
    with pytest.raises(LibraryError, match="has changed since it was quoted"):
        rate(library, answer, True)
    index(library, Hashing(), [two_articles(folder)])
    published.clear()
    rate(library, follow_up, True)
    assert not holds(library, "Vrold")


def test_a_rating_that_another_process_holds_up_for_too_long_is_told(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(library, refusing(), True)
    monkeypatch.setattr("rag.feedback_file._PATIENCE", 0.1)
    holding = sqlite3.connect(library / FEEDBACK, isolation_level=None)
    holding.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LibraryError, match=r"database is locked.*no other process holds the file"):
        rate(library, refusing("Another?"), True)
    with pytest.raises(LibraryError, match="database is locked"):
        clear(library)
    holding.close()
    assert len(ratings(library)) == 1


@pytest.mark.parametrize("damage", ["truncate", "flip", "garbage", "empty", "other", "version", "folder"])
def test_a_damaged_file_is_said_and_harms_nothing_else(library: Path, folder: Path, damage: str) -> None:
    for n in range(12):
        rate(library, replace(quoting(library, SANK), question=f"Question {n}?"), True)
    sound, file, rng = ratings(library), library / FEEDBACK, random.Random(7)
    whole = file.read_bytes()
    for _ in range(40 if damage == "flip" else 1):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        shutil.rmtree(file) if file.is_dir() else file.unlink()
        kinds = {"truncate": whole[: len(whole) // 2], "flip": bytes(data), "garbage": b"\x07" * 9000, "empty": b""}
        file.write_bytes(kinds.get(damage, whole))
        if damage == "folder":
            file.unlink()
            file.mkdir()
        if damage in ("other", "version"):
            connection = sqlite3.connect(file)
            connection.execute("PRAGMA user_version = 9" if damage == "version" else "DROP TABLE ratings")
            connection.commit()
            connection.close()
        try:
            found = ratings(library)
        except LibraryError as error:
            assert damage != "empty"
            assert "\n" not in str(error)
            assert FEEDBACK in str(error)
            if damage != "folder":
                assert "footnote feedback --clear" in str(error)
                assert [problem.count("\n") for problem in problems(library)] == [0]
                assert not verify(library).sound
                assert (stats(library).helpful, stats(library).unhelpful) == (None, None)
        else:
            assert found == (() if damage == "empty" else sound)
        assert open_library(library).articles()
    if damage not in ("flip", "empty"):
        with pytest.raises(LibraryError, match=FEEDBACK):
            change(library, folder)
        assert open_library(library).manifest.generation == 2
    if damage not in ("flip", "empty", "folder"):
        assert clear(library) is None
        assert not file.exists()
        assert rate(library, quoting(library, OPENS), True) == ratings(library)[0]
        assert verify(library).sound


def test_a_damaged_index_is_mended_beside_damaged_ratings(library: Path) -> None:
    rate(library, refusing(), False)
    (library / FEEDBACK).write_bytes(b"\x07" * 9000)
    next(library.rglob("vectors.faiss")).unlink()
    with pytest.raises(RagError, match="footnote feedback --clear"):
        verify(library)
    assert open_library(library).articles()
    assert [problem for problem in verify(library).problems if FEEDBACK not in problem] == []
    assert clear(library) is None
    assert verify(library).problems == ()
