"""Passages are whole sentences, fit the budget, and cover every character of the article."""

from __future__ import annotations

import bisect
import re

from hypothesis import given
from hypothesis import strategies as st

from rag.encoder import Encoder
from rag.passages import cut
from rag.schema import Article
from rag.sentences import sentence_spans


def word_starts(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]


def count(text: str, starts: list[int], start: int, end: int) -> int:
    return bisect.bisect_left(starts, end) - bisect.bisect_left(starts, start)


@given(st.text(alphabet=st.sampled_from("ab .!?\n\t\u00a0é🙂ا中。"), max_size=400), st.integers(1, 30))
def test_every_character_lies_in_exactly_one_passage(text: str, budget: int) -> None:
    pieces = cut(Article("id", "", text), word_starts, budget)
    covered = [0] * len(text)
    for piece in pieces:
        for position in range(piece.passage.start, piece.passage.end):
            covered[position] += 1
    assert all(times == 1 for times, character in zip(covered, text, strict=True) if not character.isspace())
    assert max(covered, default=0) <= 1


@given(st.text(alphabet=st.sampled_from("ab .\n"), max_size=400), st.integers(1, 30))
def test_passages_fit_the_budget_and_hold_their_sentences(text: str, budget: int) -> None:
    starts = word_starts(text)
    for piece in cut(Article("id", "", text), word_starts, budget):
        assert count(text, starts, piece.passage.start, piece.passage.end) <= budget
        assert piece.sentences[0][0] == piece.passage.start
        assert piece.sentences[-1][1] == piece.passage.end
        assert all(a[1] <= b[0] for a, b in zip(piece.sentences, piece.sentences[1:], strict=False))


def test_a_sentence_that_fits_is_never_divided() -> None:
    text = "One two three. Four five. Six seven eight nine. Ten. Eleven twelve thirteen."
    pieces = cut(Article("id", "", text), word_starts, 9)
    assert [span for piece in pieces for span in piece.sentences] == list(sentence_spans(text))


def test_passages_of_one_article_are_of_about_the_same_length() -> None:
    text = " ".join(f"Sentence number {number} is here." for number in range(21))
    lengths = [len(piece.sentences) for piece in cut(Article("id", "", text), word_starts, 60)]
    assert max(lengths) - min(lengths) <= 1


def test_the_encoder_counts_past_its_own_limit(encoder: Encoder) -> None:
    list(encoder.embed_passages([]))
    encoder.embed_question("warm up: this switches truncation on inside the model's tokenizer")
    assert len(encoder.token_starts("word " * 5000)) == 5000
