"""Where Footnote asked back, a reply chooses a reading by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.asked_back import chosen
from rag.referents import readings
from tests.said import CALL, WORDS, said


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        ("Scholz", "What did Scholz say?"),
        ("I mean Macron.", "What did Macron say?"),
        ("What did Scholz say?", "What did Scholz say?"),
        ("Scholz's", "What did Scholz say?"),
        ("the latter", "What did Scholz say?"),
        ("The first one", "What did Macron say?"),
        ("Macron or Scholz", None),
        ("When did the tribunal open?", None),
        ("When was Scholz elected?", None),
        ("And does Macron agree?", None),
        ("Tell me where Scholz lives", None),
        ("What about Scholz?", "What did Scholz say?"),
        ("With Scholz", "What did Scholz say?"),
        ("Well, Scholz", "What did Scholz say?"),
        ("Did Scholz?", "What did Scholz say?"),
    ],
)
def test_a_reading_is_chosen_by_its_name(reply: str, meant: str | None) -> None:
    asked_back = replace(CALL, readings=("What did Macron say?", "What did Scholz say?"))
    assert chosen(reply, (CALL, asked_back)) == meant
    assert chosen(reply, (asked_back, CALL)) is None


@pytest.mark.parametrize("again", [True, False])
def test_a_reply_that_names_both_readings_alike_is_asked_back_again(again: bool) -> None:
    offered = ("Who is Ana Bo?", "Who is Ivo Bo?")
    history = (said("Did Ana Bo call Ivo Bo?"), replace(said("Who is he?"), readings=offered))
    alike, telling = ("Bo", "I mean Bo", "Ana or Ivo", "both", "Who is he?"), ("When was Bo born?", "Lind", "Ana Bo")
    for reply in alike if again else telling:
        assert (readings(reply, history, WORDS) == offered) == again
        assert not (again and chosen(reply, history))


@pytest.mark.parametrize("reply", ["Dvorak", "Ana Dvorak's"])
def test_a_reading_is_chosen_by_the_name_of_an_owner(reply: str) -> None:
    offered = ("What was Macron's answer?", "What was Ana Dvorak's answer?")
    assert chosen(reply, (replace(CALL, readings=offered),)) == offered[1]
