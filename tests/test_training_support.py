"""Training of the support check: what it reads, what is made of it, and that what it exports can be opened."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.facts import missing
from rag.support import SupportCheck
from rag.training.__main__ import main
from rag.training.claims import (
    LABELS,
    SOURCES,
    Claim,
    ClaimMix,
    lifted,
    negated,
    read_claims,
    split_claims,
    strayed,
    swapped,
)
from rag.training.wice import Judged, figures

TOWNS = ("Ilmenau", "Brodno", "Casares", "Dunmore", "Elvas", "Fethiye", "Gorizia", "Hamar", "Iznik", "Jaca")


def _line(source: str, town: str, number: int) -> dict[str, str]:
    year = 1700 + number
    return {
        "claim": f"The hall of {town} was opened in {year}.",
        "evidence": f"In {year} the makers of {town} opened their hall. It was built by Anna Lind and burned twice.",
        "label": LABELS[number % 3],
        **({"page": f"{town}_{source}_{number}"} if "vitaminc" in source else {}),
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set, each with a few invented pairs."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "support").mkdir()
    for source in SOURCES:
        with gzip.open(folder / "support" / f"{source}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(_line(source, town, n)) + "\n" for n in range(12) for town in TOWNS)
    return folder


@pytest.fixture(scope="module")
def claims(data: Path) -> list[Claim]:
    return read_claims(data)


def test_no_page_stands_on_both_sides(claims: list[Claim]) -> None:
    training, held = split_claims(claims)
    assert len(training) + len(held) == len(claims) and held
    assert not {claim.group for claim in training} & {claim.group for claim in held}


def test_a_missing_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="check --data"):
        read_claims(tmp_path)


def test_the_mix_is_repeatable(claims: list[Claim]) -> None:
    chunk = ClaimMix(claims, seed=3).chunk(0, 100)
    assert chunk == ClaimMix(claims, seed=3).chunk(0, 100)
    assert chunk != ClaimMix(claims, seed=4).chunk(0, 100)
    assert {claim.made for claim in chunk} >= {"", "swapped", "negated", "strayed"}
    assert {claim.label for claim in chunk} == set(LABELS)


def test_what_is_made_is_what_it_says(claims: list[Claim]) -> None:
    rng = random.Random(0)
    supported = [claim for claim in claims if claim.label == "supported"]
    for _ in range(60):
        base, other = rng.sample(supported, 2)
        changed = swapped(base, other, rng)
        if changed is not None:
            assert changed.label == "refuted" and changed.claim != base.claim
            assert missing(changed.claim, base.claim)
        quoted = lifted(base, other, rng)
        assert quoted is not None and (quoted.label == "refuted" or quoted.claim in base.evidence)
        denied = negated(base, other, rng)
        assert denied is not None and (" not " in denied.claim) != (" not " in base.claim)
        stray = strayed(base, other, rng)
        assert stray is not None and stray.label == "not_enough" and stray.claim not in stray.evidence


def test_a_trained_check_can_be_opened(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one command, start to end; it needs the packages of the extra named train."""
    pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    assert main(["--model", "support", "--data", str(data), "--out", str(tmp_path), "--steps", "1"]) == 0
    assert "the support check is in" in capsys.readouterr().out
    check = SupportCheck(tmp_path)
    (probability,) = check.probabilities([("It opened.", "The hall opened in 1742.")])
    assert 0 <= probability <= 1 and 0 <= check.threshold <= 1


def test_wice_counts_the_best_of_several_right_choices() -> None:
    both = {"check": frozenset({1, 2}), "words": frozenset({7})}
    judged = [
        Judged("supported", (frozenset({1}), frozenset({1, 2})), {"check": 0.9, "words": 0.2}, both),
        Judged("not_supported", (), {"check": 0.1, "words": 0.4}, both),
    ]
    table = figures(judged, 0.5)
    assert table["check"]["auroc_supported"] == 1 and table["words"]["auroc_supported"] == 0
    assert table["check"]["sentences_f1"] == 1 and table["words"]["sentences_f1"] == 0
    assert table["check"]["shown_supported"] == 1 and table["check"]["shown_not_supported"] == 0
