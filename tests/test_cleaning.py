"""Cleaning: furniture has a name, facts are kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cleaning import label_lines
from rag.furniture import furniture_name
from rag.provenance import is_byline, is_date_line, is_origin, outlet_of


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Sign up for our weekly newsletter", "newsletter form"),
        ("By signing up, you agree to our Privacy Policy", "consent line"),
        ("£3 a month", "price buttons"),
        ("Remind me later.", "dismiss button"),
        ("Support The Harbor Courier!", "support banner"),
        ("Share on Facebook", "share line"),
        ("Facebook | Twitter | Email", "share line"),
        ("READ MORE", "read more"),
        ("You may also like", "read more"),
        ("Story continues below advertisement", "advertisement"),
        ("3 comments", "comments"),
        ("Log in to comment", "comments"),
        ("Sign in", "account line"),
        ("Photo: Mara Lindqvist", "photo credit"),
        ("Mara Lindqvist / Getty Images", "photo credit"),
        ("harborpics.example", "photo credit"),
        ("© 2024 Plateau Press Agency. All rights reserved.", "copyright line"),
        ("Image 1 of 4", "photo controls"),
        ("Tags: water, parliament", "tag line"),
        ("***", "rule"),
    ],
)
def test_furniture_has_a_name(line: str, name: str) -> None:
    assert furniture_name(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell by 4 percent in the capital on Wednesday.",
        "Putin Wins Election – Euronews",  # noqa: RUF001
        "Iran must agree to the terms of the deal before the talks can resume.",
        "Read the letter that the minister sent to the council.",
        "The newsletter that she edits has 40,000 readers.",
        "Copyright law changes worry publishers",
        "Support for the president fell to 31 percent.",
        "Photos from the scene show flames.",
        "“Subscribe to nothing,” he said.",
    ],
)
def test_sentences_of_articles_are_no_furniture(line: str) -> None:
    assert furniture_name(line) is None
    assert [part.role for part in label_lines(line)] == ["text"]


def test_a_price_alone_is_a_fact_and_among_buttons_a_button() -> None:
    alone = label_lines("What does the ticket cost?\n$12\nThat is twice as much as it was in the spring of last year.")
    assert [line.role for line in alone] == ["text", "text", "text"]
    among = label_lines("Monthly\n$12\nDonate now")
    assert [line.role for line in among] == ["furniture"] * 3


def test_a_quoted_plea_is_no_notice() -> None:
    text = (
        "“We need your help,” the mayor told readers of the paper. “Please support our hospital.”\n\n"
        "The hospital, which we visited on Monday, has no water and no light."
    )
    assert {line.role for line in label_lines(text)} == {"text"}


def test_the_credit_at_the_end_of_a_caption_is_cut_off() -> None:
    caption, credit = label_lines("Miners cheer at the gate of North Ridge on Thursday. Ilse Varga / Mountain Press")
    assert caption.text == "Miners cheer at the gate of North Ridge on Thursday."
    assert (credit.text, credit.name) == ("Ilse Varga / Mountain Press", "photo credit")


@pytest.mark.parametrize(
    "unit", ["AP/", "Facebook, ", "By Aa, ", "our terms and ", "$1/a ", "Photo / ", "Terms of use and "]
)
def test_time_is_bounded_on_lines_made_to_slow_it_down(unit: str) -> None:
    began = time.thread_time()
    furniture_name((unit * 240)[:238] + "!")
    label_lines((unit + "Word here is a thing.\n\n") * 300)
    assert time.thread_time() - began < 5


@given(st.text())
def test_lines_hold_everything_but_space(text: str) -> None:
    lines = label_lines(text)
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())
    assert all(text[line.start : line.end] == line.text for line in lines)


@pytest.mark.parametrize("line", ["By Jane Doe", "BY JANE DOE AND JOHN ROE", "Story by Ana de la Cruz, Staff Writer"])
def test_bylines(line: str) -> None:
    assert is_byline(line)
    assert not is_byline(line + " and that was the end of it")


def test_date_lines() -> None:
    assert is_date_line("Updated: April 5, 2022, 3:04 p.m. EDT")
    assert is_date_line("Nov. 15, 2019 5:45 AM")
    assert not is_date_line("The council met on April 5, 2022, and agreed to meet again in a week")


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("This article first appeared in bne IntelliNews.", "bne IntelliNews"),
        ("This story was originally published by Grist and is reproduced here.", "Grist"),
        ("Originally published on The Conversation under a Creative Commons licence.", "The Conversation"),
        ("This piece was first published on April 5 in Eurasianet.", "Eurasianet"),
        ("PARIS (Reuters) - The council met on Tuesday.", "Reuters"),
        ("© 2024 Plateau Press Agency. All rights reserved.", "Plateau Press Agency"),
        ("The report published by the ministry on Monday says so.", None),
        ("Nothing is said here.", None),
    ],
)
def test_outlets(line: str, outlet: str | None) -> None:
    assert outlet_of([line]) == outlet
    assert is_origin("This article first appeared in bne IntelliNews.")
