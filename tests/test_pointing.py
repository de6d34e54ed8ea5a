"""What a question points at, a place, a time or a thing, is told behind it."""

from __future__ import annotations

import pytest

from rag.referents import leans, readings
from tests.said import COUNCIL, WORDS, said

PERM = said("When did Perm join the union?", "3 May 1963")


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How many people were killed there?", "Perm"),
        ("Did Ana Bo travel there?", "Perm"),
        ("When did Bo visit Brodno and who met people there?", None),
        ("Is there a zoo in Brodno?", None),
        ("Hello there, who is Ana Bo?", None),
        ("In 2022, at least how many people lived there?", "Perm"),
        ("Who governs that city?", "Perm"),
        ("Who governed Brodno that year?", "3 May 1963"),
        ("Who governed Brodno then?", "3 May 1963"),
        ("In 2015, who governed Brodno then?", None),
        ("Which team won the cup this year?", None),
        ("Which team won the cup this Sunday?", None),
        ("How many of those killed in Brodno were children?", None),
        ("How did these refugees from Brodno get homes?", None),
        ("A town built a bridge in May. Who paid for this bridge?", None),
        ("What did Brodno decide and when does this decision take effect?", None),
    ],
)
def test_what_is_pointed_at_is_told(question: str, topic: str | None) -> None:
    assert readings(question, (PERM,), WORDS) == (question if topic is None else f"{question} ({topic})",)
    assert leans(question, WORDS) == (topic is not None)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why was this decision made?", False),
        ("Which judge signed those papers?", False),
        ("Which judge signed it?", False),
        ("Who signed it?", True),
        ("And this union?", True),
    ],
)
def test_what_was_talked_of_is_told_behind_what_says_little(question: str, told: bool) -> None:
    assert readings(question, (PERM,), WORDS) == (f"{question} (Perm join union)" if told else question,)
    assert leans(question, WORDS)


def test_where_no_time_was_said_none_is_pointed_at() -> None:
    assert readings("Who governed Brodno then?", (COUNCIL,), WORDS) == ("Who governed Brodno then?",)
