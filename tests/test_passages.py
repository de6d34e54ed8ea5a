"""Passages are whole sentences, fit the budget, and cover every character of the article that is no page furniture."""

from __future__ import annotations

import bisect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.encoder import Encoder
from rag.furniture import furniture_name
from rag.passages import cut
from rag.schema import Article
from rag.sentences import paragraph_spans, sentence_spans


def word_starts(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]


def count(text: str, starts: list[int], start: int, end: int) -> int:
    return bisect.bisect_left(starts, end) - bisect.bisect_left(starts, start)


@given(st.text(alphabet=st.sampled_from("ab .!?\n\t\u00a0é🙂ا中。"), max_size=400), st.integers(1, 30))
def test_every_character_that_is_no_furniture_lies_in_exactly_one_passage(text: str, budget: int) -> None:
    pieces = cut(Article("id", "", text), word_starts, budget)
    covered = [0] * len(text)
    for piece in pieces:
        for position in range(piece.passage.start, piece.passage.end):
            covered[position] += 1
    furniture = {at for span in paragraph_spans(text) if furniture_name(text[slice(*span)]) for at in range(*span)}
    owed = [at for at, character in enumerate(text) if not character.isspace() and at not in furniture]
    assert all(covered[at] == 1 for at in owed)
    assert owed or any(covered) or not text.strip()
    assert max(covered, default=0) <= 1


@given(st.text(alphabet=st.sampled_from("ab .\n"), max_size=400), st.integers(1, 30))
def test_passages_fit_the_budget_and_hold_their_sentences(text: str, budget: int) -> None:
    starts = word_starts(text)
    for piece in cut(Article("id", "", text), word_starts, budget):
        assert count(text, starts, piece.passage.start, piece.passage.end) <= budget
        assert piece.sentences[0][0] == piece.passage.start
        assert piece.sentences[-1][1] == piece.passage.end
        assert all(a[1] <= b[0] for a, b in zip(piece.sentences, piece.sentences[1:], strict=False))


ARTICLE = """The council closed the bridge on Monday. Nobody was hurt.

Sign up for our morning newsletter and never miss a story

Residents take the ferry now, which costs nothing.

JUST WATCHED See the bridge from above Replay More Videos ... MUST WATCH See the bridge from above 01:29

$10,000

Follow Ivo Marn on Twitter: @ivomarn"""


def test_page_furniture_lies_in_no_passage_and_parts_those_beside_it() -> None:
    pieces = cut(Article("id", "", ARTICLE), word_starts, 100)
    assert [piece.passage.text for piece in pieces] == [
        "The council closed the bridge on Monday. Nobody was hurt.",
        "Residents take the ferry now, which costs nothing.",
        "$10,000",
    ]


@pytest.mark.parametrize(
    "article",
    [
        Article("id", "", "Support local journalism today!\n\nSubscribe now", kind="notice"),
        Article("id", "", "Read more\n\nSubscribe now"),
    ],
)
def test_a_notice_keeps_what_else_were_furniture_and_no_article_is_left_without_passages(article: Article) -> None:
    (piece,) = cut(article, word_starts, 100)
    assert piece.passage.text == article.text


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
