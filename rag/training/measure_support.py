"""What a trained support check is worth on pages that it was not trained on, its calibration, and its threshold."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.demands import DEMANDS, MOST_NEIGHBOURS, fits, lacking, says
from rag.facts import names, openers
from rag.numerals import AMBIGUOUS, Fact, is_compared, numbers
from rag.schema import Surety
from rag.sentences import sentence_spans
from rag.support import SupportCheck, beside
from rag.training.claim_mix import other_text
from rag.training.claims import Claim
from rag.training.data import Row
from rag.training.made import Maker, negated
from rag.training.measure import auroc, fit_logistic
from rag.training.misread import Passages, garbled, grafted, misplaced
from rag.training.recast import crossed, inverted, overstated, spliced, turned
from rag.training.stated import Statements
from rag.training.subjects import bereft, carried_on
from rag.training.tails import brings, false_tail, own_tail, run_on, shortened

CLAIMS = 1500
MADE = 400
THRESHOLDS: dict[Surety, float] = {"strict": 0.95, "balanced": 0.5, "lenient": 0.15}
"""The least probability at which a pair counts as supported, by the name of the setting.

Lenient is for strong writers, seldom wrong: at most a tenth of VitaminC's supported pairs is lost. At balanced, .88 of
the held-apart pairs that the shipped check lets through are supported. Strict is for weak writers, most of whose
sentences are not true: of all pairs held apart what it lets through is supported, at the price of seven in eight.
"""


def measure(folder: Path, held: Sequence[Claim], rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Check held-apart pairs with the model in ``folder``.

    Args:
        folder: of an exported support check.
        held: the pairs held apart.
        rows: questions held apart, with the texts that answer them.

    Returns:
        The calibration (``scale`` and ``bias`` of a logistic function of the log-odds of "supported"; ``thresholds``)
        and the figures. For each setting: of all pairs, the share of those let through that is supported, and of the
        supported that is let through (``..._precision``, ``..._recall``; with ``all_`` in front, of all that is held
        apart and not of ``CLAIMS`` pairs). The area under the curve of each set. Of VitaminC's supported pairs, how
        many are lost to the model (at "balanced"), to numbers and names that the evidence and its page's title lack,
        and to the whole check of each setting; how many are caught of those made false by a number or a name of
        another text, by a "not", or by a tail; how many true joins and true beginnings are lost
        (``made_of_two_parts``); and what becomes of the evidence's words put together anew (``made_of_own_words``),
        and of the questions and texts of ``rows`` (``made_of_questions``).
    """
    check = SupportCheck(folder)
    rng = random.Random(0)
    claims = rng.sample(list(held), min(CLAIMS, len(held)))
    logits = _logits(check, claims)
    right = [claim.label == "supported" for claim in claims]
    scale, bias = fit_logistic(list(zip(logits, right, strict=True)))
    figures: dict[str, Any] = {"pairs": len(claims)}
    for source in sorted({claim.source for claim in claims}):
        scored = [(x, y) for x, y, claim in zip(logits, right, claims, strict=True) if claim.source == source]
        figures[f"auroc_{source}"] = round(auroc(scored), 4)
    figures["auroc"] = round(auroc(list(zip(logits, right, strict=True))), 4)

    def likely(log_odds: Sequence[float]) -> list[float]:
        return [1 / (1 + math.exp(-scale * logit - bias)) for logit in log_odds]

    stops = _stops(check, held, likely)
    place = {id(claim): number for number, claim in enumerate(held)}
    of_these = {name: [stopped[place[id(claim)]] for claim in claims] for name, stopped in stops.items()}
    figures |= _let_through(claims, of_these)
    figures |= {f"all_{name}": value for name, value in _let_through(held, {"strict": stops["strict"]}).items()}
    supported = [claim for claim in held if claim.label == "supported" and claim.page]
    kinds: dict[str, list[Claim]] = {
        "lost": rng.sample(supported, min(MADE, len(supported))),
        "caught_numbers": _made(supported, numbers, rng),
        "caught_names": _made(supported, names, rng),
        "caught_nots": [each for claim in supported[:MADE] if (each := negated(claim, claim, rng))],
    }
    kinds |= made_of_two_parts(supported, rng) | made_of_own_words(supported, rng) | made_of_questions(rows, rng)
    for kind, some in kinds.items():
        figures |= _stopped(kind, some, likely(_logits(check, some)), _stops(check, some, likely))
    return {"scale": scale, "bias": bias, "thresholds": THRESHOLDS}, figures


