"""The name that a short answer gives, and what it is of, as the question tells."""

from __future__ import annotations

import re

from rag.kinds import JOINS, OFFICES, is_body, parts_of
from rag.names import Name, capital, is_no_name, named, names

_LEADING = r"\W*(?:(?:and|but|so|then|or|also)\s+)*(?:(?:by|to|with|from|in|at|for|of|on|since|until)\s+)?"
_ASKS_WHO = re.compile(_LEADING + r"(?:who|whom|whose|which (?:person|man|woman))\b", re.IGNORECASE)
_ASKS_WHERE = re.compile(
    _LEADING + r"(?:where|(?:which|what) (?:city|town|village|region|place|continent))\b", re.IGNORECASE
)
_ASKS_WHICH_STATE = re.compile(_LEADING + r"(?:which|what) (?:country|state|nation)\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(
    _LEADING + r"(?:when|how (?:long|old|often|soon)|(?:which|what) (?:year|month|day|date|time))\b", re.IGNORECASE
)


def answered(question: str, short: str) -> Name | None:
    """The name that a short answer gives, or None: a day, an amount and a description are no names.

    Args:
        question: what was asked, which tells what the name is of.
        short: the few words that answer.
    """
    if _ASKS_WHEN.match(question):
        return None
    if _is_name(short):
        return _answering(short, question)
    if not _ASKS_WHO.match(question):
        return None
    within = [name for name in names(short) if name.kind in ("person", "any")]
    return Name(_without_office(within[-1].text), "person") if within else None


def _without_office(name: str) -> str:
    """A person's name alone: "Human Rights Commissioner Ana Bo" is Ana Bo."""
    words = name.split()
    last = max((place for place, word in enumerate(words[:-1]) if word in OFFICES), default=-1)
    return name if set(words[last + 1 :]) <= OFFICES else " ".join(words[last + 1 :])


def _answering(name: str, asked: str) -> Name:
    """A short answer with the kind that was asked for: whoever answers "who" is a person, unless a state or a body.

    A city is no "they"; a country may be.
    """
    if _ASKS_WHERE.match(asked):
        return Name(name, "place")
    if _ASKS_WHICH_STATE.match(asked) and not parts_of(name):
        return Name(name, "thing")
    told = named(name)
    who = _ASKS_WHO.match(asked) is not None and told.kind != "several"
    return Name(name, "person") if who and (told.kind == "any" or _is_from(name)) else told


def _is_from(name: str) -> bool:
    """Whether a person may be called by where they are from: "Joan of Arc", not "Bank of Perm"."""
    words = name.split()
    return words[1:2] == ["of"] and not is_body(name)


def _is_name(text: str) -> bool:
    """Whether a text is a name and nothing else, as a short answer may be."""
    words = text.split()
    one = bool(words) and len(words) <= 6 and all(capital(word) or word in JOINS for word in words)
    return one and not is_no_name(text, "")
