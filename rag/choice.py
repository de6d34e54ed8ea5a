"""Which candidates an answer shows: ranked, chosen until one is likely to answer, and borne out by other articles."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.confidence import Rules
from rag.dissent import differ
from rag.evidence import Candidate

MOST_QUOTES = 3
"""The most sentences that an answer quotes, with those that only bear another one out."""

_SURE_ENOUGH = 0.9
"""No sentence is added once the ones at hand hold the answer with this probability."""
_WORTH_ADDING = 0.4
"""The least probability of a sentence that is added, as a share of the first one's."""

_LIKELY = 0.5
"""The least probability of a sentence that is shown because it contradicts the first one, or cited because it gives the
same answer: of the sentences of other news articles that are so cited .85 are of articles that answer (at .3, .78)."""

_NEVER = 1e-4
"""A probability below this one, or that near to 1, tells no more than this one."""

_SAID = re.compile(r"\w+|[$€£¥%]|(?<!\w)[-\u2212](?=\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_PERCENT = re.compile(r"\bper ?cent\b")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the probability that it holds the answer, and that of all candidates that say the same."""

    candidate: Candidate
    probability: float
    agreed: float


def rank(candidates: Sequence[Candidate], fitted: Rules) -> tuple[Ranked, ...]:
    """The candidates, likeliest first; those that give the same answer count for each other."""
    probabilities = [fitted.candidate.probability(candidate.features) for candidate in candidates]
    wrong: dict[str, float] = {}
    for candidate, probability in zip(candidates, probabilities, strict=True):
        key = plain(candidate.answer)
        wrong[key] = wrong.get(key, 1.0) * (1.0 - probability)
    ranked = [
        Ranked(candidate, probability, 1.0 - wrong[plain(candidate.answer)])
        for candidate, probability in zip(candidates, probabilities, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda item: (-item.agreed, -item.probability)))


def answer_features(ranked: Sequence[Ranked], passages: int) -> dict[str, float]:
    """What tells whether an answer is right.

    Args:
        ranked: the candidates, likeliest first; at least one.
        passages: how many the library holds: the more, the better the best of the wrong ones looks.

    Returns:
        The first candidate's features, its lead, what agrees with it (the logarithm of its odds, too, above even and
        below: what is surest is not right as often as its odds say, since an answer in other words than the accepted
        ones counts as wrong, so that no one slope fits both), and the size of the library.
    """
    first = ranked[0]
    rival = next((item.agreed for item in ranked if plain(item.candidate.answer) != plain(first.candidate.answer)), 0.0)
    odds = math.log(max(first.agreed, _NEVER) / max(1.0 - first.agreed, _NEVER))
    return {
        **first.candidate.features,
        "size": math.log10(1 + passages),
        "probability": first.probability,
        "agreed": first.agreed,
        "odds_above_even": max(odds, 0.0),
        "odds_below_even": min(odds, 0.0),
        "lead": first.agreed - rival,
        "best_coverage": max(item.candidate.features["coverage"] for item in ranked),
        "best_cosine": max(item.candidate.features["cosine"] for item in ranked),
    }


def shown(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The first candidate, and others that say something else while the answer is not sure to be among them."""
    chosen = [ranked[0]]
    missing = 1.0 - ranked[0].agreed
    for item in ranked[1:]:
        if len(chosen) == MOST_QUOTES or 1.0 - missing >= _SURE_ENOUGH:
            break
        says_it_already = any(_same(item.candidate, other.candidate) for other in chosen)
        if says_it_already or item.agreed < _WORTH_ADDING * chosen[0].agreed:
            continue
        chosen.append(item)
        missing *= 1.0 - item.agreed
    return tuple(chosen)


def with_rival(chosen: tuple[Ranked, ...], ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """What is shown, and the likeliest candidate that gives another figure for the same thing, however sure one is."""
    first = chosen[0].candidate
    if any(differ(first, item.candidate) for item in chosen[1:]):
        return chosen
    rivals = (item for item in ranked if item.probability >= _LIKELY and differ(first, item.candidate))
    rival = next(rivals, None)
    return chosen if rival is None else (*chosen[: MOST_QUOTES - 1], rival)


def agreeing(chosen: Sequence[Ranked], ranked: Sequence[Ranked]) -> tuple[tuple[Ranked, ...], ...]:
    """The candidates of other articles that give the same answer as one that is shown, and are cited with it.

    No more than make ``MOST_QUOTES`` with those that are shown. Copies of a story bear out nothing: whoever copies
    repeats.

    Args:
        chosen: the candidates that are shown.
        ranked: all of them, likeliest first.

    Returns:
        Those that agree with each of the chosen, likeliest first.
    """
    left = MOST_QUOTES - len(chosen)
    agreed: list[tuple[Ranked, ...]] = []
    for item in chosen:
        stories = {each.candidate.found.stored.story for each in chosen}
        others: list[Ranked] = []
        for other in ranked:
            story = other.candidate.found.stored.story
            says_the_same = plain(other.candidate.answer) == plain(item.candidate.answer)
            if len(others) < left and says_the_same and other.probability >= _LIKELY and story not in stories:
                others.append(other)
                stories.add(story)
        left -= len(others)
        agreed.append(tuple(others))
    return tuple(agreed)


def _same(one: Candidate, other: Candidate) -> bool:
    overlapping = one.article.id == other.article.id and one.start < other.end and other.start < one.end
    return overlapping or plain(one.answer) == plain(other.answer) or plain(one.text) == plain(other.text)


def plain(text: str) -> str:
    """The words of a text in lower case, for telling whether two answers are the same.

    What makes a figure another one stays: a currency's sign, a percent sign and a minus. Commas of thousands do not.
    """
    text = _PERCENT.sub("%", _THOUSANDS.sub("", text.lower()))
    return " ".join(_SAID.findall(text))
