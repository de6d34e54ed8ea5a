"""What a model thinks aloud is no part of what it says, whatever marks it puts round it and however they come."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from rag.thoughts import CHARACTERS, spoken

MARKS = (
    ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"), ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"), ("\u25c1think\u25b7", "\u25c1/think\u25b7"),
    ("<|channel>thought\n", "<channel|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"), ("<|begin_of_thought|>", "<|end_of_thought|>"),
)  # fmt: skip


def said(pieces: Iterable[str]) -> str:
    """All that counts in the end."""
    text = ""
    for piece in spoken(pieces):
        text = "" if piece is None else text + piece
    return text


@pytest.mark.parametrize(("opening", "closing"), MARKS)
def test_thoughts_are_left_out(opening: str, closing: str) -> None:
    for text, left in (
        (f"{opening}Hm. Well.{closing}It rained.", "It rained."),
        (f"\n{opening}\nHm.\n{closing}\n\nIt rained.", "\n\n\n\n\nIt rained."),
        (f"It rained.{opening}Hm.{closing}It snowed.", "It rained.\n\nIt snowed."),
        (f"It rained.{opening}For ever", "It rained.\n\n"),
        (f"{opening}It rained. For ever", ""),
    ):
        for pieces in (text, [text]):
            assert said(pieces) == left
            assert None not in list(spoken(pieces))


@pytest.mark.parametrize("closing", [closing for _, closing in MARKS] + ["assistantfinal"])
def test_what_came_before_a_closing_mark_without_an_opening_one_were_thoughts(closing: str) -> None:
    text = f"Hm. It may have rained. So{closing}It rained."
    for pieces in (text, [text]):
        assert said(pieces) == "It rained."
        assert list(spoken(pieces)).count(None) == 1


@pytest.mark.parametrize(
    "text", ["It rained <thin", "I [think] so.", "3 <think 4", "Assistant final.", "a<|channel", ""]
)
def test_what_only_looks_like_a_mark_is_said(text: str) -> None:
    assert said(text) == said([text]) == text


def test_only_so_much_is_read() -> None:
    assert said(itertools.repeat("ab ")) == ("ab " * CHARACTERS)[:CHARACTERS]
    assert said(["ab " * CHARACTERS]) == ("ab " * CHARACTERS)[:CHARACTERS]
    for endless in ("<think>a</think>", "</think>", "<think>", "a</think>"):
        assert said(itertools.repeat(endless)) in ("", "a")
    long = "Hm. " * (CHARACTERS // 4)
    for text in (f"<think>{long}</think>It rained.", f"{long}</think>It rained."):
        assert "rained" not in said(text) + said([text])
