"""Training of the support check: what it reads, what is made of it, and that what it exports can be opened."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.facts import missing, names
from rag.numerals import numbers
from rag.sentences import sentence_spans
from rag.support import SupportCheck
from rag.training.__main__ import main
from rag.training.claim_mix import ClaimMix
from rag.training.claims import LABELS, SOURCES, Claim, read_claims, split_claims
from rag.training.made import lifted, negated, strayed, swapped
from rag.training.measure_support import made_of_two_parts
from rag.training.tails import brings, coupled, false_tail, joints, own_tail, run_on, shortened
from rag.training.wice import Judged, figures
from tests.training_sets import write_sets

STORIES = (
    "The hall was built by Anna Lind on a hill after the river had drowned the older market.",
    "The tower of Bo Lund burned twice in one winter because nobody swept the chimneys of the bakers.",
    "Visitors of Ida Holm came from far away, bringing lanterns and painted wagons for the autumn fair.",
)
TOWNS = ("Ilmenau", "Brodno", "Casares", "Dunmore", "Elvas", "Fethiye", "Gorizia", "Hamar", "Iznik", "Jaca")


def _line(source: str, town: str, number: int) -> dict[str, str]:
    year = 1700 + number
    return {
        "claim": (
            f"The hall of {town} was opened in {year}."
            if number % 2
            else f"The carpenters of {town} had opened a hall for weavers and singers in {year}."
        ),
        "evidence": f"In {year} the makers of {town} opened their hall. {STORIES[number // 3 % len(STORIES)]}",
        "label": LABELS[number % 3],
        **({"page": f"{town}_{source}_{number}"} if "vitaminc" in source else {}),
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set, each with a few invented pairs, and the reader's sets, of which pairs are made."""
    folder = tmp_path_factory.mktemp("data")
    write_sets(folder)
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
    assert {claim.made for claim in chunk} >= {"false tail", "own tail", "severed", "run on", "shortened"}
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


