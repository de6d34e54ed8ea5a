"""A short answer names someone or something, or it only describes what was asked about."""

from __future__ import annotations

import pytest

from rag.kinds import Kind
from rag.short_answers import answered


@pytest.mark.parametrize(
    ("question", "short", "kind"),
    [
        ("Who invaded Perm?", "Russia", "thing"),
        ("Who invaded Perm?", "the United States", "thing"),
        ("Who attacked Perm?", "NATO", "thing"),
        ("Who imposed the tax?", "the Perm Union", "thing"),
        ("Who imposed the tax?", "Bank of Perm", "thing"),
        ("Who left?", "Joan of Perm", "person"),
        ("Who left?", "Bo", "person"),
        ("Who is the president of Perm?", "Ivo al-Bo", "person"),
        ("Who left?", "the Prime Minister", "person"),
        ("Who left?", "Ana Bo and Ivo Lind", "several"),
        ("Which countries left?", "Kenya, Mali and Togo", "several"),
        ("Where did she live?", "Bosnia", "place"),
        ("Where did she live?", "Perm, Russia", "place"),
    ],
)
def test_a_short_answer_is_of_what_was_asked_for(question: str, short: str, kind: Kind) -> None:
    name = answered(question, short)
    assert name is not None and (name.text, name.kind) == (short, kind)


@pytest.mark.parametrize(
    ("question", "short", "name"),
    [
        ("Who is Ana Bo?", "the president of France", None),
        ("Who is Ana Bo?", "regional Human Rights Commissioner", None),
        ("Who is Ana Bo?", "Human Rights Commissioner", None),
        ("And who's Ana al-Bo?", "Interior Minister", None),
        ("who is ana bo", "Perm's first lady", None),
        ("who is ana bo", "wife of Ivo Lind", None),
        ("who is ana bo", "Ivo Lind's adviser", None),
        ("Who is Bo?", "Ana Bo", "Ana Bo"),
        ("Who is French Finance Minister?", "Ana Bo", "Ana Bo"),
        ("Who is President of Perm?", "Ana Bo", "Ana Bo"),
        ("Who is Bo's wife?", "Ana Lind", "Ana Lind"),
        ("Who is the Perm President?", "Ana Bo", "Ana Bo"),
        ("Who was Ana Bo married to?", "Ivo Lind", "Ivo Lind"),
        ("Who wrote it?", "actress Ana Bo, sister of Ivo Lind", "Ana Bo"),
        ("Who wrote it?", "a spokesman for the President", None),
        ("Who wrote it?", "by actress Ana Bo", "Ana Bo"),
    ],
)
def test_what_somebody_is_names_no_one_else(question: str, short: str, name: str | None) -> None:
    found = answered(question, short)
    assert (found and found.text) == name
