"""Whether a sentence is about what its source is about, or hangs what is said there on a name that stands beside it.

"The tower of Ardmore fell" does not say that Ardmore fell. A weak writer takes the name that it was asked about for the
subject of whatever it reads, and a model of meaning, to which both texts look alike, lets it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rag.facts import names
from rag.numerals import APOSTROPHES

_NAME = r"[A-Z][\w-]*(?:(?: of| of the)? [A-Z][\w-]*)*"
_OPENING = re.compile(rf"[\"'(\[\u201c\u2018]*(?:(?:The|A|An) )?(?P<name>{_NAME})(?!\w)")
_OWNS = re.compile(rf"(?:(?<=s)[{APOSTROPHES}]|[{APOSTROPHES}]s)(?!\w)")
_BESIDE = re.compile(
    r"\b(?:of|for|in|at|from|with|on|about|near|under|within)(?:\s+(?:an?|the|its|his|her|their|this|that|[A-Z][\w-]*))*\s+$"
)


def is_beside(sentence: str, texts: Sequence[str], known: Collection[str] = ()) -> bool:
    """Whether a sentence begins with a name that its source has only behind a preposition, or as another's owner.

    Args:
        sentence: what somebody wrote.
        texts: the neighbouring sentences that it is said to rest on.
        known: as for ``rag.facts.names``.
    """
    name = opening_name(sentence, known)
    if not name:
        return False
    text = " ".join(texts)
    places = list(re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE))
    return bool(places) and all(_is_governed(text, place.start(), place.end()) for place in places)


def opening_name(sentence: str, known: Collection[str] = ()) -> str:
    """The name that a sentence begins with, an article aside; "" where it begins otherwise, or with "Ardmore's"."""
    opened = _OPENING.match(sentence)
    if opened is None or _OWNS.match(sentence, opened.end()):
        return ""
    name = opened["name"]
    if " " not in name and not any(fact.start == opened.start("name") for fact in names(sentence, known)):
        return ""
    return name


def _is_governed(text: str, start: int, end: int) -> bool:
    return bool(_OWNS.match(text, end) or _BESIDE.search(text[:start]))
