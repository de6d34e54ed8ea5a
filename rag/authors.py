"""Names of authors, from the fields that files keep them in and from bylines."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PREFIX = re.compile(
    r"(?:(?:story|text|words|written|reported|reporting|analysis|opinion|commentary)\s)?by:?\s+", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[;|/\n]|\s&\s|,?\s+and\s+)\s*")
_ROLE = re.compile(
    r"(?i:.*\b(?:correspondent|reporter|editor|writer|staff|contributor|columnist|producer|agency|press|news|bureau)\b.*)"
)
_LONGEST = 80


def author_names(value: object) -> tuple[str, ...]:
    """The names in a field of a file.

    Args:
        value: a name, several in one string, a list of names, or an object or a list of objects with a "name".

    Returns:
        Each name once, in their order; nothing for what holds none.
    """
    if isinstance(value, Mapping):
        return author_names(value.get("name"))
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(name for each in value for name in author_names(each)))
    if not isinstance(value, str):
        return ()
    text = value.encode("utf-8", "replace").decode("utf-8").strip()
    if text.startswith("[") and text.endswith("]"):  # a list that a table keeps as it was printed
        text = text[1:-1].replace("'", "").replace('"', "").replace(",", ";")
    names = (" ".join(_PREFIX.sub("", part, count=1).split()) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(name for part in names for name in _by_commas(part) if 0 < len(name) <= _LONGEST))


def authors_in(byline: str) -> tuple[str, ...]:
    """Who a byline names, without their functions: "By Jane Doe, Staff Writer" names Jane Doe."""
    names = author_names(byline.strip("()[] |"))
    people = tuple(name for name in names if not _ROLE.fullmatch(name))
    return people or names


def _by_commas(part: str) -> list[str]:
    """The names between commas; one word after a comma belongs to the name before it ("Doe, Jane", "Jane Doe, Jr.")."""
    pieces = [piece.strip() for piece in part.split(",")]
    if any(len(piece.split()) < 2 for piece in pieces):
        return [part.strip(" ,")]
    return pieces
