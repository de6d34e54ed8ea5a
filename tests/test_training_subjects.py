"""Claims of one subject and two verbs: which are made, and which of them their evidence holds."""

from __future__ import annotations

import random

import pytest

from rag.training.claims import Claim
from rag.training.made import Maker
from rag.training.subjects import bereft, carried_on


def made(maker: Maker, text: str) -> set[tuple[str, str]]:
    """Label and claim of everything that is made of a text."""
    base = Claim("squad", "Hamar", text, text, "supported", page="Hamar")
    claims = [claim for seed in range(20) if (claim := maker(base, base, random.Random(seed)))]
    return {(claim.label, claim.claim) for claim in claims}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "Norlund Rail took over the ferries, after which Ida Holm was dismissed by the board.",
            "Norlund Rail took over the ferries{and}was dismissed by the board.",
        ),
        (
            "Anna Lind married Bo Lund, who was sent to the islands.",
            "Anna Lind married Bo Lund{and}was sent to the islands.",
        ),
        (
            "Anna Lind opened the mill, but the baker had closed his shop.",
            "Anna Lind opened the mill{and}had closed his shop.",
        ),
        (
            "Anna Lind opened the mill in the old harbour. Bo Lund had left the town long before.",
            "Anna Lind opened the mill in the old harbour{and}had left the town long before.",
        ),
    ],
)
def test_what_another_did_is_not_told_of_the_first(text: str, claim: str) -> None:
    told = made(bereft, text)
    assert told and told <= {("not_enough", claim.format(**{"and": join})) for join in (" and ", ", and ", ", but ")}
    assert made(carried_on, text) == set()


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Anna Lind opened the mill, and she was thanked by all.", "Anna Lind opened the mill{and}was thanked by all."),
        ("Anna Lind, who was born abroad, opened the mill.", "Anna Lind was born abroad{and}opened the mill."),
        (
            "Anna Lind opened the mill in the old harbour. Lind had left the town long before.",
            "Anna Lind opened the mill in the old harbour{and}had left the town long before.",
        ),
    ],
)
def test_one_subject_may_have_two_verbs(text: str, claim: str) -> None:
    told = made(carried_on, text)
    assert told and told <= {("supported", claim.format(**{"and": join})) for join in (" and ", ", and ", ", but ")}
    assert made(bereft, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Anna Lind opened the mill, and it was praised by all.",  # the mill, or that she did
        "Anna Lind opened the mill. This had been planned for years.",
        "Anna Lind never opened the mill, but Bo Lund had wanted it.",
        "In spring the mill was opened by them all.",
    ],
)
def test_nothing_is_made_where_the_subject_is_not_told(text: str) -> None:
    assert made(bereft, text) == made(carried_on, text) == set()