def _pairs(claims: list[Claim], count: int = 80) -> Iterator[tuple[Claim, Claim, random.Random]]:
    rng = random.Random(1)
    supported = [claim for claim in claims if claim.label == "supported"]
    for _ in range(count):
        base, other = rng.sample(supported, 2)
        yield base, other, rng


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _shared(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _plain(text: str) -> str:
    return " ".join(text.lower().strip(" .,").split())


def test_a_tail_begins_where_a_sentence_may_end() -> None:
    sentence = "The council of the town closed the bridge, which was old, after residents had complained of noise."
    tails = [sentence[place:] for place in joints(sentence)]
    assert ", which was old, after residents had complained of noise." in tails
    assert " after residents had complained of noise." in [tail.lstrip(",") for tail in tails]
    assert not joints("She lived after the war had ended in ruins"[:20])
    assert not any(sentence[:place].endswith(" the") for place in joints(sentence))
    assert not joints("The bridge (a bridge of stone and wood after all of it) fell")[1:]


def test_a_false_tail_is_of_another_text_and_brings_words_but_no_number_or_name(claims: list[Claim]) -> None:
    made = 0
    for base, other, rng in _pairs(claims):
        claim = false_tail(base, other, rng)
        if claim is None:
            continue
        made += 1
        assert (claim.label, claim.made, claim.evidence) == ("not_enough", "false tail", base.evidence)
        texts = [base.claim, *_sentences(base.evidence)]
        shared = max(_shared(claim.claim, text.rstrip(".")) for text in texts)
        head, tail = claim.claim[:shared], claim.claim[shared:]
        own = " ".join(tail.split()[1:]).rstrip(".")
        assert len(head.split()) >= 4 and own in f"{other.claim} {other.evidence}"
        assert brings(tail, base.evidence)
        start = len(claim.claim) - len(tail)
        assert not [fact for fact in (*numbers(claim.claim), *names(claim.claim)) if fact.start > start]
    assert made > 20


def test_a_tail_is_false_only_where_its_evidence_was_cut(claims: list[Claim]) -> None:
    labels = set()
    for base, other, rng in _pairs(claims):
        claim = own_tail(base, other, rng)
        if claim is None:
            continue
        labels.add(claim.label)
        assert claim.claim in base.evidence
        assert (claim.claim in claim.evidence) == (claim.label == "supported")
        if claim.label == "not_enough":
            start = _shared(claim.evidence, base.evidence)
            cut = base.evidence[start : start + len(base.evidence) - len(claim.evidence)]
            assert brings(cut, claim.evidence) and _plain(claim.claim).endswith(_plain(cut))
    assert labels == {"supported", "not_enough"}


def test_what_is_joined_is_supported_where_the_evidence_holds_both(claims: list[Claim]) -> None:
    labels = set()
    for base, other, rng in _pairs(claims):
        claim = run_on(base, other, rng)
        if claim is None:
            continue
        labels.add(claim.label)
        texts = [each for text in (base.evidence, other.evidence) for each in _sentences(text)]
        parts = [part for part in {base.claim, other.claim, *texts} if _plain(part) in _plain(claim.claim)]
        assert len(parts) == 2 and base.evidence in claim.evidence
        both = all(part in claim.evidence or part == base.claim for part in parts if part != other.claim)
        if claim.label == "supported":
            assert both and (other.claim not in parts or other.evidence in claim.evidence)
        else:
            assert claim.evidence == base.evidence
        cut = shortened(base, other, rng)
        if cut is not None:
            labels.add(cut.label)
            assert cut.label == "supported" and cut.claim.rstrip(".") in cut.evidence == base.evidence
    assert labels == {"supported", "not_enough"}


def test_what_negates_or_compares_is_not_shortened() -> None:
    for text in (
        "The council of the town did not close the bridge after residents had complained.",
        "The mill was the largest of all the mills in the province of the north.",
    ):
        base = Claim("mnli_dev", "", "", text, "supported")
        assert shortened(base, base, random.Random(0)) is None


def test_two_claims_joined_hold_where_both_do(claims: list[Claim]) -> None:
    base = replace(claims[0], label="supported", claim="The hall was opened.")
    held = replace(base, claim="The hall was built on a hill.")
    open_ = replace(base, claim="The hall was painted.", label="not_enough")
    rng = random.Random(0)
    seen = {claim.label: claim.claim for _ in range(20) if (claim := coupled(base, [base, held, open_], rng))}
    assert set(seen) == {"supported", "not_enough"}
    assert "painted" in seen["not_enough"] and "hill" in seen["supported"]
    assert coupled(base, [base], rng) is None


def test_the_measure_makes_each_kind_with_its_label(claims: list[Claim]) -> None:
    supported = [claim for claim in claims if claim.label == "supported" and claim.page]
    kinds = made_of_two_parts(supported, random.Random(0))
    assert kinds == made_of_two_parts(supported, random.Random(0))
    for kind, some in kinds.items():
        assert some and {claim.label for claim in some} == {"not_enough" if "caught" in kind else "supported"}, kind


def test_a_trained_check_can_be_opened(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one command, start to end; it needs the packages of the extra named train."""
    pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    monkeypatch.setattr("rag.training.measure_support.MADE", 20)  # of 400 it takes minutes to measure each kind
    assert main(["--model", "support", "--data", str(data), "--out", str(tmp_path), "--steps", "1"]) == 0
    assert "the support check is in" in capsys.readouterr().out
    check = SupportCheck(tmp_path)
    (probability,) = check.probabilities([("It opened.", "The hall opened in 1742.")])
    assert 0 <= probability <= 1
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert check.threshold == manifest["calibration"]["thresholds"]["strict"]
    told = manifest["figures"]
    assert told["steps"] == 1 and told["largest_logit_difference"] < 0.05 and told["pairs"] > 0
    assert {"auroc", "strict_precision", "all_strict_recall", "lost_by_facts"} <= set(told)


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
