"""One test body over vectors alone, words alone and both, with an empty question and a library of one passage."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.encoder import Encoder
from rag.indexing import index
from rag.library import Library, open_library
from rag.retrieval import WEIGHTS, WEIGHTS_OF_A_FOLLOW_UP, Earlier, Weights, retrieve, search_words


@pytest.fixture
def library(seed_library: Path) -> Library:
    return open_library(seed_library)


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0.5, 0.5), (0.4, 0.3, 0.3)])
def test_the_passage_that_answers_comes_first(library: Library, encoder: Encoder, weights: Weights) -> None:
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    found = retrieve(library, question, encoder.embed_question(question), 4, weights=weights)
    assert "150 refugees" in found[0].stored.passage.text
    assert [item.hit.score for item in found] == sorted((item.hit.score for item in found), reverse=True)
    assert len({item.stored.number for item in found}) == len(found) == 4


def test_scores_and_ranks_say_which_search_found_what(library: Library, encoder: Encoder) -> None:
    question = "Sapko doctors teachers"
    found = retrieve(library, question, encoder.embed_question(question), 50)
    assert len(found) == library.manifest.passages
    assert all(0 <= item.hit.score <= 1 and -1 <= item.cosine <= 1.001 for item in found)
    assert sorted(item.hit.dense_rank for item in found if item.hit.dense_rank) == list(range(1, len(found) + 1))
    worded = search_words(library, question, 50).passages
    assert all((item.hit.lexical_rank is None) == (item.stored.number not in worded) for item in found)


@pytest.mark.parametrize("question", ["?!", "zzz qqq", "the"])
def test_questions_without_content_still_find_the_nearest(library: Library, encoder: Encoder, question: str) -> None:
    assert len(retrieve(library, question, encoder.embed_question(question), 3)) == 3


def test_a_library_of_one_passage(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The lighthouse keeper of Ardmore is Nora Quill.", encoding="utf-8")
    index(tmp_path / "lib", encoder, [tmp_path / "a.txt"])
    library = open_library(tmp_path / "lib")
    (found,) = retrieve(library, "Who keeps the lighthouse?", encoder.embed_question("Who keeps the lighthouse?"), 10)
    assert found.hit.dense_rank == 1


def test_the_whole_article_tells_what_its_passages_are_about(encoder: Encoder, tmp_path: Path) -> None:
    """A sentence that fits two articles alike is looked for in the one that is about what was asked."""
    same = "The chairman said that the budget had been cut by a third.\n\n"
    for town in ("Ardmore", "Brodno"):
        filler = f"The harbour of {town} was rebuilt after the storm, and its ferries sail again. " * 12
        (tmp_path / f"{town}.txt").write_text(f"{filler}\n\n{same * 6}\n\n{filler}", encoding="utf-8")
    index(tmp_path / "lib", encoder, [tmp_path])
    library = open_library(tmp_path / "lib")
    question = "By how much was the budget cut in Brodno?"
    found = retrieve(library, question, encoder.embed_question(question), 20)
    cut = [item.hit.passage for item in found if "budget" in item.hit.passage.text]
    assert "Brodno" in cut[0].article.text
    wholes = library.articles_lexical(question, 10)
    rows = library.article_rows(item.stored.number for item in found)
    assert set(rows) == {item.stored.number for item in found}
    assert next(iter(wholes)) == rows[next(item.stored.number for item in found if item.hit.passage == cut[0])]


def test_the_whole_article_counts_unless_the_question_goes_on_from_what_was_said(
    library: Library, encoder: Encoder
) -> None:
    """Of an earlier text that counts for next to nothing no more is to be seen than that."""
    question, text = "How many refugees are there in Perm?", "What is the Council of Europe?"
    vector, said = encoder.embed_question(question), encoder.embed_question(text)

    def found(weight: float, weights: Weights | None = None) -> list[float]:
        earlier = (Earlier(text, said, weight),) if weight else ()
        return [item.hit.score for item in retrieve(library, question, vector, 5, earlier, weights)]

    assert found(0.05) == found(0.05, WEIGHTS) != found(0.05, WEIGHTS_OF_A_FOLLOW_UP)
    assert found(0.15) == found(0.15, WEIGHTS_OF_A_FOLLOW_UP) != found(0.15, WEIGHTS)
    assert found(0.0) == found(0.0, WEIGHTS)


def test_words_that_were_looked_for_before_change_nothing(library: Library, encoder: Encoder) -> None:
    question = "Which countries are expected to join the tribunal?"
    vector = encoder.embed_question(question)
    ahead = retrieve(library, question, vector, 5, worded=search_words(library, question, 5))
    assert [item.hit for item in ahead] == [item.hit for item in retrieve(library, question, vector, 5)]
