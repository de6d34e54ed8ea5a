"""Claims with the texts that support them or do not: the sets, what is made of them, and what is held apart.

A written answer errs in its own ways: a number or a name from the next sentence, a "not" too many, a true sentence
beside a source that does not say it. Each is made here from pairs that support, beside those that people wrote.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.errors import DocumentError
from rag.facts import Fact, names, numbers
from rag.sentences import sentence_spans
from rag.training.laps import Laps

Label = Literal["supported", "refuted", "not_enough"]
LABELS: tuple[Label, ...] = ("supported", "refuted", "not_enough")

# The share of each set among the pairs that training draws; the captions of SNLI are furthest from news.
SOURCES = {
    "vitaminc_real": 0.40,
    "vitaminc_synthetic": 0.12,
    "fever_dev_pairs": 0.22,
    "fever2_adversarial": 0.01,
    "mnli_dev": 0.15,
    "snli_dev": 0.05,
    "snli_test_esnli": 0.05,
}
HELD_SHARE = 40  # one page, or evidence without a page, in this many is held apart

MADE = 0.5
"""How many pairs are made for each that people wrote."""

_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does|do|should|may|might|must)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and a text.

    Attributes:
        source: the set that it comes from, a key of ``SOURCES``.
        group: what it is split by; pairs of one group never stand on both sides.
        claim: one sentence.
        evidence: a sentence or more.
        label: whether the evidence supports the claim, refutes it, or leaves it open.
        made: how it was made from another pair, or "" where people wrote it.
        page: the title of the page that the evidence is from, or "" where that is not told.
    """

    source: str
    group: str
    claim: str
    evidence: str
    label: Label
    made: str = ""
    page: str = ""


def read_claims(folder: Path) -> list[Claim]:
    """Read every set of ``SOURCES`` from ``folder/support/*.jsonl.gz``, a pair a line.

    Raises:
        DocumentError: where a set is missing.
    """
    claims: list[Claim] = []
    for source in SOURCES:
        path = folder / "support" / f"{source}.jsonl.gz"
        if not path.is_file():
            raise DocumentError(f"no training set {source}: {path} is not a file; check --data")
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                page = (record.get("page") or "").replace("_", " ").replace("-LRB-", "(").replace("-RRB-", ")")
                group = page or record["evidence"]
                claims.append(Claim(source, group, record["claim"], record["evidence"], record["label"], page=page))
    return claims


def split_claims(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Part the pairs into those to train on and those held apart, by whole pages."""

    def is_held(claim: Claim) -> bool:
        digest = hashlib.sha256(claim.group.encode()).digest()
        return int.from_bytes(digest[:6], "big") % HELD_SHARE == 0

    return [claim for claim in claims if not is_held(claim)], [claim for claim in claims if is_held(claim)]


class ClaimMix:
    """The pairs of a training run, in chunks that depend on the seed and the chunk's number alone."""

    def __init__(self, claims: Sequence[Claim], seed: int) -> None:
        """Draw from ``claims``."""
        self._seed = seed
        sets = {source: [claim for claim in claims if claim.source == source] for source in SOURCES}
        self._laps = Laps(sets, SOURCES, seed)
        self._supported = [claim for claim in claims if claim.label == "supported" and "snli" not in claim.source]

    def chunk(self, number: int, size: int) -> list[Claim]:
        """About ``size`` pairs that people wrote, and ``MADE`` times as many that are made."""
        rng = random.Random(f"{self._seed}:{number}")
        drawn = [self._among_others(claim, rng) for claim in self._laps.chunk(number, size)]
        makers = (lifted, swapped, negated, strayed)
        for _ in range(round(MADE * size)):
            base, other = rng.sample(self._supported, 2)
            made = rng.choice(makers)(base, other, rng)
            if made is not None:
                drawn.append(self._among_others(made, rng))
        return drawn

    def _among_others(self, claim: Claim, rng: random.Random) -> Claim:
        """A quarter of the pairs with a sentence or two of another text round their evidence, as in an article."""
        if rng.random() >= 0.25:
            return claim
        other = rng.choice(self._supported).evidence
        spans = sentence_spans(other)
        start, end = rng.choice(spans) if spans else (0, len(other))
        around = other[start:end]
        parts = [claim.evidence, around] if rng.random() < 0.5 else [around, claim.evidence]
        return replace(claim, evidence=" ".join(parts))


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
    verb = _AUXILIARY.search(base.claim)
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
