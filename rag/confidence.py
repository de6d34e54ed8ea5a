"""How likely a candidate, and then an answer, is to be right: two logistic models with a handful of named features.

Their weights lie in ``models/confidence.json`` with the name of the data that they were fitted on and the command that
fits them again. There is one set for answering with a reader and one for answering without.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Refusal = Literal["strict", "balanced", "generous", "never"]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: a probability from named features."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability, in 0..1; every feature that has a weight must be there."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Rules:
    """What is fitted.

    Attributes:
        candidate: probability that a candidate sentence holds the answer.
        answer: probability that what would be shown answers the question.
        thresholds: the least probability at which an answer is shown, by the name of the refusal setting.
    """

    candidate: Logistic
    answer: Logistic
    thresholds: Mapping[Refusal, float]


@functools.cache
def rules(*, with_reader: bool) -> Rules:
    """The fitted rules that come with Footnote."""
    file = Path(__file__).parent / "models" / "confidence.json"
    record = json.loads(file.read_text(encoding="utf-8"))["with_reader" if with_reader else "without_reader"]
    return Rules(Logistic(**record["candidate"]), Logistic(**record["answer"]), {**record["thresholds"], "never": 0.0})
