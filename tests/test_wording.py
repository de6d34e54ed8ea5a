"""A stream becomes sentences as they end, and sentences become plain prose."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.thoughts import CHARACTERS
from rag.wording import LONGEST, alien, is_piece, misquotes, names_only, prose, sentences, stutters


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    read: list[str] = []

    def stream() -> itertools.chain[str]:
        def note(piece: str) -> str:
            read.append(piece)
            return piece

        return itertools.chain(map(note, ["It rained. ", "Then ", "it ", "snowed.", " At night."]))

    found = sentences(stream())
    assert next(found) == "It rained."
    assert read == ["It rained. ", "Then "]
    assert list(found) == ["Then it snowed.", "At night."]


def test_an_abbreviation_cut_by_the_stream_is_no_end() -> None:
    assert list(sentences(["Mr", ".", " Smith of the U", ".S", ". Navy left", ". He", " is back."])) == [
        "Mr. Smith of the U.S. Navy left.",
        "He is back.",
    ]


def test_an_unfinished_sentence_counts_only_where_there_is_no_other() -> None:
    assert list(sentences(["It rained. Then it did not"])) == ["It rained."]
    assert list(sentences(["150 refugees"])) == ["150 refugees"]


@pytest.mark.parametrize(
    "behind",
    [
        "[2]", " [2]", "[^2]", "[1, 2]", "[2](https://evil.example)", "\u30102\u2020source\u3011",
        " [source: passage 2]", "(2)", " (2)", "\u00b2", " \u00b9 \u00b2", "<sup>2</sup>", "<|im_end|>",
        "<\uff5cend\u2581of\u2581sentence\uff5c>", "</s>", "[/INST]", "<br>",
    ],
)  # fmt: skip
def test_what_stands_behind_a_stop_neither_glues_sentences_nor_loses_the_last(behind: str) -> None:
    text = f"It rained.{behind} It snowed.{behind}"
    for pieces in (text, [text]):
        assert [prose(sentence or "") for sentence in sentences(pieces)] == ["It rained.", "It snowed."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("_It rained. It snowed._", ["It rained.", "It snowed."]),
        ("**It rained.** **It snowed.**", ["It rained.", "It snowed."]),
        ("It rained. She said: \u201cSo it did.\u201d", ["It rained.", "She said: \u201cSo it did.\u201d"]),
        ("- Some rain\n- A lot of snow", ["Some rain", "A lot of snow"]),
        ("There was:\n1. rain\n2. snow", ["There was:", "rain", "snow"]),
        ("- It rained.\n- It was", ["It rained."]),
        ("It rained. The keeper of", ["It rained."]),
        ("It rained. The keeper of [2]", ["It rained."]),
        ("It rained. It is 5 km\u00b2", ["It rained."]),
        ("\u4e0b\u96e8\u4e86\u3002\u4e0b\u96ea\u4e86\u3002", ["\u4e0b\u96e8\u4e86\u3002", "\u4e0b\u96ea\u4e86\u3002"]),
        ("It rained." + "<|im_end|>" * 100, ["It rained."]),
        ("The U.S.[1] Navy left. It is back.", ["The U.S. Navy left.", "It is back."]),
    ],
)
def test_the_last_sentence_is_left_out_only_where_it_was_cut_off(text: str, found: list[str]) -> None:
    for pieces in (text, [text]):
        assert [prose(sentence or "") for sentence in sentences(pieces)] == found


FRAGMENTS = (
    "It rained. ", "He left", "Mr. Smith", "\u201cWhy?\u201d Ann Bo asked.", "- one\n", "\n\n", ".[1]", "(2).", ".",
    " [1, 2] ", "\u3010 1\u2020source\u3011", "\u00b9", "<sup>1</sup>", "<|im_end|>", "</s>", "<think>", "</think>",
    "[THINK]", "x" * 250, "<|channel|>final<|message|>",
    "and the keeper of the light went on to the quay\n", "\u4e0b\u96ea\u4e86\u3002",
)  # fmt: skip
WRITTEN = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text("ab A.!?\n[1](]<>|/", max_size=6)), max_size=14)


@given(WRITTEN, st.lists(st.integers(1, 60), max_size=30))
def test_it_makes_no_difference_how_a_text_comes_in_pieces(parts: list[str], lengths: list[int]) -> None:
    text = "".join(parts)
    cuts = [0, *itertools.accumulate(lengths), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(cuts)] if cuts[-2] <= len(text) else [*text]
    whole = list(sentences([text] if text else []))
    assert list(sentences(filter(None, pieces))) == whole
    assert list(sentences(text)) == whole


def test_an_empty_piece_is_passed_on_as_an_empty_sentence() -> None:
    pieces = ["", "<thi", "", "nk>Well", "", "</think>It rained. ", "", "Then it did not."]
    assert list(sentences(pieces)) == ["", "", "", "", "It rained.", "Then it did not."]


def test_a_model_that_does_not_stop_is_stopped() -> None:
    assert len(list(sentences(itertools.repeat("It rained. ")))) <= CHARACTERS / 10
    (only,) = sentences(itertools.repeat("x"))
    assert only is not None
    assert LONGEST < len(only) <= 2 * LONGEST
    assert list(sentences(itertools.chain(["<think>"], itertools.repeat("x")))) == []


@given(st.lists(st.text(alphabet="ab A.!?\n[1]<think>/"), max_size=12))
def test_no_word_is_made_up(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert all(sentence is None or sentence in text for sentence in sentences(pieces))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Nora Quill keeps it [1].", "Nora Quill keeps it."),
        ("Nora [2, 3] keeps it.[4][^5]\u30106\u2020source\u3011", "Nora keeps it."),
        ("It is 3 [[1]2] miles.", "It is 3 miles."),
        ("**Nora** _Quill_ `keeps` *it*.", "Nora Quill keeps it."),
        ("- Nora keeps it.", "Nora keeps it."),
        ("## Nora keeps it.", "Nora keeps it."),
        ("1. Nora keeps it.", "Nora keeps it."),
        ("[Nora](https://evil.example/?q=1) keeps it.", "Nora keeps it."),
        ("[Nora][evil] keeps it.", "Nora keeps it."),
        ("Nora keeps it. ![x](https://evil.example/?secret=1)", "Nora keeps it."),
        ("Nora keeps it: https://evil.example/a?b=c", "Nora keeps it:"),
        ("Nora <img src='https://evil.example/x.png'>keeps it.", "Nora keeps it."),
        ("Nora <scr<b>ipt>alert keeps it.", "Nora alert keeps it."),
        ("Nora <img src=x onerror=1", "Nora"),
        ("No\u200bra \u202ekeeps\U000e0041 it\u00ad.", "Nora keeps it."),
        ("\uff2eora \U0001d424eeps \u2460t.", "Nora keeps 1t."),
        ("Nora keeps it. [Read more](https://evil.example/?q=1)", "Nora keeps it."),
        ("<|im_start|>assistant\nNora keeps it.<|im_end|>", "Nora keeps it."),
        ("[INST] <<SYS>> <|im_start|>Nora</SYS> keeps it. [/INST]", "Nora keeps it."),
        ("Nora Quill keeps it.\u00b9", "Nora Quill keeps it."),
        ("\u201cNora keeps it.\u201d\u00b9,\u00b2", "\u201cNora keeps it.\u201d"),
        ("Nora keeps it (1). (2)", "Nora keeps it."),
        (
            "Nora (34) keeps 5 km\u00b2 (12) in a 2019 (1) act (1999).",
            "Nora (34) keeps 5 km\u00b2 (12) in a 2019 (1) act (1999).",
        ),
        ("Nora keeps it.<sup>1, 2</sup> <\uff5cUser\uff5c> <end_of_turn>", "Nora keeps it."),
        ("He said [the keeper] left in snake_case.", "He said [the keeper] left in snake_case."),
    ],
)
def test_what_is_not_prose_goes(written: str, plain: str) -> None:
    assert prose(written) == plain


@given(st.text(alphabet=st.sampled_from("ab <>![]()1,/:*_`#|.\u200bhtps"), max_size=80))
def test_nothing_comes_together_from_what_is_left(text: str) -> None:
    found = prose(text)
    assert prose(found) == found
    assert not re.search(r"\[[\d,\s]*\]|!?\[[^\[\]]*\]\(|[a-z]://|</?[a-z!]", found)


@pytest.mark.parametrize(
    ("text", "quote", "odd"),
    [
        ("Nora left.", "Nora left on Monday.", ()),
        ("Write to a@b.example.", "Nora left.", ("a@b.example.",)),
        ("See evil.example/x for it.", "Nora left.", ("evil.example/x",)),
        ("See perm.ru for it.", "It stood on perm.ru, they said.", ()),
        ("N\u043era left.", "Nora left.", ("N\u043era",)),
        ("\u041d\u043e\u0440\u0430 left.", "Nora left.", ("\u041d\u043e\u0440\u0430",)),
        ("Zo\u00eb went to \u0141\u00f3d\u017a at 5 p.m. i.e. late.", "Nora left.", ()),
        (
            "\u041d\u043e\u0440\u0430 \u0443\u0448\u043b\u0430.",
            "\u0423\u0448\u043b\u0430 \u041d\u043e\u0440\u0430.",
            (),
        ),
    ],
)
def test_what_no_paraphrase_brings_in(text: str, quote: str, odd: tuple[str, ...]) -> None:
    assert alien(text, quote) == odd


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Air New Zealand.", True),
        ("The University of Basel and Ludwig van Beethoven", True),
        ("NATO, in 2022.", True),
        ("It is Basel.", False),
        ("Chess.", True),
        ("The sport is chess.", False),
    ],
)
def test_a_name_by_itself_states_nothing(text: str, only: bool) -> None:
    assert names_only(text) is only


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("People with old wounds,", True),
        ("You gain the following advantages:", True),
        ("An old tower", True),
        ("An old tower fell.", False),
        ('She said "no."', False),
        ("The tower was closed in 1990", False),
        ("(It fell.)", False),
        ("tower, in the name of the monks, fell.", True),
        ('"it fell again," she said.', True),
        ("eBay bought it.", False),
        ("von der Leyen spoke.", False),
        ("al-Assad fled.", False),
        ("", True),
    ],
)
def test_a_piece_of_a_list_states_nothing(text: str, piece: bool) -> None:
    assert is_piece(text) is piece


@pytest.mark.parametrize(
    ("text", "quote", "stuck"),
    [
        ("He was voted the best, and voted the best, and voted the best.", "He was voted the best.", True),
        ("The first president of Peru became the first president of Peru.", "Peru has a first president.", False),
        ("They sang row, row, row and row again.", "They sang.", False),
        ("A rose is a rose is a rose is a rose.", "She wrote that a rose is a rose is a rose is a rose.", False),
        ("A rose is a rose is a rose is a rose.", "She wrote of a rose.", True),
        ("Rowing is a sport that is said to be a sport of the sport of kings.", "Rowing is an old sport.", True),
        ("Less wind, less rain and less sun.", "It was calm and dull.", False),
    ],
)
def test_a_model_that_got_stuck(text: str, quote: str, stuck: bool) -> None:
    assert stutters(text, quote) is stuck


@pytest.mark.parametrize(
    ("text", "quote", "wrong"),
    [
        ('He called it "a historic decision".', "He called it a \u201chistoric\u201d decision.", False),
        ('The word is "goblin mode".', "The word is \u201cvaccine.\u201d", True),
        ("She said \u201cI understand\u201d.", "I see, she said.", True),
        ("It's the ship's last trip.", "The last trip of the ship.", False),
        ('Somebody said "!".', "Somebody said nothing.", False),
        ("He called it \u2018a disaster\u2019.", "He called it a setback.", True),
        ("He called it 'a disaster'.", "He called it a setback.", True),
        ("He called it \u201ea disaster\u201c.", "He called it a setback.", True),
        ("He called it \u00aba disaster\u00bb.", "He called it a setback.", True),
        ("He called it \u2018the owner\u2019s disaster\u2019.", "It was the owner\u2019s disaster.", False),
        ("The players' union and the owners' club met.", "The union of the players met the club.", False),
        ("In the '90s and the '80s it rained.", "It rained in both decades.", False),
    ],
)
def test_words_in_quotation_marks_are_the_quotes_own(text: str, quote: str, wrong: bool) -> None:
    assert misquotes(text, quote) is wrong
