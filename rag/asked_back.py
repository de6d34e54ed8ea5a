"""Which of two readings a person means who was asked for it: "Scholz", "I mean Scholz", "the latter"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.kinds import bare
from rag.names import VERBS, WORD, names
from rag.schema import Answer

_CHOICE_WORDS = 8
"""The most words of a reply that only tells which reading is meant."""
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|then|ok|okay|well|please|no|yes)\W+)*"
    r"(?:(?:what|how)(?! about\b)|which|who|whom|whose|when|where|why|tell|give|explain|describe|list|show"
    rf"|{'|'.join(sorted(VERBS))})\b",
    re.IGNORECASE,
)
"""What a message begins with that asks for something."""

_READINGS = 2
_BOTH = frozenset(("both", "either"))
_FIRST, _SECOND = frozenset(("former", "first")), frozenset(("latter", "second"))
"""What tells which of two readings is meant by its place."""


def chosen(question: str, history: Sequence[Answer]) -> str | None:
    """The reading that a person chose by naming it, where the last answer asked which one is meant; else None.

    "Scholz", "I mean Scholz" or "the latter" chooses "What did Scholz say?", or "What was Scholz's reaction?". What
    asks for something else, "When was Scholz elected?", chooses nothing, whomever it names.
    """
    offered = history[-1].readings if history else ()
    said = unowned(question)
    if offered and said <= _FIRST | _SECOND | {"the", "one"} and bool(said & _FIRST) != bool(said & _SECOND):
        return offered[0] if said & _FIRST else offered[-1]
    terms = [unowned(reading) for reading in offered]
    if _ASKS.match(question) and not any(said <= own for own in terms):
        return None
    named = [
        reading
        for reading, own, other in zip(offered, terms, reversed(terms), strict=True)
        if said & (own - other) and not said & (other - own)
    ]
    return named[0] if len(named) == 1 and len(said) <= _CHOICE_WORDS else None


def unowned(text: str) -> set[str]:
    """The words of a text in lower case, each without the ending that tells that something is somebody's."""
    return {bare(word.group().lower()) for word in WORD.finditer(text)}


def undecided(question: str, history: Sequence[Answer]) -> tuple[str, ...]:
    """The readings to be asked for again, where a reply names both alike; else ().

    "Bo" does not tell "What did Ana Bo say?" from "What did Ivo Bo say?", nor does "Both".
    """
    offered = history[-1].readings if history else ()
    said = unowned(question)
    if len(offered) != _READINGS or len(said) > _CHOICE_WORDS:
        return ()
    if _ASKS.match(question):
        return offered if said == unowned(history[-1].question) else ()
    one, other = (unowned(reading) for reading in offered)
    named = (set[str]().union(*(unowned(name.text) for name in names(reading))) for reading in offered)
    alike = bool(said & set[str].intersection(*named)) and not said & (one ^ other)
    both = bool(said & (one - other)) and bool(said & (other - one))
    return offered if alike or both or said & _BOTH else ()
