"""The measures: pure functions from what was answered to a number.

Texts are compared as SQuAD does (Rajpurkar et al. 2016, arXiv 1606.05250): lower case, no punctuation, no a, an or the.
SQuAD knows ASCII punctuation only; typographic quotes and dashes are punctuation here too. Rankings are measured by
ir-measures. Nothing here drops a question: what was not found or not answered scores 0.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PARTS = re.compile(r"(?<=\d)[^\w\s.,'\u2019](?=\d)")
_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)|(?<![\w.])\.(?=\d)")
_POINT = "\ue000"
"""Stands for a decimal point, since it is no punctuation; Unicode gives it no meaning."""


def normalise(text: str, mark: str = "") -> str:
    """Lower case, without a, an and the, single spaces, and ``mark`` in place of each punctuation mark."""
    plain = "".join(mark if _is_punctuation(character) else character for character in text.lower())
    return " ".join(_ARTICLES.sub(" ", plain).split())


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def holds(text: str, accepted: Iterable[str]) -> bool:
    """Whether any accepted answer stands in the text as whole words, both normalised.

    Marks are dropped ("U.S." is "US") or, failing that, taken as spaces ("46" stands in "46-member"). Within numbers
    they mean something, and SQuAD's way would take 3.5 for 35: a decimal point stays (so "5 percent" does not stand in
    "3.5 percent"), a comma before thousands goes, and any other mark parts what it stands between ("7-1" is not "71").
    """
    said, answers = _with_numbers(text), tuple(map(_with_numbers, accepted))
    return any(
        f" {wanted} " in f" {normalise(said, mark)} "
        for mark in ("", " ")
        for wanted in (normalise(answer, mark) for answer in answers)
        if wanted
    )


def _with_numbers(text: str) -> str:
    """The text with its numbers written so that normalising leaves each a word of its own."""
    return _DECIMAL.sub(_POINT, _PARTS.sub(" ", _THOUSANDS.sub("", text)))


def exact_match(short: str | None, accepted: Iterable[str]) -> float:
    """SQuAD's exact match: 1 where ``short`` equals an accepted answer once both are normalised; 0 for None."""
    if short is None:
        return 0.0
    return float(any(normalise(short) == normalise(answer) for answer in accepted))


def f1(short: str | None, accepted: Iterable[str]) -> float:
    """SQuAD's F1: the words that ``short`` shares with the nearest accepted answer, in 0..1; 0 for None."""
    if short is None:
        return 0.0
    return max((_word_f1(normalise(short).split(), normalise(answer).split()) for answer in accepted), default=0.0)


def _word_f1(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    shared = (Counter(said) & Counter(wanted)).total()
    return 2 * shared / (len(said) + len(wanted))


def sentence_match(cited: str, wanted: str) -> bool:
    """Whether two texts are the same sentence, or one is most of the other, however each was cut.

    Both are normalised, with punctuation taken as spaces; they match where the longest run of words that they share, in
    order and without a gap, is at least three quarters of the shorter one's words.
    """
    one, other = normalise(cited, " ").split(), normalise(wanted, " ").split()
    run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return run > 0 and 4 * run >= 3 * min(len(one), len(other))


def sentence_overlap(cited: Sequence[str], selections: Iterable[Sequence[str]]) -> tuple[float, float, float]:
    """How well the cited sentences are those that people chose.

    Precision is the share of the cited sentences that match a chosen one (``sentence_match``), recall the share of the
    chosen that match a cited one, F1 their harmonic mean. Against several persons' choices, as CLAPnq has them
    (Rosenthal et al. 2024, arXiv 2404.02103), the nearest counts, as the nearest answer does in SQuAD. CLAPnq's
    authors score the words of a written answer instead, so this is not a figure of theirs.

    Args:
        cited: the sentences that an answer cites; () for a refusal, which scores 0.
        selections: each person's sentences, one at least.

    Returns:
        F1, precision and recall, each in 0..1.
    """
    best = (0.0, 0.0, 0.0)
    for wanted in selections:
        right = sum(any(sentence_match(said, one) for one in wanted) for said in cited)
        found = sum(any(sentence_match(said, one) for said in cited) for one in wanted)
        if right:
            precision, recall = right / len(cited), found / len(wanted)
            best = max(best, (2 * precision * recall / (precision + recall), precision, recall))
    return best


def retrieval(relevant: Mapping[str, int], ranking: Sequence[str]) -> dict[str, float]:
    """How well one ranking finds the relevant articles.

    Args:
        relevant: article ids with their grades, 1 or more; at least one.
        ranking: article ids, best first, each once; () where nothing was found, which scores 0.

    Returns:
        nDCG@10 (linear gain), R@5, MRR (the reciprocal rank of this one question), hit@1 and hit@5 (whether the
        first, or one of the first five, is relevant), each in 0..1.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {nDCG @ 10: "nDCG@10", R @ 5: "R@5", RR: "MRR", Success @ 1: "hit@1", Success @ 5: "hit@5"}
    places = {article: -float(place) for place, article in enumerate(ranking)}
    measured = ir_measures.calc_aggregate(list(names), {"question": dict(relevant)}, {"question": places})
    return {name: float(measured[measure]) for measure, name in names.items()}


def auroc(scores: Floats, positive: Floats) -> float:
    """The probability that a positive scores above a negative, ties counting half; NaN without one of each.

    Args:
        scores: one number a question.
        positive: 1 for a positive, 0 for a negative, in the same order.
    """
    import numpy as np

    wanted = positive > 0.5
    positives, negatives = int(wanted.sum()), int((~wanted).sum())
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle_ranks = np.cumsum(counts) - (counts - 1) / 2
    above = middle_ranks[inverse][wanted].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def calibration(confidence: Floats, outcome: Floats, bins: int = 10) -> list[tuple[float, float, int]]:
    """Of each tenth of the confidence scale that is used: mean confidence, share of outcomes that are 1, questions."""
    import numpy as np

    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    groups = (bin_of == number for number in range(bins))
    return [(float(confidence[g].mean()), float(outcome[g].mean()), int(g.sum())) for g in groups if g.any()]


def calibration_error(confidence: Floats, outcome: Floats) -> float:
    """Expected calibration error (Naeini et al. 2015) over ten bins of equal width; NaN without a question."""
    if not len(confidence):
        return float("nan")
    bins = calibration(confidence, outcome)
    return sum(count * abs(said - came) for said, came, count in bins) / len(confidence)


def interval(statistic: Callable[[Places], float], questions: int, resamples: int = 1000) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval (Efron 1979) of a figure; the same for the same questions.

    Args:
        statistic: the figure over the questions at these places, which may repeat; NaN where it has none.
        questions: how many questions there are.
        resamples: how many times they are drawn anew.

    Returns:
        the low and the high end; NaN twice where no resample had the figure.
    """
    import numpy as np

    return _middle(np.array([statistic(places) for places in _resampled(questions, resamples)]))


def mean_interval(values: Floats, resamples: int = 1000) -> tuple[float, float]:
    """What ``interval`` gives for the mean of the values, all resamples at once."""
    return _middle(values[_resampled(len(values), resamples)].mean(axis=1) if len(values) else values)


def _resampled(questions: int, resamples: int) -> Places:
    """A row of places for each resample; no row where there are no questions."""
    import numpy as np

    rows = resamples if questions else 0
    return np.random.default_rng(0).integers(0, max(questions, 1), (rows, questions))


def _middle(drawn: Floats) -> tuple[float, float]:
    """The ends of the middle 95 % of what is not NaN."""
    import numpy as np

    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return float("nan"), float("nan")
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)
