"""What stands before a number and says how it is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.hedges import opposed, rehedged


@pytest.mark.parametrize(
    ("sentence", "evidence", "changed"),
    [
        ("Up to 200 monks left.", "Up to 200 monks left.", ()),
        ("At least 200 monks left.", "Up to 200 monks left.", ("200",)),
        ("Exactly 200 monks left.", "At least 200 monks left.", ("200",)),
        ("At least 65 percent left.", "Then 65 percent left.", ("65",)),
        ("Three of the ten left.", "Only three of the ten left.", ("Three",)),
        ("Some 200 monks left.", "About 200 monks left.", ()),
        ("More than $200 was paid.", "At least $200 was paid.", ()),
        ("It cost about a million.", "It cost nearly one million.", ()),
        ("It cost a million then.", "It cost nearly one million.", ("a million",)),
        ("Only about 20 left.", "About 20 left.", ("20",)),
        ("It fell to 20 degrees.", "It fell to minus 20 degrees.", ("20",)),
        ("It fell to minus 20 degrees.", "It fell to -20 degrees.", ()),
        ("No more than 20 left.", "More than 20 left.", ("20",)),
        ("Then 20 left.", "Then 20 left, of at most 20 who could.", ()),
        ("More than 20 left.", "In all 23 left.", ()),
        ("The monks left.", "About 20 left.", ()),
    ],
)
def test_a_number_keeps_what_stands_before_it(sentence: str, evidence: str, changed: tuple[str, ...]) -> None:
    assert rehedged(sentence, evidence) == changed


@pytest.mark.parametrize(
    ("sentence", "evidence", "changed"),
    [
        ("At least 200 monks left.", "Up to 200 monks left.", ("200",)),
        ("Fewer than 200 monks left.", "More than 200 monks left.", ("200",)),
        ("Children over 12 may ring it.", "Children under 12 may ring it.", ("12",)),
        ("At least 200 monks left.", "Then 200 monks left.", ()),
        ("Then 200 monks left.", "Up to 200 monks left.", ()),
        ("At least 200 left.", "Up to 200 left, more than 200 stayed.", ()),
        ("More than 20 left.", "Fewer than 30 left.", ()),
        ("About 200 monks left.", "Up to 200 monks left.", ()),
    ],
)
def test_the_least_is_not_the_most(sentence: str, evidence: str, changed: tuple[str, ...]) -> None:
    assert opposed(sentence, evidence) == changed


@given(
    st.text()
    | st.lists(st.sampled_from(("up to", "at least", "about", "only", "the", "a", "million", "-", "20", "$"))).map(
        " ".join
    )
)
def test_what_is_said_whole_changes_nothing(text: str) -> None:
    assert rehedged(text, text) == opposed(text, text) == ()
