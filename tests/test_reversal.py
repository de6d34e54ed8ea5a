"""Whether a sentence of its source's own words turns round what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reversal import strays, turns_round


@pytest.mark.parametrize(
    ("sentence", "text", "turned"),
    [
        ("Marn beat Brenn 1-7.", "Marn beat Brenn 7-1.", True),
        ("Marn beat Brenn 7\u20131.", "Marn beat Brenn 7-1.", False),
        ("She was mayor from 2003 to 1995.", "She was mayor from 1995 to 2003.", True),
        ("She was mayor from 1995 until 2003.", "She was mayor from 1995 to 2003.", False),
        ("It grew between July 2020 and January 2021.", "It grew between January 2020 and July 2021.", True),
        ("It fell from $6 to $4.", "It fell from $4 to $6.", True),
        ("The line runs from Brenn to Marn.", "The line runs from Marn to Brenn.", True),
        ("Talks between Brenn and Marn began.", "Talks between Marn and Brenn began.", False),
        ("The Brenn-Marn line fell idle.", "The Marn-Brenn line fell idle.", False),
        ("In 2003 she left, and in 1995 she came.", "In 1995 she came and in 2003 she left.", False),
        ("The ferry cancelled trips.", "The ferry cancelled no trips.", True),
        ("The council did approve it.", "The council did not approve it.", True),
        ("They were insured.", "They weren\u2019t insured.", True),
        ("He had met the keeper.", "He had never met the keeper.", True),
        ("He had met the keeper.", "He had met the keeper, whom she had never met.", False),
        ("It fell to 94 percent.", "It fell by 94 percent.", True),
        ("It fell by 94%.", "It fell to 94 per cent.", True),
        ("It fell to 94 percent.", "It fell 94 percent.", False),
        ("It fell to 94 percent.", "It fell by 94 percent, to 94 percent of that.", False),
        ("It must fall by 2030.", "It must fall from 2020 to 2030.", False),
        ("It was cold, and he had met no keeper.", "It was cold, and he had never met a keeper.", False),
    ],
)
def test_what_plainly_says_the_reverse_is_seen(sentence: str, text: str, turned: bool) -> None:
    assert turns_round(sentence, text) is turned


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Then Brenn beat Marn.", "Then Marn beat Brenn."),
        (
            "It rose by 6 percent in May and by 4 percent in June.",
            "It rose by 4 percent in May and by 6 percent in June.",
        ),
        ("It opens in June and shuts in April.", "It opens in April and shuts in June."),
        ("It fell to 94 percent.", "It fell by 94 percent."),
        ("It rose to 94 percent.", "It rose 94 percent."),
        ("The ferry was damaged.", "No ferry was damaged."),
        ("The council approved the plan.", "The council did not approve the plan."),
        ("The council did not approve the plan.", "The council approved the plan."),
        ("The king attended the feast.", "The king failed to attend the feast."),
        ("The keeper and the mayor were told.", "Neither the keeper nor the mayor were told."),
        ("It was meant for adults and for children.", "It was meant for adults, but not for children."),
        ("The mill was sold although the owner had died.", "The mill was sold because the owner had died."),
        ("The bell rang two years earlier.", "The bell rang two years later."),
        ("The judge overturned the ruling.", "The judge upheld the ruling."),
        ("The search was legal.", "The search was illegal."),
        ("The old mill won.", "The old mill led."),
        (
            "The mayor praised the keeper of the lighthouse and the captain of the ferry before they left the harbour.",
            "The mayor praised the keeper of the lighthouse and the captain of the ferry after they left the harbour.",
        ),
    ],
)
def test_a_small_change_that_may_say_the_reverse_is_seen(sentence: str, text: str) -> None:
    assert strays(sentence, text)
    assert not strays(text, text)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The hall opened.", "The old hall of Ardmore opened late on Monday, the mayor said."),
        ("The hall opened late on Monday.", "On Monday the hall opened late."),
        ("It opened on 20 March 2019.", "It opened on March 20, 2019."),
        ("The hall opened late.", "The hall, which had not been repaired, opened late."),
        ("The hall opened late.", "The mayor did not come. The hall opened late."),
        ("The hall opened late.", "Although nobody came, the hall opened late."),
        ("It was meant for adults.", "It was meant for adults, but not for children."),
        ("The council did not approve it.", "The council didn't approve it, and cannot."),
        ("It rose by 4 percent.", "It rose 4 percent."),
        ("Marn's 13th keeper plays the bell.", "The thirteenth keeper of Marn played a bell."),
        (
            "The mayor praised the keeper of the lighthouse, the captain of the ferry and the pilots warmly.",
            "The mayor praised the keeper of the lighthouse, the captain of the ferry and the pilots.",
        ),
    ],
)
def test_what_only_shortens_is_no_reverse(sentence: str, text: str) -> None:
    assert not turns_round(sentence, text)
    assert not strays(sentence, text)


@given(st.text() | st.lists(st.sampled_from(("from", "to", "3", "no", "not", "Marn", "-", "bell", ","))).map(" ".join))
def test_what_is_said_whole_is_no_reverse(text: str) -> None:
    assert not turns_round(text, text)
    assert not strays(text, text)
