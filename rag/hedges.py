"""What stands directly before a number and says how it is meant: "at least", "up to", "about", "only".

"Up to 200" is no "at least 200", and each has every name and number of the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from rag.numerals import Fact, numbers

_LEAST, _MOST, _MINUS = "least", "most", "minus"
_KINDS = {
    "about": ("about", "around", "some", "approximately", "roughly", "nearly", "almost", "an estimated"),
    _MOST: ("at most", "up to", "less than", "fewer than", "under", "below", "no more than", "as many as"),
    _LEAST: ("at least", "more than", "over", "above", "exceeding", "no fewer than", "no less than"),
    "only": ("only", "just", "merely"),
    _MINUS: ("minus",),
}
"""The words of a kind say much the same. "No more than" is found before "more than", which it ends with."""

_ANY = "|".join(f"(?P<{kind}>{'|'.join(words)})" for kind, words in _KINDS.items())
_HEDGE = re.compile(rf"\b(?:{_ANY})\s+(?:(?:the|an?)\s+)?(?:US|EUR|USD|GBP)?[$\u20ac\u00a3\u00a5]?\s?$", re.IGNORECASE)
_SIGN = re.compile(r"(?<!\S)[\u2010\u2011\u2212-]$")
_REACH = 40
"""Characters before a number in which its hedge is looked for."""

Hedges = frozenset[str]


def rehedged(sentence: str, evidence: str) -> tuple[str, ...]:
    """The numbers of a sentence before which there stands another kind of hedge, or none, than in its evidence.

    Args:
        sentence: what somebody wrote.
        evidence: the text that it is said to rest on; a number that it lacks is not looked at, and of one that it has
            several times any will do.

    Returns:
        Each as the sentence writes it, in order.
    """
    there = _hedged(evidence)
    return tuple(
        sentence[fact.start : fact.end]
        for fact in numbers(sentence)
        if fact.value in there and _before(sentence, fact) not in there[fact.value]
    )


def opposed(sentence: str, evidence: str) -> tuple[str, ...]:
    """The numbers of a sentence that are the least there can be where its evidence has the most, or the reverse.

    Args:
        sentence: what somebody wrote.
        evidence: as for ``rehedged``.

    Returns:
        Each as the sentence writes it, in order.
    """
    there = _hedged(evidence)
    return tuple(
        sentence[fact.start : fact.end]
        for fact in numbers(sentence)
        for one, other in ((_LEAST, _MOST), (_MOST, _LEAST))
        if one in _before(sentence, fact)
        and all(other in hedges and one not in hedges for hedges in there.get(fact.value, [frozenset()]))
    )


def _hedged(text: str) -> Mapping[str, list[Hedges]]:
    """The hedges of each value, wherever it stands."""
    found: dict[str, list[Hedges]] = defaultdict(list)
    for fact in numbers(text):
        found[fact.value].append(_before(text, fact))
    return found


def _before(text: str, number: Fact) -> Hedges:
    """The kinds of the hedges that stand one after another before a number."""
    before = text[max(0, number.start - _REACH) : number.start]
    kinds = set()
    if _SIGN.search(before):
        kinds.add(_MINUS)
    while hedge := _HEDGE.search(before):
        kinds.add(hedge.lastgroup or "")
        before = before[: hedge.start()]
    return frozenset(kinds)
