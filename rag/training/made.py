"""Pairs made from one that supports: in each a single thing goes wrong, as it does in written answers.

A number or a name from the next sentence, a "not" too many, a true sentence beside a source that does not say it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from rag.facts import names
from rag.numerals import Fact, numbers
from rag.sentences import sentence_spans
from rag.training.claims import Claim

Maker = Callable[[Claim, Claim, random.Random], Claim | None]
"""Makes a pair of a supported one and another with other evidence; None where it cannot."""

AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does|do|should|may|might|must)\b")


def lifted(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence as the claim, half the time with a number or a name changed."""
    spans = [span for span in sentence_spans(base.evidence) if span[1] - span[0] > 30]
    if not spans:
        return None
    start, end = rng.choice(spans)
    claim = replace(base, claim=base.evidence[start:end], made="lifted")
    return swapped(claim, _other, rng) if rng.random() < 0.5 else claim


def swapped(base: Claim, other: Claim, rng: random.Random) -> Claim | None:
    """A claim whose number or name is another: from elsewhere in the evidence, or from another text."""
    for facts in rng.sample([numbers, names], 2):
        own = facts(base.claim)
        sources = [base.evidence, other.evidence] if rng.random() < 0.6 else [other.evidence]
        for text in sources:
            mine = {fact.value for fact in own}
            rivals = [(fact, text) for fact in facts(text) if fact.value not in mine]
            if own and rivals:
                fact, (rival, place) = rng.choice(own), rng.choice(rivals)
                changed = _put(base.claim, fact, place[rival.start : rival.end])
                return replace(base, claim=changed, label="refuted", made="swapped")
    return None


def negated(base: Claim, _other: Claim, _rng: random.Random) -> Claim | None:
    """A claim with a "not" put in or taken out."""
    if " not " in base.claim:
        return replace(base, claim=base.claim.replace(" not ", " ", 1), label="refuted", made="negated")
    verb = AUXILIARY.search(base.claim)
    if verb is None:
        return None
    claim = f"{base.claim[: verb.end()]} not{base.claim[verb.end() :]}"
    return replace(base, claim=claim, label="refuted", made="negated")


def strayed(base: Claim, other: Claim, rng: random.Random) -> Claim | None:
    """A claim beside a text that does not speak of it, or beside only the other sentences of its own."""
    spans = sentence_spans(base.evidence)
    if len(spans) > 2 and rng.random() < 0.3:
        start, end = rng.choice(spans)
        rest = base.evidence[:start] + base.evidence[end:]
        sentence = base.evidence[start:end]
        return replace(base, claim=sentence, evidence=rest.strip(), label="not_enough", made="strayed")
    return replace(base, evidence=other.evidence, label="not_enough", made="strayed")


def _put(text: str, fact: Fact, word: str) -> str:
    return text[: fact.start] + word + text[fact.end :]
