"""What a source says is not so, or lets somebody say, is no fact of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.disowned import denied, unattributed, unowned

SOLD = "The council sold the bridge to a bank in Marn."


@pytest.mark.parametrize(
    "text",
    [
        f"It is a hoax that {SOLD}",
        f"It is untrue that {SOLD}",
        f"Two papers debunked a post saying that {SOLD}",
        f"He falsely told the keeper that {SOLD}",
        f"The mayor denied reports that {SOLD}",
        f"The clerk was cleared of the charge that {SOLD}",
        f"There is no evidence that {SOLD}",
        f"She dreamed that {SOLD}",
        "That the council sold the bridge to a bank in Marn was a rumour.",
        "The council sold the bridge to a bank in Marn, which is untrue.",
        f"It rained. It is a myth that {SOLD}",
    ],
)
def test_what_is_denied_is_no_fact(text: str) -> None:
    assert denied(SOLD, text)
    assert not denied(text, text)


@pytest.mark.parametrize(
    "text",
    [
        f"The owner claims that {SOLD}",
        f"{SOLD[:-1]}, the owner insisted.",
        f"Many fear that {SOLD}",
        f"\u201c{SOLD[:-1]},\u201d Bo Lund told them.",
    ],
)
def test_what_is_claimed_or_quoted_is_told_as_such(text: str) -> None:
    assert not denied(SOLD, text)
    assert unowned(SOLD, text)
    assert not unowned(text, text)


@pytest.mark.parametrize(
    "text",
    [
        f"According to the owner, {SOLD}",
        f"{SOLD[:-1]}, Bo Lund said on Friday.",
        f"State radio said that {SOLD}",
        f"In the novel, {SOLD}",
    ],
)
def test_who_says_so_is_told(text: str) -> None:
    assert not unowned(SOLD, text)
    assert unattributed(SOLD, text)
    assert not unattributed(text, text)


@pytest.mark.parametrize(
    "text",
    [
        SOLD,
        f"In 1990 {SOLD}",
        f"The council met. It denied that it rained. {SOLD} Bo Lund said that he was glad.",
        "The council, which met in May, sold the bridge to a bank in Marn.",
        "The council sold the bridge to a bank in Marn in May. It claims that it had to.",
    ],
)
def test_what_is_said_of_something_else_does_not_count(text: str) -> None:
    assert not denied(SOLD, text)
    assert not unowned(SOLD, text)
    assert not unattributed(SOLD, text)


@pytest.mark.parametrize("sentence", ["None of the boats sank.", "The mayor claimed the bridge.", "Bo Lund denied it."])
def test_a_sentence_does_not_vouch_for_itself_by_a_word_of_what_is_denied(sentence: str) -> None:
    assert denied(sentence, f"It is a myth that {sentence}")
    assert not denied(f"It is untrue that {sentence}", f"It is a myth that {sentence}")


@pytest.mark.parametrize("sentence", ["The council is said to have sold the bridge.", "Allegedly it sold the bridge."])
def test_whoever_tells_that_it_is_said_leaves_nothing_out(sentence: str) -> None:
    assert not unowned(sentence, f"The owner claims that {SOLD}")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_may_be_compared(sentence: str, text: str) -> None:
    assert not denied(text, text) and not unowned(text, text) and not unattributed(text, text)
    for rule in (denied, unowned, unattributed):
        assert rule(sentence, text) in (True, False)
