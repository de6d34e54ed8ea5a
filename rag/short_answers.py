"""The name that a short answer gives, and what it is of, as the question tells."""

from __future__ import annotations

import re

from rag.kinds import CALLINGS, JOINS, OFFICES, bare, is_body, parts_of
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
_WHO_IS = re.compile(_LEADING + r"who(?:['\u2019]s|\s+(?:is|was|are|were))\s+(?P<name>[^?]+?)\W*$", re.IGNORECASE)
_BELONGING = r"\w\W+(?:of|for|to|at|in|from|near|with)\s+"
"""What stands before a name that only tells whose or where somebody is: "the mayor of Perm", "adviser to Ana Bo"."""


def answered(question: str, short: str) -> Name | None:
    """The name that a short answer gives, or None: a day, an amount and a description are no names.

    "Who is Ana Bo?" is answered by what she is, whose names are of others: "the president of France".

    Args:
        question: what was asked, which tells what the name is of.
        short: the few words that answer.
    """
    if _ASKS_WHEN.match(question) or _tells_what_somebody_is(short, question):
        return None
    if _is_name(short):
        return _answering(short, question)
    if not _ASKS_WHO.match(question):
        return None
    within = [name for name in names(short) if name.kind in ("person", "any") and not _belongs(name, short)]
    return Name(_without_office(within[-1].text), "person") if within else None


def _tells_what_somebody_is(short: str, question: str) -> bool:
    """Whether a question names the one whom it asks about, no post of theirs, and is not answered by the whole name."""
    asked = _WHO_IS.match(question)
    words = asked["name"].split() if asked else []
    named_one = bool(words) and _is_name(" ".join(words)) and not {"of", "the", "for"} & set(words)
    owned = any(bare(word) != word for word in words)
    if not named_one or owned or words[-1] in OFFICES or words[-1].lower() in CALLINGS:
        return False
    return not set(words) <= set(short.split())


def _belongs(name: Name, short: str) -> bool:
    """Whether a name only tells whose or where somebody is: "the first lady of Perm", "Bo's mother"."""
    owner = bare(name.text) != name.text
    return owner or re.search(rf"{_BELONGING}{re.escape(name.text)}", short, re.IGNORECASE) is not None


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
