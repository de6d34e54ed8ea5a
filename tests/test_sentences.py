"""Sentences: every character kept, and the boundaries that a reader of news would draw."""

# Stops and letters that look alike are what is tested.
# ruff: noqa: RUF001
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import paragraph_spans, sentence_spans

ANY_TEXT = st.text() | st.text(alphabet=".!?…\"'”“) \n\r\t\u2028\x1c\x00AaМ1。؟।é🙂\u202e", max_size=80)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(ANY_TEXT)
def test_every_character_that_is_not_space_lies_in_exactly_one_span(text: str) -> None:
    for spans in (sentence_spans(text), paragraph_spans(text)):
        position = 0
        for start, end in spans:
            assert position <= start < end <= len(text)
            assert not text[position:start].strip()
            assert text[start:end] == text[start:end].strip()
            position = end
        assert not text[position:].strip()


@given(ANY_TEXT)
def test_no_sentence_crosses_the_end_of_a_paragraph(text: str) -> None:
    paragraphs = paragraph_spans(text)
    for start, end in sentence_spans(text):
        assert any(first <= start and end <= last for first, last in paragraphs)


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith met Sen. Jane A. Doe in the U.S. on Jan. 5.", "He paid $3.50 for No. 7."],
        ["J. K. Rowling wrote it at 9 a.m. Monday.", "The end."],
        ["She moved to the U.S.", "The move took years."],
        ["Apple Inc. chief Tim Cook spoke, e.g. about prices.", "iPhone sales fell."],
        ["“We won.", "We lost.”", "She left."],
        ["“Why?” Jane Doe asked.", "“Why not?”", "They left."],
        ["“Why?” he asked.", "(Nobody knew.)", "Yahoo! shares fell."],
        ["Wait... what?", "He stopped…", "Then he left."],
        ["It fell 3.5%.", "20 people came.", '"I saw it," she said.'],
        ["It is so.[1]", "Nobody doubts it.[2][3]"],
        ["今日は雨。", "明日は晴れ！", "本当？"],
        ["هل هذا صحيح؟", "نعم."],
        ["यह एक वाक्य है।", "यह दूसरा है।"],
        ["Он родился в 1990 г. в Перми.", "Потом уехал."],
    ],
)
def test_boundaries(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_blank_line_always_ends_a_sentence_and_a_line_break_usually() -> None:
    assert sentences("A headline\n\nthat breaks") == ["A headline", "that breaks"]
    assert sentences("Once\nMonthly\n$10 / month") == ["Once", "Monthly", "$10 / month"]
    assert sentences("- one thing\n- another thing\n1. Third. Fourth") == [
        "- one thing",
        "- another thing",
        "1. Third.",
        "Fourth",
    ]


def test_prose_wrapped_at_a_column_is_read_through() -> None:
    text = (
        "The council of the town met on Tuesday evening and agreed\nthat Mr. Brown of the harbour office should go to\n"
        "the capital. He leaves next week, with two clerks, and\nwill be back in May.\n\n- bring the papers\n- be early"
    )
    assert [s.replace("\n", " ") for s in sentences(text)] == [
        "The council of the town met on Tuesday evening and agreed that Mr. Brown of the harbour office should go to "
        "the capital.",
        "He leaves next week, with two clerks, and will be back in May.",
        "- bring the papers",
        "- be early",
    ]
    assert len(paragraph_spans(text)) == 3


@pytest.mark.parametrize("unit", [".", ". ", '."', "a.", "\n", "a\n", ".[1]", "…\u2028", ". (", "x"])
def test_time_grows_with_length_alone(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    began = time.thread_time()
    sentence_spans(text)
    assert time.thread_time() - began < 5
