"""What a trained support check is worth on pages that it was not trained on, its calibration, and its threshold."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.facts import missing
from rag.support import SupportCheck
from rag.training.claims import Claim, lifted, negated, swapped
from rag.training.measure import auroc, fit_logistic

CLAIMS = 1500
MADE = 400
LOST_AT_MOST = 0.10
"""The share of supported pairs that people wrote which the threshold may lose."""


def measure(folder: Path, held: Sequence[Claim]) -> tuple[dict[str, float], dict[str, Any]]:
    """Check held-apart pairs with the model in ``folder``.

    Args:
        folder: of an exported support check.
        held: the pairs held apart.

    Returns:
        The calibration (``scale`` and ``bias`` of a logistic function of the log-odds of "supported"; ``threshold``,
        the highest at which no more than ``LOST_AT_MOST`` of the supported VitaminC and FEVER pairs are lost) and
        the figures: the area under the curve of each set, and how much of what was made false is caught by the model,
        by the numbers and names alone, and by both.
    """
    check = SupportCheck(folder)
    rng = random.Random(0)
    claims = rng.sample(list(held), min(CLAIMS, len(held)))
    logits = _logits(check, claims)
    right = [claim.label == "supported" for claim in claims]
    scale, bias = fit_logistic(list(zip(logits, right, strict=True)))
    figures: dict[str, Any] = {"pairs": len(claims)}
    for source in sorted({claim.source for claim in claims}):
        some = [(x, y) for x, y, claim in zip(logits, right, claims, strict=True) if claim.source == source]
        figures[f"auroc_{source}"] = round(auroc(some), 4)
    figures["auroc"] = round(auroc(list(zip(logits, right, strict=True))), 4)
    written = [x for x, y, claim in zip(logits, right, claims, strict=True) if y and "nli" not in claim.source]
    lost = sorted(written)[int(LOST_AT_MOST * len(written))]
    figures |= _made(check, [claim for claim in held if claim.label == "supported"], lost, rng)
    return {"scale": scale, "bias": bias, "threshold": round(_sigmoid(scale * lost + bias), 4)}, figures


def _made(check: SupportCheck, supported: Sequence[Claim], least: float, rng: random.Random) -> dict[str, float]:
    """How much is caught of what is made false, and lost of what is lifted word for word, below the log-odds given."""
    figures: dict[str, float] = {}
    for name, maker in (("swapped", swapped), ("negated", negated), ("lifted", lifted)):
        made = [maker(rng.choice(supported), rng.choice(supported), rng) for _ in range(MADE if supported else 0)]
        claims = [claim for claim in made if claim is not None and claim.made == name]
        if not claims:
            continue
        by_model = [logit < least for logit in _logits(check, claims)]
        by_facts = [bool(missing(claim.claim, claim.evidence)) for claim in claims]
        for how, caught in (
            ("model", by_model),
            ("facts", by_facts),
            ("both", [a or b for a, b in zip(by_model, by_facts, strict=True)]),
        ):
            figures[f"{name}_caught_by_{how}"] = round(sum(caught) / len(claims), 4)
    return figures


def _logits(check: SupportCheck, claims: Sequence[Claim]) -> list[float]:
    return check.log_odds([(claim.claim, claim.evidence) for claim in claims])


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
