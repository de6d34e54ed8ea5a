"""How likely a candidate, and then an answer, is to be right: two logistic models with a handful of named features.

Their weights lie in ``models/confidence.json`` with the name of the data that they were fitted on; the command that
fits them again stands in ``training/confidence.py``. There is one set for answering with a reader and one for answering
without, and of each another for questions whose day is known, where it counts how near to it an article was published.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.schema import Refusal


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
class Threshold:
    """The least probability at which an answer is shown, which changes with the library's size.

    In a large one the best of the wrong answers looks better, but what is right looks better, too: which of the two
    weighs more was measured for each setting.

    Attributes:
        small: in a library of as many passages as a few articles have.
        large: in one of as many as hundreds of articles have, and in any larger one.
        passages: how many that is, each.
    """

    small: float
    large: float
    passages: tuple[int, int]

    def at(self, passages: int) -> float:
        """The threshold in a library of so many passages: in between it goes by their logarithm."""
        low, high = (math.log10(1 + size) for size in self.passages)
        share = (math.log10(1 + passages) - low) / (high - low)
        return self.small + (self.large - self.small) * min(1.0, max(0.0, share))


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
    thresholds: Mapping[Refusal, Threshold]


@functools.cache
def rules(*, with_reader: bool, dated: bool = False) -> Rules:
    """The fitted rules that come with Footnote.

    Args:
        with_reader: for answering with a reader.
        dated: for a question whose day is known, in a library with articles of that day.
    """
    file = Path(__file__).parent / "models" / "confidence.json"
    record = json.loads(file.read_text(encoding="utf-8"))[rules_name(with_reader=with_reader, dated=dated)]
    small, large = record["passages"]
    limits = {**record["thresholds"], "never": {"small": 0.0, "large": 0.0}}
    thresholds: dict[Refusal, Threshold] = {
        name: Threshold(**at, passages=(small, large)) for name, at in limits.items()
    }
    return Rules(Logistic(**record["candidate"]), Logistic(**record["answer"]), thresholds)


def rules_name(*, with_reader: bool, dated: bool) -> str:
    """What ``models/confidence.json`` calls a set of rules."""
    return ("with_reader" if with_reader else "without_reader") + ("_dated" if dated else "")
