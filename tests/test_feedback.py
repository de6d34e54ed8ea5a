"""Ratings: kept as they were given, replaced by later ones, and never outliving what they quote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, Article, Assistant, Citation, LibraryError, QuestionError, Rating, Settings
from rag.feedback import LONGEST_NOTE, clear, problems, prune, rate, ratings
from rag.indexing import index
from rag.library import open_library
from rag.upkeep import remove, stats
from rag.verification import verify
from tests.rated import OPENS, SANK, change, files, holds, quoting, refusing, two_articles, write
from tests.steps import Hashing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_articles(tmp_path / "in")


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Path:
    index(tmp_path / "lib", Hashing(), [folder])
    return tmp_path / "lib"


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


def test_an_assistant_rates_what_it_answers(seed_library: Path, tmp_path: Path) -> None:
    library = Path(shutil.copytree(seed_library, tmp_path / "lib"))
    assistant = Assistant(Settings(library=library))
    answer = assistant.ask("Who is Perm's human rights commissioner?")
    follow_up = assistant.ask("When did he meet with refugees?", history=(answer,))
    refused = assistant.ask("Who won the chess championship in Reykjavik in 1972?")
    given = [assistant.rate(one, not one.refused, "so it is") for one in (answer, follow_up, refused)]
    assert all(isinstance(rating, Rating) for rating in given)
    assert assistant.ratings() == tuple(reversed(given))
    assert [rating.refused for rating in given] == [False, False, True]
    assert given[1].standalone == follow_up.standalone == "When did Igor Sapko meet with refugees?"
    assert [(quoted.start, quoted.end) for quoted in given[0].citations] == [
        (citation.start, citation.end) for citation in answer.citations
    ]
