"""Which words of a message point at a place, a time or a matter of what was said: "there", "that year", "this deal".

A word points nowhere where its own message has what it may point at.
"""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from typing import Literal

from rag.ellipses import TIMES
from rag.lexical import Words
from rag.names import VERBS, WORD, names
from rag.pronouns import explained, one_clause, tells_before

Pointed = Literal["place", "time", "matter"]

_NO_PLACE_BEFORE = VERBS | frozenset("hi hello hey that".split())
_NO_PLACE_BEHIND = VERBS | frozenset("seem seems seemed exist exists existed remain remains remained s re ll d".split())
"""Beside these "there" is no place: "Is there ...?", "There remain ...", "Hello there"."""
_SOMEWHERE = re.compile(r"\b(?:in|at|near|inside)\s+(?:(?:the|a|an)\s+)?(?P<place>[^\W\d][\w'’-]*)", re.IGNORECASE)
_NO_PLACES = frozenset("least most first last total fact general particular end beginning past time moment".split())
"""What may stand behind "in" or "at" and is no place: "at least", "in the end"."""
_THAT_PLACE = re.compile(r"\b(?:this|that) (?:country|city|town|village|region|province|area|place)\b", re.IGNORECASE)
_THAT_TIME = re.compile(
    r"\bthat (?:same )?(?:year|month|week|day|night|morning|evening|summer|winter|spring|autumn|decade|time)\b"
    r"|(?<=\w )then(?=[\s?.!]*$)",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:[Tt]his|[Tt]hese|[Tt]hose)\s+(?!(?:(?:very|same|last|past|coming)\s+)?(?:years?|months?|weeks?|days?|weekend|mornings?"
    r"|afternoon|evening|night|spring|summer|autumn|fall|winter|season|decade|century|time|moment|way|kinds?|sorts?"
    r"|types?|articles?|texts?|pages?|reports?|stor(?:y|ies)|questions?|answers?|chat|conversation"
    r"|country|city|town|village|region|province|area|place)\b)"
    r"(?P<what>[a-z][\w'’-]*)(?![\w'’-])(?!(?:\s+[\w'’-]+)?\s+(?:of|from|who|whom|that|which|whose)\b)"
)
_OF_THOSE = re.compile(r"\bthose\s+(?:\w+(?:ed|ing|en)|responsible|present|left|hurt|behind)\b", re.IGNORECASE)
"""Those who are told by what stands behind: "those killed in the fire"."""


def pointed(question: str, words: Words) -> Pointed | None:
    """What a message points at in what was said before it, or None."""
    if any(_is_place(question, found, words) for found in re.finditer(r"\bthere\b", question, re.IGNORECASE)):
        return "place"
    if (place := _THAT_PLACE.search(question)) and not _is_placed(question[: place.start()], words):
        return "place"
    if (time := _THAT_TIME.search(question)) and not _is_timed(question[: time.start()], words):
        return "time"
    return "matter" if any(_is_matter(question, found, words) for found in _THIS.finditer(question)) else None


def _is_place(question: str, there: re.Match[str], words: Words) -> bool:
    before, behind = (WORD.findall(part.lower()) for part in (question[: there.start()], question[there.end() :]))
    told = next((word for word in behind if not word.endswith("ly")), "")  # "there currently exists"
    beside = bool(before) and (before[-1] in _NO_PLACE_BEFORE or before[-1].endswith(("n't", "n’t")))
    return not beside and told not in _NO_PLACE_BEHIND and not _is_placed(question[: there.start()], words)


def _is_placed(before: str, words: Words) -> bool:
    """Whether what stands before a place that is pointed at may be that place; who does something is none."""
    if tells_before(before, words):
        return True
    within = (found["place"] for found in _SOMEWHERE.finditer(before))
    if any(
        words.content(place) and place not in _NO_PLACES and not any(sort.match(place) for sort in TIMES)
        for place in within
    ):
        return True
    acts = next((word.end() for word in WORD.finditer(before) if word.group().lower() in VERBS), 0)
    return any(not re.match(rf"\s*{re.escape(name.text)}\b", before[acts:]) for name in names(before))


def _is_timed(before: str, words: Words) -> bool:
    """Whether what stands before a time that is pointed at tells of one."""
    aside = any(words.content(part) for part in before.split(",")[:-1])
    return (
        aside or tells_before(before, words) or any(sort.search(before) for sort in TIMES) or not words.content(before)
    )


def _is_matter(question: str, this: re.Match[str], words: Words) -> bool:
    before = question[: this.start()]
    if not words.content(this["what"]) or _OF_THOSE.match(question, this.start()) or tells_before(before, words):
        return False
    return one_clause(before, words) or not explained(before, words)