def _let_through(claims: Sequence[Claim], stops: Mapping[Surety, Sequence[bool]]) -> dict[str, float]:
    figures = {}
    supported = sum(claim.label == "supported" for claim in claims)
    for name, stopped in stops.items():
        shown = [claim.label == "supported" for claim, stop in zip(claims, stopped, strict=True) if not stop]
        figures[f"{name}_precision"] = round(sum(shown) / max(len(shown), 1), 4)
        figures[f"{name}_recall"] = round(sum(shown) / max(supported, 1), 4)
    return figures


def _made(supported: Sequence[Claim], facts: Callable[[str], tuple[Fact, ...]], rng: random.Random) -> list[Claim]:
    """Claims with one number, or one name, of the evidence of another page in place of their own.

    A number that is only compared with is left out: "more than 9" is as true as "more than 5" where there are ten.
    """
    made = []
    for claim in supported[: 2 * MADE]:
        other = rng.choice(supported)
        own = [fact for fact in facts(claim.claim) if not is_compared(claim.claim, fact)]
        taken = {fact.value for fact in own}
        rivals = [(fact, other.evidence[fact.start : fact.end]) for fact in facts(other.evidence)]
        # "one" and "first" are seldom numbers, and nobody swaps them for one.
        rivals = [(fact, word) for fact, word in rivals if fact.value not in taken and word.lower() not in AMBIGUOUS]
        if own and rivals and other.page != claim.page:
            fact, (_, word) = rng.choice(own), rng.choice(rivals)
            changed = claim.claim[: fact.start] + word + claim.claim[fact.end :]
            made.append(replace(claim, claim=changed, label="refuted", made="swapped"))
    return made[:MADE]


def made_of_two_parts(supported: Sequence[Claim], rng: random.Random) -> dict[str, list[Claim]]:
    """What shows whether the second part of a claim is read, under the name of its figure; at most ``MADE`` of each.

    Returns:
        False: ``caught_tails`` (of another text, with no number and no name), ``caught_severed`` (a sentence's own
        tail, cut out of its evidence), ``caught_halves`` (the second half of another claim after ", and", as
        training never makes it). True: ``lost_joins`` (two statements that the evidence holds), ``lost_sentences``
        (of the evidence, whole), ``lost_shortened`` (without their tails).
    """
    makers: dict[str, tuple[Maker, str]] = {
        "caught_tails": (false_tail, "not_enough"),
        "caught_severed": (own_tail, "not_enough"),
        "caught_halves": (_half, "not_enough"),
        "lost_joins": (run_on, "supported"),
        "lost_sentences": (own_tail, "supported"),
        "lost_shortened": (shortened, "supported"),
    }
    return _drawn(makers, supported, rng)


def made_of_own_words(supported: Sequence[Claim], rng: random.Random) -> dict[str, list[Claim]]:
    """What shows whether the check reads who did what and how surely, by its figure's name; at most ``MADE`` of each.

    Returns:
        False: ``caught_crossed`` (two names or numbers that changed places), ``caught_spliced`` (one sentence's
        subject with what another says), ``caught_overstated`` ("may" become "will"), ``caught_inverted`` ("rose"
        become "fell"). True: ``lost_turned`` (clauses,
        or names joined by "and", that changed places).
    """
    makers: dict[str, tuple[Maker, str]] = {
        "caught_crossed": (crossed, "refuted"),
        "caught_spliced": (spliced, "not_enough"),
        "caught_overstated": (overstated, "not_enough"),
        "caught_inverted": (inverted, "refuted"),
        "lost_turned": (turned, "supported"),
    }
    return _drawn(makers, supported, rng)


def made_of_questions(rows: Sequence[Row], rng: random.Random) -> dict[str, list[Claim]]:
    """What shows whether an answer in other words than its passage's is told from a wrong one; at most ``MADE`` each.

    Returns:
        False: ``caught_misstated`` (a question with the wrong answer in its place, or the right one beside other
        sentences), ``caught_grafted`` (the beginning of one sentence and the end of another), ``caught_misplaced`` (a
        thing or place of another sentence), ``caught_garbled`` (phrases that changed places), ``caught_bereft`` (the
        second subject left out). True: ``lost_stated`` (a question with its answer in its place),
        ``lost_carried_on`` (two verbs of one subject).
    """
    statements, passages = Statements(rows), Passages(rows)
    kinds: dict[str, list[Claim]] = {}
    drawn = [claim for _ in range(8 * MADE) if (claim := statements.draw(rng))]
    kinds["lost_stated"] = [claim for claim in drawn if claim.label == "supported"][:MADE]
    kinds["caught_misstated"] = [claim for claim in drawn if claim.label != "supported"][:MADE]
    for maker in (grafted, misplaced, garbled, bereft, carried_on):
        made = [claim for _ in range(8 * MADE) if (claim := maker(*passages.draw(rng), rng))][:MADE]
        way = "lost" if maker is carried_on else "caught"
        kinds[f"{way}_{maker.__name__}"] = made
    return kinds


