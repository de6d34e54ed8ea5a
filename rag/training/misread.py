"""Claims as a weak model makes them of a passage of several sentences: what one of them says, told of another.

A model of a hundred million parameters copies. What goes wrong is what it joins: the end of one sentence to the
beginning of another, a word from here put there, or the question with a full stop.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.numerals import Fact
from rag.overlap import telling_words
from rag.sentences import sentence_spans
from rag.training.claims import MOST_BESIDE, Claim
from rag.training.data import UNFIT, Row
from rag.training.recast import things
from rag.training.tails import ended, joints, sentences

_BACKWARD = re.compile(
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|there|here|then|also|so|both|the (?:former|latter|"
    r"same))\b",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset("at in on from to for with by of under over against".split())
_OBJECT = re.compile(
    rf"\b(?:{'|'.join(sorted(_PREPOSITIONS))}) (?:the |a |an |its |their )?(?:[\w'-]+ ){{0,3}}[\w'-]+"
    r"(?=[,.;]| (?:at|in|on|from|to|for|with|by|of|and|or|but|that|which|who|is|was|are|were|has|had|as)\b)"
)


class Passages:
    """Runs of sentences out of longer texts, each with one of its sentences as a claim that it supports.

    Args:
        rows: their contexts are the texts; each is taken once.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        kept = {row.context: row for row in rows if row.source not in UNFIT}
        self._rows = [(row, spans) for row in kept.values() if len(spans := sentence_spans(row.context)) >= 2]
        self._asked = [row for row in rows if row.source not in UNFIT and row.question.count(" ") >= 3]

    def draw(self, rng: random.Random) -> tuple[Claim, Claim]:
        """A claim, and another with other evidence: half the time of the same text, where it is long enough."""
        row, spans = rng.choice(self._rows)
        first = rng.randrange(len(spans))
        base = _run(row, spans, first, rng)
        if rng.random() < 0.5 and (apart := [n for n in range(len(spans)) if abs(n - first) >= MOST_BESIDE]):
            return base, _run(row, spans, rng.choice(apart), rng)
        row, spans = rng.choice(self._rows)
        return base, _run(row, spans, rng.randrange(len(spans)), rng)

    def echoed(self, rng: random.Random) -> Claim | None:
        """A question of a text, as if it were a statement, beside a sentence or more of that text: open."""
        row = rng.choice(self._asked)
        spans = sentence_spans(row.context)
        if not spans:
            return None
        claim = echo(row.question, rng)
        evidence = _run(row, spans, rng.randrange(len(spans)), rng).evidence
        return Claim(row.source, row.document, claim, evidence, "not_enough", "echoed", row.title) if claim else None


def echo(question: str, rng: random.Random) -> str:
    """What a question asks as if it were said: with a full stop, without the word that asks, or both."""
    words = question.rstrip(" ?").split()
    if rng.random() < 0.6:
        words = [word for word in words if word.lower() not in {"what", "who", "which", "when", "where", "how", "why"}]
    text = " ".join(words)
    return ended(text[0].upper() + text[1:]) if len(words) >= 4 else ""


def grafted(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence, or its beginning, that goes on as another sentence of the evidence ends: open.

    The other sentence speaks of something else, as far as its first words tell.
    """
    texts = sentences(base.evidence)
    if len(texts) < 2:
        return None
    head, donor = rng.sample(texts, 2)
    own = telling_words(head)
    if _BACKWARD.match(donor) or telling_words(" ".join(donor.split()[:5])) & own:
        return None
    tails = [donor[place:] for place in joints(donor)]
    tails = [tail for tail in tails if (said := telling_words(tail)) and not said & own]
    if not tails:
        return None
    places = joints(head)
    if places and rng.random() < 0.6:
        head = head[: rng.choice(places)]
    claim = head.rstrip(" .!?;:,") + rng.choice(tails)
    return replace(base, claim=ended(claim), label="not_enough", made="grafted")


def misplaced(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence with a thing or a place in it that only a different sentence tells of: open."""
    texts = sentences(base.evidence)
    if len(texts) < 2:
        return None
    sentence, donor = rng.sample(texts, 2)
    pairs = [
        (fact, rival)
        for facts in (things, _objects)
        for fact in facts(sentence)
        for rival in facts(donor)
        if not telling_words(rival.value) & telling_words(sentence) and _joiner(fact) == _joiner(rival)
    ]
    if not pairs:
        return None
    fact, rival = rng.choice(pairs)
    claim = sentence[: fact.start] + rival.value + sentence[fact.end :]
    return replace(base, claim=ended(claim), label="not_enough", made="misplaced")


def garbled(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence in which two phrases of two or three words have changed places: open."""
    words = rng.choice(sentences(base.evidence) or [base.claim]).split()
    if len(words) < 9:
        return None
    one, two = rng.randint(2, 3), rng.randint(2, 3)
    first = rng.randrange(len(words) - one - two - 1)
    second = rng.randrange(first + one + 1, len(words) - two + 1)
    swapped = words[second : second + two], words[first + one : second], words[first : first + one]
    claim = " ".join([*words[:first], *swapped[0], *swapped[1], *swapped[2], *words[second + two :]])
    return replace(base, claim=ended(claim), label="not_enough", made="garbled")


def _objects(sentence: str) -> list[Fact]:
    """What follows a preposition, with it, up to the next joint: "at the winter solstice"."""
    return [Fact(match.start(), match.end(), match.group()) for match in _OBJECT.finditer(sentence)]


def _joiner(fact: Fact) -> str:
    first = fact.value.split()[0]
    return first if first in _PREPOSITIONS else ""


def _run(row: Row, spans: Sequence[tuple[int, int]], first: int, rng: random.Random) -> Claim:
    last = min(len(spans) - 1, first + rng.randint(0, MOST_BESIDE - 1))
    start, end = spans[rng.randint(first, last)]
    evidence = row.context[spans[first][0] : spans[last][1]]
    return Claim(row.source, row.document, row.context[start:end], evidence, "supported", page=row.title)
