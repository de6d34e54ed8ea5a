"""Ratings: kept whole or not at all, replaced by later ones, and never outliving what they quote."""

from __future__ import annotations

import json
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

from rag import Answer, Article, Assistant, Citation, LibraryError, QuestionError, RagError, Rating, Settings
from rag.feedback import LONGEST_NOTE, clear, problems, prune, rate, ratings
from rag.feedback_file import FEEDBACK
from rag.indexing import index
from rag.library import open_library
from rag.publishing import draft
from rag.upkeep import remove, stats
from rag.verification import verify
from tests.steps import Hashing

SANK = "The ferry to Anholt sank on Monday."
OPENS = "The bridge at Aggersund opens in June."


def write(folder: Path, name: str, text: str, **record: object) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"id": name, "title": name.title(), "text": text, **record}), encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in", "ferry", f"{SANK} Nobody was hurt, Captain Xanthippe Vrold says.")
    write(tmp_path / "in", "bridge", f"{OPENS} It is new.")
    return tmp_path / "in"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Path:
    index(tmp_path / "lib", Hashing(), [folder])
    return tmp_path / "lib"


def quoting(library: Path, *quotes: str, question: str = "What happened?", standalone: str = "") -> Answer:
    """An answer of quotes, each cited from the article that holds it."""
    citations = []
    for number, quote in enumerate(quotes, start=1):
        (article,) = (article for article in open_library(library).articles() if quote in article.text)
        start = article.text.index(quote)
        citations.append(Citation(number, article, start, start + len(quote)))
    text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    return Answer(question, standalone or question, text, None, False, 0.75, tuple(citations))


def refusing(question: str = "Who won?", standalone: str = "") -> Answer:
    return Answer(question, standalone or question, "The articles do not answer this question.", None, True, 0.1)


def holds(library: Path, words: str) -> bool:
    """Whether any file of the library has the bytes of some words."""
    return any(words.encode() in file.read_bytes() for file in library.rglob("*") if file.is_file())


def files(library: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in library.rglob("*") if file.is_file()}


def test_a_rating_is_kept_as_it_was_given(library: Path) -> None:
    answer = quoting(library, SANK, OPENS, question="What happened, \x00 and “where”? 😀 שלום")
    given = rate(library, answer, True, "Just what I \x1b[31m needed; Robert'); DROP TABLE ratings")
    (kept,) = ratings(library)
    assert kept == given
    assert (kept.question, kept.answer, kept.confidence, kept.refused) == (answer.question, answer.text, 0.75, False)
    assert (kept.helpful, kept.generation) == (True, 1)
    assert kept.rated.endswith("+00:00")
    texts = {article.id: article.text for article in open_library(library).articles()}
    assert [texts[quoted.article][quoted.start : quoted.end] for quoted in kept.citations] == [SANK, OPENS]
    assert json.loads(json.dumps(kept.to_dict()))["citations"][0]["article"] == "ferry"


def test_nothing_is_kept_of_an_answer_that_was_not_rated(library: Path) -> None:
    before = files(library)
    assert ratings(library) == ()
    assert problems(library) == ()
    assert clear(library) == 0
    prune(library)
    assert files(library) == before


def test_the_newest_come_first_and_the_same_answer_again_replaces_what_was_said(library: Path) -> None:
    one, other = quoting(library, SANK), quoting(library, OPENS)
    rate(library, one, True)
    rate(library, other, False)
    rate(library, refusing(), False)
    rate(library, replace(one, confidence=0.5, timings={"total": 1.0}), False, "wrong ferry")
    assert [(rating.answer, rating.helpful) for rating in ratings(library)] == [
        (one.text, False),
        (refusing().text, False),
        (other.text, False),
    ]
    assert ratings(library)[0].note == "wrong ferry"
    rate(library, replace(one, question="And what else?"), True)
    assert len(ratings(library)) == 4


def test_a_note_has_a_longest_length_and_asking_back_is_no_answer(library: Path) -> None:
    rate(library, refusing(), True, "x" * LONGEST_NOTE)
    with pytest.raises(QuestionError, match="the note has 2,001 characters"):
        rate(library, refusing(), True, "x" * (LONGEST_NOTE + 1))
    with pytest.raises(QuestionError, match="choose one"):
        rate(library, replace(refusing(), readings=("What did A say?", "What did B say?")), True)
    assert len(ratings(library)) == 1


