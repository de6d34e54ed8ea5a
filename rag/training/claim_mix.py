"""What training the support check reads: the pairs that people wrote, and those made from them, in a fixed order."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.sentences import sentence_spans
from rag.support import beside
from rag.training.claims import SOURCES, Claim
from rag.training.data import Row
from rag.training.laps import Laps
from rag.training.made import Maker, lifted, negated, strayed, swapped
from rag.training.misread import Passages, garbled, grafted, misplaced
from rag.training.recast import crossed, inverted, overstated, spliced, turned
from rag.training.stated import Statements
from rag.training.subjects import bereft, carried_on
from rag.training.tails import coupled, false_tail, own_tail, run_on, shortened

MADE = 0.4
"""How many pairs with one thing wrong are made for each that people wrote."""

JOINED = 0.3
"""How many of two parts are made for each that people wrote."""

RECAST = 0.4
"""How many of their evidence's own words, put together anew, are made for each that people wrote."""

STATED = 0.4
"""How many made of a question and an answer are made for each that people wrote."""

ECHOED = 0.02
"""How many questions as statements are made for each that people wrote."""

OF_PASSAGES = 0.5
"""The share of claims of two parts, and of those of own words, that are made of longer passages."""

_JOINED: dict[Maker, float] = {
    false_tail: 0.2, own_tail: 0.2, run_on: 0.2, shortened: 0.08, grafted: 0.12, bereft: 0.12, carried_on: 0.08
}  # fmt: skip
_RECAST: dict[Maker, float] = {
    crossed: 0.25, spliced: 0.12, misplaced: 0.15, garbled: 0.05, overstated: 0.12, inverted: 0.12, turned: 0.19
}  # fmt: skip
_COUPLED = 0.15
"""The share of ``coupled`` among claims of two parts."""
_TRIES = 24
"""How often a pair is tried with other texts where the first cannot be parted, joined or put together anew."""


class ClaimMix:
    """The pairs of a training run, in chunks that depend on the seed and the chunk's number alone."""

    def __init__(self, claims: Sequence[Claim], seed: int, rows: Sequence[Row] = ()) -> None:
        """Draw from ``claims``, and from the questions and passages of ``rows`` where there are any."""
        self._seed = seed
        sets = {source: [claim for claim in claims if claim.source == source] for source in SOURCES}
        self._laps = Laps(sets, SOURCES, seed)
        self._supported = [claim for claim in claims if claim.label == "supported" and "snli" not in claim.source]
        self._of_page: dict[str, list[Claim]] = defaultdict(list)
        self._of_evidence: dict[str, list[Claim]] = defaultdict(list)
        for claim in self._supported:
            self._of_page[claim.group].append(claim)
        for claim in claims:
            self._of_evidence[claim.evidence].append(claim)
        self._statements = Statements(rows) if rows else None
        self._passages = Passages(rows) if rows else None

    def chunk(self, number: int, size: int) -> list[Claim]:
        """About ``size`` pairs that people wrote, and ``MADE``, ``JOINED``, ... times as many that are made."""
        rng = random.Random(f"{self._seed}:{number}")
        drawn = [self._as_read(claim, rng) for claim in self._laps.chunk(number, size)]
        makers = (lifted, swapped, negated, strayed)
        for _ in range(round(MADE * size)):
            base, other = rng.sample(self._supported, 2)
            drawn += self._kept(rng.choice(makers)(base, other, rng), rng)
        for _ in range(round(JOINED * size)):
            drawn += self._kept(self._coupled(rng) if rng.random() < _COUPLED else self._tried(_JOINED, rng), rng)
        for _ in range(round(RECAST * size)):
            drawn += self._kept(self._tried(_RECAST, rng), rng)
        if self._statements and self._passages:
            for _ in range(round(STATED * size)):
                drawn += self._kept(self._statements.draw(rng), rng)
            for _ in range(round(ECHOED * size)):
                drawn += self._kept(self._passages.echoed(rng), rng)
        return drawn

    def _kept(self, made: Claim | None, rng: random.Random) -> list[Claim]:
        return [self._as_read(made, rng)] if made else []

    def _tried(self, kinds: Mapping[Maker, float], rng: random.Random) -> Claim | None:
        """A pair of one of the kinds, drawn by their weights."""
        (maker,) = rng.choices(list(kinds), list(kinds.values()))
        for _ in range(_TRIES):
            made = maker(*self._two(rng), rng)
            if made is not None:
                return made
        return None

    def _two(self, rng: random.Random) -> tuple[Claim, Claim]:
        """A claim to make another of, and one with other evidence to take from."""
        if self._passages and rng.random() < OF_PASSAGES:
            return self._passages.draw(rng)
        base = rng.choice(self._supported)
        return base, other_text(base, self._of_page[base.group], self._supported, rng)

    def _coupled(self, rng: random.Random) -> Claim | None:
        for _ in range(_TRIES):
            base = rng.choice(self._supported)
            made = coupled(base, self._of_evidence[base.evidence], rng)
            if made is not None:
                return made
        return None

    def _as_read(self, claim: Claim, rng: random.Random) -> Claim:
        """As the check meets it: half behind the page's title, and a quarter beside a sentence of another text."""
        evidence = claim.evidence
        if rng.random() < 0.25:
            other = rng.choice(self._supported).evidence
            spans = sentence_spans(other)
            start, end = rng.choice(spans) if spans else (0, len(other))
            parts = [evidence, other[start:end]]
            rng.shuffle(parts)
            evidence = " ".join(parts)
        if rng.random() < 0.5:
            evidence = beside(claim.page, evidence)
        return replace(claim, evidence=evidence)


def other_text(base: Claim, page: Sequence[Claim], claims: Sequence[Claim], rng: random.Random) -> Claim:
    """A claim with other evidence: half the time of the same page, where there is one, as it is the likelier slip."""
    near = [claim for claim in page if claim.evidence != base.evidence]
    if near and rng.random() < 0.5:
        return rng.choice(near)
    return rng.choice(claims)