def _drawn(
    makers: Mapping[str, tuple[Maker, str]], supported: Sequence[Claim], rng: random.Random
) -> dict[str, list[Claim]]:
    """What each maker makes with the label that is wanted of it, at most ``MADE`` of each."""
    pages: dict[str, list[Claim]] = defaultdict(list)
    for claim in supported:
        pages[claim.page].append(claim)
    drawn = rng.sample(supported, len(supported))
    kinds: dict[str, list[Claim]] = {}
    for kind, (maker, label) in makers.items():
        made = [maker(base, other_text(base, pages[base.page], supported, rng), rng) for base in drawn * 2]
        kinds[kind] = [claim for claim in made if claim and claim.label == label][:MADE]
    return kinds


def _half(base: Claim, other: Claim, _rng: random.Random) -> Claim | None:
    words = other.claim.rstrip(" .").split()
    tail = " ".join(words[len(words) // 2 :])
    if not brings(tail, base.evidence):
        return None
    return replace(base, claim=f"{base.claim.rstrip(' .')}, and {tail}.", label="not_enough", made="half")


def _stopped(
    kind: str, claims: Sequence[Claim], likely: Sequence[float], stops: Mapping[Surety, Sequence[bool]]
) -> dict[str, float]:
    """The share of claims that are stopped by the model, by numbers and names, and by the whole check."""
    if not claims:
        return {}
    ways: dict[str, Sequence[bool]] = {
        "model": [p < THRESHOLDS["balanced"] for p in likely],
        "facts": [bool(lacking(claim.claim, _sentences(claim), claim.page, DEMANDS["balanced"])) for claim in claims],
        **{f"{name}_check": stopped for name, stopped in stops.items()},
    }
    return {f"{kind}_by_{way}": round(sum(stopped) / len(claims), 4) for way, stopped in ways.items()}


def _stops(
    check: SupportCheck, claims: Sequence[Claim], likely: Callable[[Sequence[float]], Sequence[float]]
) -> dict[Surety, list[bool]]:
    """Which claims the whole check does not let through at each setting: by no run of the evidence's sentences."""
    runs = [(claim, texts) for claim in claims for texts in _runs(_sentences(claim))]
    pairs = [(claim.claim, beside(claim.page, " ".join(texts))) for claim, texts in runs]
    read = list(zip(runs, likely(check.log_odds(pairs)), strict=True))

    known = {id(claim): openers(claim.claim, _sentences(claim)) for claim in claims}

    def passes(claim: Claim, texts: Sequence[str], probability: float, name: Surety) -> bool:
        demand, named = DEMANDS[name], known[id(claim)]
        if lacking(claim.claim, texts, claim.page, demand, named):
            return False
        if not fits(claim.claim, texts, claim.page, demand, named):
            return False
        # A sentence that the evidence says word for word is never put to the model.
        return probability >= THRESHOLDS[name] or says(" ".join(texts), claim.claim)

    passed = {name: {id(claim) for (claim, texts), p in read if passes(claim, texts, p, name)} for name in THRESHOLDS}
    return {name: [id(claim) not in passed[name] for claim in claims] for name in THRESHOLDS}


def _sentences(claim: Claim) -> list[str]:
    return [claim.evidence[start:end] for start, end in sentence_spans(claim.evidence)]


def _runs(sentences: Sequence[str]) -> list[Sequence[str]]:
    """Neighbouring sentences as the check takes them; what is longer is evidence as a whole, too."""
    counts = {*range(1, MOST_NEIGHBOURS + 1), len(sentences)}
    return [sentences[n : n + count] for count in sorted(counts) for n in range(len(sentences) - count + 1)]


def _logits(check: SupportCheck, claims: Sequence[Claim]) -> list[float]:
    return check.log_odds([(claim.claim, beside(claim.page, claim.evidence)) for claim in claims])
