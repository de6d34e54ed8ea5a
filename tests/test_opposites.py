"""A word that stands as its opposite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.opposites import opposite_words


@pytest.mark.parametrize(
    ("sentence", "text", "words"),
    [
        ("The eastern bank was flooded.", "The western bank was flooded.", ("eastern",)),
        ("Sales rose in May.", "Sales fell in May.", ("rose",)),
        ("It shut before the fair was held.", "It shut after the fair was held.", ("before",)),
        ("Although it rained, many came.", "Because it rained, many came.", ("although",)),
        ("It was the smallest hall.", "It was the largest hall in town.", ("smallest",)),
        ("His mother won.", "Her mother lost.", ()),
        ("The committee voted, and most won.", "The committee voted, and most lost.", ("won",)),
        # What stands elsewhere, or stands there besides, is no opposite.
        ("Otters live north of the river.", "Otters live south of the river, and seals north of it.", ()),
        ("Neither won nor lost, the team left.", "The team lost.", ()),
        ("The eastern bank was flooded.", "Of the two banks that was flooded which is western.", ()),
        ("Sales rose.", "", ()),
        ("Rose.", "Fell.", ()),
    ],
)
def test_a_word_is_compared_with_what_stands_in_its_place(sentence: str, text: str, words: tuple[str, ...]) -> None:
    assert opposite_words(sentence, text) == words


@given(st.text(max_size=200))
def test_no_text_is_its_own_opposite(text: str) -> None:
    assert opposite_words(text, text) == ()
