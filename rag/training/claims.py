"""Claims with the texts that support them or do not, as people wrote them: the sets, and what is held apart."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.errors import DocumentError

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
MOST_BESIDE = 4
"""The most neighbouring sentences of a passage that stand beside a claim that is made from it."""
HELD_SHARE = 40  # one page, or evidence without a page, in this many is held apart


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
