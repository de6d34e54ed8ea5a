"""Of a long message, what it asks is read whole."""

from __future__ import annotations

import re

import pytest

from rag.long_questions import shortened

MOST = 20
TOLD = "".join(f"Ana saw {n} ships in the bay. " for n in range(9)).strip()


def words(text: str) -> list[tuple[int, int]]:
    return [word.span() for word in re.finditer(r"\S+", text)]


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("Who sank them?", "Who sank them?"),
        (f"{TOLD} Who sank them?", "Ana saw 0 ships in the bay. Ana saw 1 ships in the bay. Ana saw 2 Who sank them?"),
        (
            f"{TOLD} Who sank them? (ships bay)",
            "Ana saw 0 ships in the bay. Ana saw 1 ships in the bay. Ana Who sank them? (ships bay)",
        ),
        (
            f"{TOLD} Is that so? Who sank them?",
            "Ana saw 0 ships in the bay. Ana saw 1 ships in the bay. Is that so? Who sank them?",
        ),
        (f"Who sank them? {TOLD}", "Who sank them? Ana saw 0 ships in the bay. Ana saw 1 ships in the bay. Ana saw 2"),
        (TOLD, "Ana saw 0 ships in the bay. Ana saw 1 ships in the Ana saw 8 ships in the bay."),
    ],
)
def test_what_is_asked_is_kept_and_filled_from_the_front(message: str, wanted: str) -> None:
    short = shortened(message, MOST, words)
    assert (short, len(words(short))) == (wanted, min(MOST, len(words(message))))


def test_one_endless_question_is_cut() -> None:
    endless = "who sank " + "many " * 100 + "ships?"
    assert shortened(endless, MOST, words) == " ".join(endless.split()[:MOST])
