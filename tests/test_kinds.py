"""What a name may be of is told by its words alone, and left open where they do not tell."""

from __future__ import annotations

import pytest

from rag.kinds import Kind, kind_of, parts_of

KINDS: tuple[tuple[Kind, str], ...] = (
    ("person", "President Bo; Prime Minister Ana Bo; US President Ana B. Bo; New Perm Prime Minister Ana Lind Bo"),
    ("person", "the Pope; the Prime Minister; the French President; the Prime Minister of Perm; the Secretary General"),
    ("person", "the King; King Ivo; the Duke of Perm; Dr. Ana Bo; Human Rights Commissioner Ana Bo; President Bo's"),
    (
        "thing",
        "the Council of Perm; Bank of Perm; the Office of the President; the Foreign Ministry",
    ),
    ("thing", "Perm University; Prince Ivo Island; the Food and Drug Administration; NATO; the Association of Ana Bo"),
    ("thing", "France; the United States; the U.S.; South Korea; Bosnia and Herzegovina; Kenya's"),
    ("thing", "Food and Drug Administration; Ministry of Health and Welfare; Ana Bo Ivo Lind Perm Marn"),
    ("any", "Bo; Perm; Ana Bo; Luiz Ana Bo da Lind; Justice Brodno; St. Brodno; Burger King; Jordan"),
    (
        "several",
        "Bo and Lind; Ana Bo and Ivo Lind; President Bo and Prime Minister Lind; the Union and Kenya; the UN and Perm",
    ),
    ("several", "Canada, New Zealand and Japan; Canada, Kenya, and Japan; Perm and Marn"),
)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, told in KINDS for text in told.split("; ")])
def test_what_a_name_may_be_of(kind: Kind, text: str) -> None:
    assert kind_of(text) == kind


def test_several_are_told_apart() -> None:
    assert parts_of("Canada, New Zealand, and Japan") == ("Canada", "New Zealand", "Japan")
    assert parts_of("the UN and Kenya") == ("the UN", "Kenya")
    for one in ("Ana Bo, Jr.", "Ana Bo, President", "Russian and Ukrainian forces", "Prime Minister and Pope"):
        assert parts_of(one) == ()
