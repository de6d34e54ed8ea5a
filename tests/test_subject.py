"""Whether a sentence is about what its source is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.subject import is_beside, opening_name


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Ardmore Bay is a town.", "Ardmore Bay"),
        ("The University of Ardmore is old.", "University of Ardmore"),
        ("NATO agreed.", "NATO"),
        ("Ardmore's tower fell.", ""),
        ("The Harpers' first song was long.", ""),
        ("High towers fall.", ""),
        ("It fell in Ardmore.", ""),
        ("", ""),
    ],
)
def test_the_name_that_a_sentence_begins_with(sentence: str, name: str) -> None:
    assert opening_name(sentence) == name


def test_a_first_word_in_capitals_is_a_name_where_it_is_known_to_be_one() -> None:
    assert opening_name("Ardmore fell.") == ""
    assert opening_name("Ardmore fell.", {"ardmore"}) == "Ardmore"


@pytest.mark.parametrize(
    ("sentence", "text", "beside"),
    [
        ("Ardmore Bay fell.", "The tower of Ardmore Bay fell.", True),
        ("Ardmore Bay fell.", "The tower of the old Ardmore Bay fell.", False),  # "old" might belong to the name
        ("Ardmore Bay fell.", "The tower of the Ardmore Bay fell.", True),
        ("Ardmore Bay fell.", "Ardmore Bay's tower fell.", True),
        ("Ardmore Bay fell.", "Ardmore Bay fell, and so did the tower of Ardmore Bay.", False),
        ("Ardmore Bay fell.", "In the end, Ardmore Bay fell.", False),
        ("Ardmore Bay sent ships.", "Ships were sent by Ardmore Bay.", False),
        ("The tower fell.", "The stairs of the tower fell.", False),
        ("Ardmore Bay fell.", "A storm came.", False),
        ("The Last Season is a film by Ann Bo.", "The third part of The Last Season was by Ann Bo.", True),
    ],
)  # fmt: skip
def test_a_name_beside_what_is_spoken_of_is_not_what_is_spoken_of(sentence: str, text: str, beside: bool) -> None:
    assert is_beside(sentence, [text]) is beside


@given(st.text(alphabet=st.characters(codec="utf-8")), st.lists(st.text(alphabet=st.characters(codec="utf-8"))))
def test_any_text_can_be_looked_at(sentence: str, texts: list[str]) -> None:
    assert not is_beside(sentence, [*texts, sentence]) or opening_name(sentence)
