"""Candidates are sentences of the found passages, each once, with and without a reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.encoder import Encoder
from rag.evidence import SENTENCES, WINDOWS, Candidate, gather
from rag.library import Library, open_library
from rag.reader import ANSWERS, open_reader
from rag.retrieval import retrieve

QUESTIONS = (
    "Who met with refugees at the accommodation center?",
    "Which countries are expected to join?",
    "????",
    "What is the boiling point of tungsten?",
)


def candidates(library: Library, encoder: Encoder, question: str, reader: str) -> tuple[Candidate, ...]:
    vector = encoder.embed_question(question)
    return gather(question, vector, retrieve(library, question, vector, 20), library, open_reader(reader))


@pytest.mark.parametrize("reader", ["default", "none"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_candidates_are_whole_sentences_each_once(
    seed_library: Path, encoder: Encoder, question: str, reader: str
) -> None:
    library = open_library(seed_library)
    found = candidates(library, encoder, question, reader)
    assert 0 < len(found) <= (SENTENCES if reader == "none" else WINDOWS * ANSWERS)
    assert len({(candidate.article.id, candidate.start) for candidate in found}) == len(found)
    for candidate in found:
        starts = {start for start, _ in candidate.found.stored.sentences}
        ends = {end for _, end in candidate.found.stored.sentences}
        assert candidate.start in starts
        assert candidate.end in ends
        assert candidate.answer in candidate.text
        assert 0 <= candidate.features["overlap"] <= 1
        assert 0 <= candidate.features["coverage"] <= 1
        assert (candidate.short is None) == (reader == "none") == (candidate.read is None)


def test_the_reader_points_at_the_words(seed_library: Path, encoder: Encoder) -> None:
    found = candidates(open_library(seed_library), encoder, QUESTIONS[0], "default")
    best = max(found, key=lambda candidate: candidate.features["reader"])
    assert "Sapko" in best.answer


def test_no_passages_no_candidates(seed_library: Path, encoder: Encoder) -> None:
    library = open_library(seed_library)
    assert gather("Who?", encoder.embed_question("Who?"), (), library, open_reader("default")) == ()
    assert gather("Who?", encoder.embed_question("Who?"), (), library, None) == ()
