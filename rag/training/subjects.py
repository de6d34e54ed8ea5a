"""Claims in which what is said of one thing goes on as if it were said of another, whose name has been left out.

"A took over B, after which B was closed" becomes "A took over B and was closed": every word is the source's, in its
order. So that a second verb by itself is not mistrusted, claims with two verbs of one subject stand beside them.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rag.facts import names
from rag.overlap import telling_words
from rag.training.claims import Claim
from rag.training.made import AUXILIARY
from rag.training.tails import ended, has_turn, is_closed, sentences

FEWEST_WORDS = 3
"""Before a second subject, and after its verb."""
MOST_SUBJECT = 6
"""Words of a second subject."""

_VERB = (
    rf"(?:{AUXILIARY.pattern[2:-2]}|[a-z]{{3,}}ed|said|made|took|became|began|came|went|won|lost|left|held|fell|rose)"
)
_FINITE = re.compile(rf"\b{_VERB}\b")
_SECOND = re.compile(
    rf"(?:,? (?:(?:after|following|upon) which|and|but|while|as|when|where|whereas|because|since|so|after|before|until|"
    rf"then)|;|:) (?P<subject>(?:[\w'\u2019-]+ ){{1,{MOST_SUBJECT}}}?)(?P<verb>{_VERB})\b"
)
_PRONOMINAL = re.compile(r",? (?:who|which) $")
_RELATIVE = re.compile(rf",? (?:who|which) (?P<verb>{_VERB})\b")
_PRONOUN = re.compile(r"(?:he|she)\b", re.IGNORECASE)
_EMPTY = frozenset("it this that these those there what who which i we you one some others all each both".split())
_VAGUE = re.compile(
    r"\b(?:former|latter|first|second|last|other|others|same|result|reason|purpose|idea|all|each|both)\b"
)
_ADVERBS = frozenset("also then later soon still again already finally eventually even ever always often".split())
_COPULA = re.compile(r"(?:is|are|was|were|be|been|became|become)$")
_PREPOSITIONS = frozenset(
    "in on at of for from by with unlike like among as to under over after before when while".split()
)
_ARTICLES = ("the ", "a ", "an ", "his ", "her ", "its ", "their ")
_JOINS = (" and ", " and ", ", and ", ", but ")


def bereft(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence, or two, whose second subject has been left out, so that the first is said to be it: open."""
    found = [claim for claim, one in _contracted(base.evidence) if not one]
    return replace(base, claim=rng.choice(found), label="not_enough", made="bereft") if found else None


def carried_on(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence, or two, whose second subject is the first and has been left out: supported."""
    found = [claim for claim, one in _contracted(base.evidence) if one]
    return replace(base, claim=rng.choice(found), label="supported", made="carried on") if found else None


def _contracted(evidence: str) -> Iterator[tuple[str, bool]]:
    """Claims with one subject and two verbs, and whether the second is said of that subject in the evidence."""
    texts = [text for text in sentences(evidence) if is_closed(text) and not has_turn(text)]
    for text in texts:
        yield from _within(text.rstrip(" .!?;:,"))
    for first, second in pairwise(texts):
        yield from _across(first.rstrip(" .!?;:,"), second.rstrip(" .!?;:,"))


def _within(text: str) -> Iterator[tuple[str, bool]]:
    verb = _FINITE.search(text)
    own = _PRONOMINAL.sub("", text[: verb.start()]) if verb else ""
    if verb is None or not _is_subject(own):
        return
    for match in _SECOND.finditer(text, verb.end()):
        one = _same(own, match["subject"])
        if one is not None:
            yield from _joined(text[: match.start()], text[match.start("verb") :], one)
    for match in _RELATIVE.finditer(text):
        rest = text[match.start("verb") :]
        if match.start() > verb.end() and not _COPULA.match(verb.group()):  # "A is a B which C" says C of A
            yield from _joined(text[: match.start()], rest.split(",")[0], False)
        elif match.start() == len(own) and "," in rest:  # "A, who was Y, did X"
            aside, told = rest.split(",", 1)
            if not told.strip().startswith(("and ", "or ", "as ")):  # "A, who was Y, and B did X"
                yield from _joined(f"{text[: match.start()]} {aside}", told.strip(), True)


def _across(first: str, second: str) -> Iterator[tuple[str, bool]]:
    verbs = _FINITE.search(first), _FINITE.search(second)
    if verbs[0] is None or verbs[1] is None or "," in second[: verbs[1].start()]:
        return
    own, other = first[: verbs[0].start()], second[: verbs[1].start()]
    one = _same(own, other) if _is_subject(own) and len(other.split()) <= MOST_SUBJECT else None
    # A thing without a name, told of in a sentence of its own, may be what the first sentence is about.
    if one is not None and (one or _is_named(other)) and len(first) < 200:
        yield from _joined(first, second[verbs[1].start() :], one)


def _joined(head: str, tail: str, one: bool) -> Iterator[tuple[str, bool]]:
    if min(len(head.split()), len(tail.split())) >= FEWEST_WORDS and is_closed(head) and is_closed(tail):
        join = _JOINS[(len(head) + len(tail)) % len(_JOINS)]
        yield ended(head.rstrip(" ,;:") + join + tail), one


def _is_subject(text: str) -> bool:
    """Whether the beginning of a sentence, up to its verb, is a name or a thing, as far as its form tells."""
    words = text.split()
    return (
        bool(words)
        and words[0].lower() not in _PREPOSITIONS
        and _is_named(text)
        and len(words) <= MOST_SUBJECT + 2
        and "," not in text.rstrip(" ,")
    )


def _same(first: str, second: str) -> bool | None:
    """Whether two subjects are one, by their words; None where that can't be told."""
    second = second.strip()
    if not second or second.split()[0].lower() in _EMPTY or _VAGUE.search(second):
        return None
    told, own = telling_words(second) - _ADVERBS, telling_words(first)
    if _PRONOUN.match(second) and not told:  # "he" is no film and no wife
        return None if first.lower().startswith(_ARTICLES) else True
    if not told:
        return None
    if told & own:
        return True if told <= own else None
    return False if _is_named(second) or second.lower().startswith(_ARTICLES) else None


def _is_named(subject: str) -> bool:
    return bool(names(f"So {subject.strip()}"))
