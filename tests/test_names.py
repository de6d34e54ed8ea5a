"""Which words of a question are names, and which are capital for another reason."""

from __future__ import annotations

import pytest

from rag.names import names


def told(text: str) -> list[str]:
    return [name.text for name in names(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Did French president Ana Bo resign?", ["Ana Bo"]),
        ("Did French finance minister Ana Bo resign?", ["Ana Bo"]),
        ("Did South Korean singer Ana Bo resign?", ["Ana Bo"]),
        ("Has the French president Ana Bo resigned?", ["Ana Bo"]),
        ("Did French voters trust Ana Bo?", ["French voters", "Ana Bo"]),
        ("Did the French president resign?", ["the French president"]),
        ("Did German carmaker Brodno pay?", ["Brodno"]),
        ("Did Labour win?", ["Labour"]),
        ("Who speaks Welsh?", ["Welsh"]),
        ("Is Welsh a language?", ["Welsh"]),
        ("Who leads the French?", ["the French"]),
        ("Why did the French leave Brodno?", ["the French", "Brodno"]),
        ("Who trains Ukrainian and Polish pilots?", ["Ukrainian and Polish pilots"]),
    ],
)
def test_words_for_a_people_are_no_name_before_what_they_are_said_of(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Did Ivo al-Bo call Ana d\u2019Brodno?", ["Ivo al-Bo", "Ana d\u2019Brodno"]),
        ("Who leads al-Marn in Brodno?", ["al-Marn", "Brodno"]),
        ("al-Marn attacked whom?", ["al-Marn"]),
        ("Is Ivo ul-Bo pro-Russian or ex-Soviet?", ["Ivo ul-Bo"]),
        ("Will mid-May be wet in non-EU states, isn't it?", []),
    ],
)
def test_a_name_may_begin_with_small_letters(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("What did the WHO say about Brodno?", ["the WHO", "Brodno"]),
        ("Did WHO experts visit Brodno?", ["WHO", "Brodno"]),
        ("Was Brodno attacked by IS fighters?", ["Brodno", "IS"]),
        ("WHO said it?", []),
        ("Did Bo say WHO paid AND what is NOT true?", ["Bo"]),
        ("What did May say about Brodno?", ["May", "Brodno"]),
        ("Will June resign?", ["June"]),
        ("Did May Lind resign?", ["May Lind"]),
        ("What did Bo do in May?", ["Bo"]),
        ("Did May 2020 break records?", []),
        ("Who resigned in last May\u2019s vote?", []),
        ("Was May warm?", []),
        ("Did Sunday break records?", []),
    ],
)
def test_small_words_and_months_may_be_names(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted
