"""Bytes to text, dates to ISO 8601: what is known is kept, what is not is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import iso_date
from rag.decoding import decode
from rag.errors import DocumentError

FRENCH = "Le conseil a voté mardi la fermeture de l'ancienne gare, où passaient hier encore près de mille élèves. " * 3
RUSSIAN = "Городской совет проголосовал за закрытие старого вокзала, через который проходило около тысячи человек. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode(FRENCH.encode(encoding), "x").text == FRENCH


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_older_cyrillic_encodings(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), "x").text == RUSSIAN


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"The council \xff\xfe met.", "byte 12"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not a text file"),
        (b"\xff\xfea", "utf-16"),
    ],
)
def test_bytes_that_are_no_text_are_named(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        decode(data, "notes.txt")
    assert "notes.txt" in str(caught.value) and "\n" not in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_utf8_is_read_as_it_is(text: str) -> None:
    try:
        assert decode(text.encode(), "x").text == text.removeprefix("\ufeff") or "\x00" in text
    except DocumentError as error:
        assert "not a text file" in str(error) or "utf-" in str(error)


@given(st.binary())
def test_any_bytes_are_text_or_a_clear_error(data: bytes) -> None:
    try:
        decode(data, "x")
    except DocumentError as error:
        assert str(error).startswith("x ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022-04-05", "2022-04-05"),
        ("2022-04-05T10:00:00Z", "2022-04-05T10:00:00+00:00"),
        ("2022-04-05 10:00", "2022-04-05T10:00:00"),
        ("April 5, 2022", "2022-04-05"),
        ("5 Apr. 2022", "2022-04-05"),
        (20220405, "2022-04-05"),
        (1649152800, "2022-04-05T10:00:00+00:00"),
        ("05/04/2022", None),
        ("soon", None),
        (None, None),
        ("2022-02-30", None),
    ],
)
def test_dates(value: object, expected: str | None) -> None:
    assert iso_date(value) == expected
