"""The fitted rules: probabilities in 0..1, thresholds in order, features that answering really has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.confidence import Logistic, Threshold, rules


@given(
    st.floats(-100, 100),
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))),
)
def test_a_probability_is_one(intercept: float, terms: dict[str, tuple[float, float]]) -> None:
    model = Logistic(intercept, {name: weight for name, (weight, _) in terms.items()})
    assert 0 < model.probability({name: value for name, (_, value) in terms.items()}) < 1


def test_more_of_what_weighs_positively_is_likelier() -> None:
    model = Logistic(-1.0, {"overlap": 2.0})
    assert model.probability({"overlap": 0.1}) < model.probability({"overlap": 0.9})
    assert model.probability({"overlap": 0.5}) == pytest.approx(0.5)


def test_a_threshold_rises_with_the_library_and_no_further_than_it_was_fitted() -> None:
    threshold = Threshold(small=0.2, large=0.5, passages=(9, 999))
    assert threshold.at(0) == threshold.at(9) == pytest.approx(0.2)
    assert threshold.at(99) == pytest.approx(0.35)
    assert threshold.at(999) == threshold.at(10**6) == pytest.approx(0.5)


@pytest.mark.parametrize("with_reader", [True, False])
def test_the_shipped_rules_are_whole(with_reader: bool) -> None:
    fitted = rules(with_reader=with_reader)
    for passages in (0, 20, 400, 7_000, 10**6):
        limits = {name: threshold.at(passages) for name, threshold in fitted.thresholds.items()}
        assert 0 == limits["never"] < limits["generous"] <= limits["balanced"] <= limits["strict"] <= 1
    assert ("reader" in fitted.candidate.weights) == with_reader
