"""Every measure against values computed by hand, and the properties that must hold of any text and any scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import metrics

WORDS = st.lists(st.sampled_from(["the", "a", "tea", "Four", "o'clock", "“Squid", "Game”", "-", "1,500"]), max_size=6)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The Tea, at four!", "tea at four"),
        ("An  apple\na day", "apple day"),
        ("“Squid Game”", "squid game"),
        ("U.S.", "us"),
        ("1,500", "1500"),
        ("another theatre", "another theatre"),
        ("", ""),
    ],
)
def test_normalise(text: str, plain: str) -> None:
    assert metrics.normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "accepted", "stands"),
    [
        ("Some 150 people came.", ["150"], True),
        ("Some 1500 people came.", ["150"], False),
        ("a 46-member body", ["46"], True),
        ("in the US today", ["U.S."], True),
        ("the Hague court", ["The Hague"], True),
        ("Kyiv", ["Moscow", "kyiv"], True),
        ("Prices rose by 3.5 percent.", ["5 percent"], False),
        ("Prices rose by 3.5 percent.", ["3.5 percent", "35 percent"], True),
        ("Prices rose by 3.5 percent.", ["35 percent", "3 percent"], False),
        ("It rose by .5 percent", ["5 percent"], False),
        ("It cost $1.5 million.", ["$5 million"], False),
        ("They won 7-1 at home.", ["71"], False),
        ("They won 7\u20131 at home.", ["7-1"], True),
        ("It opens at 10:30.", ["1030"], False),
        ("It opens at 10:30.", ["10:30"], True),
        ("It is open 24/7.", ["247"], False),
        ("Some 1,500 people came.", ["500"], False),
        ("Some 1,500 people came.", ["1500"], True),
        ("Some 1500 people came.", ["1,500"], True),
        ("Some 1,500,000 people came.", ["1500000"], True),
        ("the season of 2022-23", ["2022"], True),
        ("the BA.5 variant", ["BA.5"], True),
        ("It measured 2.5.", ["2.5"], True),
        ("A 2.5-mile walk", ["2.5"], True),
        ("A 2.5-mile walk", ["5"], False),
        ("Wait... 5 percent", ["5 percent"], True),
        ("Kyiv", [], False),
        ("Kyiv", ["..."], False),
    ],
)
def test_holds(text: str, accepted: list[str], stands: bool) -> None:
    assert metrics.holds(text, accepted) is stands


@pytest.mark.parametrize(
    ("short", "accepted", "exact", "overlap"),
    [
        ("the Hague", ["Hague"], 1.0, 1.0),
        ("in The Hague", ["The Hague"], 0.0, 2 / 3),
        ("nine of ten", ["ten"], 0.0, 0.5),
        ("Paris", ["Rome", "Paris France"], 0.0, 2 / 3),
        ("two two", ["two"], 0.0, 2 / 3),
        (None, ["Hague"], 0.0, 0.0),
        ("the", ["a"], 1.0, 1.0),
        ("the", ["tea"], 0.0, 0.0),
    ],
)
def test_exact_match_and_f1(short: str | None, accepted: list[str], exact: float, overlap: float) -> None:
    assert metrics.exact_match(short, accepted) == exact
    assert metrics.f1(short, accepted) == pytest.approx(overlap)


@given(WORDS, st.lists(WORDS, min_size=1, max_size=3))
def test_exact_match_is_at_most_f1_which_is_at_most_one(short: list[str], accepted: list[list[str]]) -> None:
    said, wanted = " ".join(short), [" ".join(words) for words in accepted]
    assert 0 <= metrics.exact_match(said, wanted) <= metrics.f1(said, wanted) <= 1


@given(WORDS, WORDS, WORDS)
def test_a_text_holds_what_it_is_made_of(before: list[str], middle: list[str], after: list[str]) -> None:
    wanted = " ".join(middle)
    assert metrics.holds(" ".join([*before, *middle, *after]), [wanted]) or not metrics.normalise(wanted)


def test_retrieval_by_hand() -> None:
    found = metrics.retrieval({"a": 2, "b": 1}, ["x", "b", "a"])
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert found["nDCG@10"] == pytest.approx((1 / math.log2(3) + 2 / math.log2(4)) / ideal)
    assert found["MRR"] == pytest.approx(1 / 2)
    assert (found["R@5"], found["hit@1"], found["hit@5"]) == (1.0, 0.0, 1.0)
    assert metrics.retrieval({"a": 1}, ["v", "w", "x", "y", "z", "a"])["R@5"] == 0.0


@pytest.mark.parametrize("ranking", [[], ["x"]])
def test_what_is_not_found_scores_zero(ranking: list[str]) -> None:
    assert set(metrics.retrieval({"a": 1}, ranking).values()) == {0.0}


def test_auroc_by_hand() -> None:
    positive = np.array([1.0, 1.0, 0.0, 0.0])
    assert metrics.auroc(np.array([0.9, 0.8, 0.2, 0.1]), positive) == 1.0
    assert metrics.auroc(np.array([0.1, 0.2, 0.8, 0.9]), positive) == 0.0
    assert metrics.auroc(np.array([0.9, 0.2, 0.5, 0.1]), positive) == 0.75
    assert metrics.auroc(np.array([0.5, 0.5, 0.5, 0.5]), positive) == 0.5
    assert math.isnan(metrics.auroc(np.array([0.5]), np.array([1.0])))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    yes = [score for score, positive in pairs if positive]
    no = [score for score, positive in pairs if not positive]
    found = metrics.auroc(np.array([float(s) for s, _ in pairs]), np.array([float(p) for _, p in pairs]))
    if not yes or not no:
        assert math.isnan(found)
        return
    ordered = sum((y > n) + 0.5 * (y == n) for y in yes for n in no)
    assert found == pytest.approx(ordered / (len(yes) * len(no)))


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.15, 0.15, 1.0])
    outcome = np.array([1.0, 0.0, 0.0, 0.0, 1.0])
    said, came, count = metrics.calibration(confidence, outcome)[0]
    assert (round(said, 9), came, count) == (0.15, 0.0, 2)
    top = abs((0.95 + 0.95 + 1.0) / 3 - 2 / 3)
    assert metrics.calibration_error(confidence, outcome) == pytest.approx(2 / 5 * 0.15 + 3 / 5 * top)
    assert math.isnan(metrics.calibration_error(np.array([]), np.array([])))


def test_interval_holds_the_mean_and_repeats() -> None:
    values = np.array([0.0, 1.0] * 50)
    low, high = metrics.interval(lambda places: float(values[places].mean()), len(values))
    assert low < 0.5 < high
    assert (high - low) / 2 == pytest.approx(1.96 * 0.05, rel=0.15)  # the normal interval of a half of 100
    assert (low, high) == metrics.interval(lambda places: float(values[places].mean()), len(values))
    assert (low, high) == pytest.approx(metrics.mean_interval(values))


def test_interval_of_nothing_is_nan() -> None:
    assert all(math.isnan(end) for end in metrics.interval(lambda _: 1.0, 0))
    assert all(math.isnan(end) for end in metrics.mean_interval(np.array([])))
    assert all(math.isnan(end) for end in metrics.interval(lambda _: math.nan, 5))


@pytest.mark.parametrize(
    ("cited", "wanted", "same"),
    [
        ("Tea is drunk at four.", "Tea is drunk at four .", True),
        ("The `` season '' -- seven seasons -- ends.", 'The "season" – seven seasons – ends.', True),  # noqa: RUF001
        ("Tea is drunk at four. It is hot and sweet.", "It is hot and sweet.", True),
        ("drunk at four", "In England tea is mostly drunk at four in the afternoon.", True),
        ("Tea is drunk at four.", "Coffee is drunk at noon.", False),
        ("It was in the year of the king.", "The queen of the year was in it.", False),
        ("...", "Tea is drunk at four.", False),
        ("", "", False),
    ],
)
def test_sentences_match_however_they_were_cut(cited: str, wanted: str, same: bool) -> None:
    assert metrics.sentence_match(cited, wanted) is same
    assert metrics.sentence_match(wanted, cited) is same


def test_sentence_overlap_by_hand() -> None:
    one, two, three = "Tea is drunk at four.", "It is very hot then.", "Nobody minds the rain."
    assert metrics.sentence_overlap([one, two], [[one, three]]) == (0.5, 0.5, 0.5)
    assert metrics.sentence_overlap([one], [[one, two, three]]) == pytest.approx((0.5, 1, 1 / 3))
    assert metrics.sentence_overlap([one], [[two, three], [one]]) == (1, 1, 1)
    assert metrics.sentence_overlap([f"{one} {two}"], [[one, two]]) == (1, 1, 1), "two cut as one"
    assert metrics.sentence_overlap(["Tea is drunk", "at four."], [[one]]) == (1, 1, 1), "one cut in two"
    assert metrics.sentence_overlap([], [[one]]) == metrics.sentence_overlap([three], [[one]]) == (0, 0, 0)
