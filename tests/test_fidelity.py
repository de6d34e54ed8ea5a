"""Whether a sentence keeps the order of its source's words, and what tempers them, and makes them say no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fidelity import in_order, sharpened, untempered

_WORDS = st.lists(st.sampled_from(("bell", "tower", "rang", "before", "after", "monks", "ships", "left", "1402")))


@pytest.mark.parametrize(
    ("sentence", "texts", "share"),
    [
        ("The bell rang at noon.", ("The old bell of Ardmore rang, as ever, at noon.",), 1),
        ("The churches rang.", ("A church was rung.",), 1 / 2),
        ("The ships left after the bell rang.", ("Soon after the ships left, the bell rang.",), 4 / 5),
        ("Bell and bell rang.", ("The bell rang.",), 2 / 3),
        ("The monks left.", ("The ships came.", "Monks rang the bell and left."), 1),
        ("It is.", ("Nobody came.",), 1),
        ("Nobody came.", (), 0),
    ],
)
def test_how_many_words_stand_in_their_order(sentence: str, texts: tuple[str, ...], share: float) -> None:
    assert in_order(sentence, texts) == pytest.approx(share)


@given(_WORDS, st.data())
def test_what_only_leaves_words_out_keeps_their_order(words: list[str], data: st.DataObject) -> None:
    kept = [word for word in words if data.draw(st.booleans())]
    assert in_order(" ".join(kept), [" ".join(words)]) == 1


@given(_WORDS, _WORDS)
def test_no_more_words_are_in_order_than_are_there(words: list[str], there: list[str]) -> None:
    share = in_order(" ".join(words), [" ".join(there)])
    if words:
        assert 0 <= share <= sum(word in there for word in words) / len(words)


@pytest.mark.parametrize(
    ("sentence", "texts", "dropped"),
    [
        ("The tower will fall.", ("The tower may fall.",), ("may",)),
        ("The tower could fall.", ("The tower may fall.",), ()),
        ("The tower falls.", ("If it rains, the tower falls.",), ("if",)),
        ("The tower falls if it rains.", ("The tower falls if it rains.",), ()),
        ("The monks stole a bell.", ("The monks allegedly stole a bell.",), ("allegedly",)),
        ("The monks stole a bell.", ("The monks stole a bell.", "Nobody knows if it rang."), ()),
        ("The monks left.", (), ()),
        ("The monks left.", ("At least 2.5 million monks left.",), ("2.5 million",)),
        ("The monks left.", ("Some of the monks left.",), ("Some",)),
        ("Twelve monks left.", ("12 of its monks left.",), ()),
        ("More than 120 monks left.", ("More than one hundred and twenty monks left.",), ()),
        ("Eleven monks left.", ("12 of its monks left.",), ("12",)),
        ("The monks left on Monday.", ("The monks left on Monday, 3 May 1402, with five bells.",), ()),
        ("The 1402 bells rang.", ("In 1402 bells rang.",), ()),
        ("The bells rang.", ("In 1402 bells rang.",), ()),
    ],
)
def test_what_tempers_a_source_is_missed(sentence: str, texts: tuple[str, ...], dropped: tuple[str, ...]) -> None:
    assert untempered(sentence, texts) == dropped


@given(
    st.text()
    | st.lists(
        st.sampled_from(("may", "May", "if", "many", "hundreds", "12", "million", "of the", "monks", "left."))
    ).map(" ".join)
)
def test_what_is_said_whole_drops_nothing(text: str) -> None:
    assert untempered(text, [text]) == sharpened(text, [text]) == ()
    assert in_order(text, [text]) == 1