def test_without_a_library_there_are_no_ratings(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library in"):
        rate(tmp_path / "none", refusing(), True)
    with pytest.raises(LibraryError, match="no library in"):
        ratings(tmp_path / "none")
    with pytest.raises(LibraryError, match="no library in"):
        clear(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def change(library: Path, folder: Path) -> None:
    write(folder, "ferry", "The ferry to Samsø came in on time.")
    assert index(library, Hashing(), [folder]).changed == 1


def take_away(library: Path, folder: Path) -> None:
    assert remove(library, ["ferry"]) == 1


def follow(library: Path, folder: Path) -> None:
    (folder / "ferry.json").unlink()
    assert index(library, Hashing(), [folder], sync=True).removed == 1


@pytest.mark.parametrize("let_go", [change, take_away, follow])
def test_what_a_rating_quotes_goes_with_the_article(
    library: Path, folder: Path, let_go: Callable[[Path, Path], None]
) -> None:
    rate(library, quoting(library, SANK, question="What sank?"), True, "good")
    rate(library, quoting(library, OPENS, SANK), False)
    rate(library, quoting(library, OPENS), True)
    rate(library, refusing("And where is she?", "And where is Xanthippe Vrold's?"), False)
    assert holds(library, "Anholt")
    assert holds(library, "Vrold")
    let_go(library, folder)
    for words in ("Anholt", "anholt", "Vrold", "vrold"):
        assert not holds(library, words)
    she, opens, both, sank = ratings(library)
    assert (sank.question, sank.answer, sank.helpful, sank.note, sank.citations) == (
        "What sank?", None, True, "good", (),
    )  # fmt: skip
    assert (both.answer, both.helpful) == (None, False)
    assert (opens.answer, opens.helpful) == (f"{OPENS} [1]", True)
    assert len(opens.citations) == 1
    assert (she.standalone, she.answer) == ("And where is she?", refusing().text)
    assert problems(library) == ()


def test_what_stays_in_the_library_stays_in_the_ratings(library: Path, folder: Path) -> None:
    rate(library, quoting(library, SANK, question="And she?", standalone="And Xanthippe Vrold?"), True)
    before = ratings(library)
    assert before[0].standalone == "And Xanthippe Vrold?"
    write(folder, "mill", "The mill of Dybbøl turns.")
    index(library, Hashing(), [folder])
    assert remove(library, ["bridge"]) == 1
    assert ratings(library) == before


def test_many_ratings_leave_no_trace(library: Path, folder: Path) -> None:
    """Pages of the file are split, filled anew and let go of."""
    sank = quoting(library, SANK)
    for n in range(60):
        rate(library, replace(sank, question=f"What sank on day {n}?"), n % 2 == 0, "note " * (n % 40))
    take_away(library, folder)
    assert not holds(library, "Anholt")
    assert len(ratings(library)) == 60
    assert sum(rating.helpful for rating in ratings(library)) == 30


def test_an_answer_from_before_a_change_is_not_rated(library: Path, folder: Path) -> None:
    answer = quoting(library, SANK)
    follow_up = refusing("And where is she?", "And where is Xanthippe Vrold?")
    change(library, folder)
    with pytest.raises(LibraryError, match="article 'ferry' has changed since it was quoted: ask again"):
        rate(library, answer, True)
    assert rate(library, follow_up, False).standalone == follow_up.question
    assert not holds(library, "Anholt")
    assert not holds(library, "Vrold")


def test_an_article_that_was_never_there_cannot_be_quoted(library: Path) -> None:
    planted = Article("planted", "", "Words of no article.")
    with pytest.raises(LibraryError, match="ask again"):
        rate(library, Answer("Q?", "Q?", "Words. [1]", None, False, 0.9, (Citation(1, planted, 0, 5),)), True)
    assert ratings(library) == ()


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


def test_ratings_are_cleared(library: Path) -> None:
    rate(library, quoting(library, SANK), True, "a note of Quillon")
    rate(library, refusing(), False)
    assert clear(library) == 2
    assert ratings(library) == ()
    assert not holds(library, "Quillon")
    assert verify(library).sound


def test_verify_and_stats_tell_of_ratings(library: Path) -> None:
    assert (stats(library).helpful, stats(library).unhelpful) == (0, 0)
    rate(library, quoting(library, SANK), True)
    rate(library, refusing(), False)
    rate(library, refusing("Who lost?"), False)
    assert (stats(library).helpful, stats(library).unhelpful) == (1, 2)
    before = files(library)
    assert verify(library).sound
    assert files(library) == before
    next(library.rglob("vectors.faiss")).unlink()
    assert verify(library).repaired
    assert len(ratings(library)) == 3


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


def test_an_assistant_rates_what_it_answers(seed_library: Path, tmp_path: Path) -> None:
    library = Path(shutil.copytree(seed_library, tmp_path / "lib"))
    assistant = Assistant(Settings(library=library))
    answer = assistant.ask("How many Syrian refugees have arrived in the Perm region since February?")
    follow_up = assistant.ask("Who met with them?", history=(answer,))
    refused = assistant.ask("Who won the chess championship in Reykjavik in 1972?")
    given = [assistant.rate(one, not one.refused, "so it is") for one in (answer, follow_up, refused)]
    assert all(isinstance(rating, Rating) for rating in given)
    assert assistant.ratings() == tuple(reversed(given))
    assert [rating.refused for rating in given] == [False, False, True]
    assert given[1].standalone == follow_up.standalone
    assert [(quoted.start, quoted.end) for quoted in given[0].citations] == [
        (citation.start, citation.end) for citation in answer.citations
    ]
