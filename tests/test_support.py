"""The support check: what carries a sentence is found, and a changed number, name or "not" is not let through."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from rag.encoder import Encoder
from rag.errors import ModelError
from rag.library import open_library
from rag.retrieval import Found, retrieve
from rag.schema import Surety
from rag.support import Source, SupportCheck, Window, pick
from rag.training.measure_support import THRESHOLDS

QUESTION = "How many refugees have arrived in the Perm region?"


@pytest.fixture(scope="module")
def check() -> SupportCheck:
    return SupportCheck(surety="balanced")


@pytest.fixture(scope="module")
def found(seed_library: Path, encoder: Encoder) -> tuple[Found, ...]:
    return retrieve(open_library(seed_library), QUESTION, encoder.embed_question(QUESTION), 10)


def test_a_quoted_sentence_is_supported_by_itself(
    check: SupportCheck, found: tuple[Found, ...], encoder: Encoder
) -> None:
    for item in found[:4]:
        text = item.stored.passage.article.text
        for start, end in item.stored.sentences[:3]:
            sentence = text[start:end]
            verdict = check.check(sentence, encoder.embed_question(sentence), found)
            assert verdict.supported and verdict.found is not None and verdict.span is not None
            assert sentence in verdict.found.stored.passage.article.text[slice(*verdict.span)]


def test_another_number_or_name_is_not_supported(
    check: SupportCheck, found: tuple[Found, ...], encoder: Encoder
) -> None:
    for item in found[:4]:
        text = item.stored.passage.article.text
        for start, end in item.stored.sentences[:3]:
            for changed in (f"In 1793, {text[start:end]}", f"According to Orsolya Vadnay, {text[start:end]}"):
                verdict = check.check(changed, encoder.embed_question(changed), found)
                assert not verdict.supported
                assert verdict.probability == 0  # the model is not asked


@pytest.mark.parametrize(
    ("evidence", "held", "invented"),
    [
        (
            "The council voted to close the bridge on Monday. Residents will use the ferry while it is repaired.",
            "The council voted to close the bridge on Monday, and residents will use the ferry while it is repaired.",
            "The council voted to close the bridge on Monday after residents had complained about the noise.",
        ),
        (
            "The company will move its headquarters to the old mill in spring, its director said.",
            "The company will move its headquarters to the old mill.",
            "The company will move its headquarters to the old mill in spring, creating jobs in the region.",
        ),
        (
            "The court found the trainer guilty of fraud and ordered him to pay back what he had taken.",
            "The trainer was found guilty of fraud and must pay back what he took.",
            "The court found the trainer guilty of fraud and sentenced him to prison.",
        ),
    ],
)
def test_a_true_statement_that_goes_on_with_an_invented_clause_is_not_supported(
    check: SupportCheck, evidence: str, held: str, invented: str
) -> None:
    true, false = check.probabilities([(held, evidence), (invented, evidence)])
    assert false < check.threshold <= true


@pytest.mark.parametrize(
    ("evidence", "held", "other"),
    [
        (
            "The company may close its plant in Gdansk next year if energy prices stay high, its director said.",
            "The Gdansk plant could close next year if energy stays expensive.",
            "The company will close its plant in Gdansk next year.",
        ),
        (
            "Some residents of the valley left their homes on Sunday when the river rose.",
            "On Sunday some people in the valley left home as the river rose.",
            "All residents of the valley left their homes on Sunday when the river rose.",
        ),
        (
            "Rescuers tried to reach the miners for three days, but the shaft was flooded.",
            "For three days rescuers attempted to get to the miners in the flooded shaft.",
            "Rescuers managed to reach the miners after three days.",
        ),
        (
            "The book by Lena Roth was translated by her sister Maria and printed in Basel.",
            "Maria Roth translated her sister Lena's book, which was printed in Basel.",
            "The book by Maria Roth was translated by her sister Lena and printed in Basel.",
        ),
    ],
)
def test_what_the_same_words_say_otherwise_is_not_supported(
    check: SupportCheck, evidence: str, held: str, other: str
) -> None:
    true, false = check.probabilities([(held, evidence), (other, evidence)])
    assert false < check.threshold <= true


def test_nothing_supports_where_nothing_was_found(check: SupportCheck, encoder: Encoder) -> None:
    verdict = check.check("The hall opened.", encoder.embed_question("The hall opened."), ())
    assert not verdict.supported and verdict.found is None and verdict.span is None


def test_a_heading_lends_its_names(check: SupportCheck, encoder: Encoder) -> None:
    sentences = ("He was elected mayor of the town in 1994.", "The town lies on a river.")
    vectors = np.stack([encoder.embed_question(sentence) for sentence in sentences])
    claim = "Ivo Marn was elected mayor in 1994."
    vector = encoder.embed_question(claim)
    with_heading = check.windows(claim, vector, [Source(sentences, vectors, "The life of Ivo Marn")])
    without = check.windows(claim, vector, [Source(sentences, vectors)])
    assert any(not window.missing and window.probability > 0 for window in with_heading)
    assert all({"Ivo", "Marn"} <= set(window.missing) and window.probability == 0 for window in without)


def test_a_question_supports_nothing(check: SupportCheck, encoder: Encoder) -> None:
    claim = "The old lighthouse is badly in need of repairs."
    asked, told = "Is the old lighthouse badly in need of repairs?", "The old lighthouse is badly in need of repairs."
    vector = encoder.embed_question(claim)
    vectors = np.stack([encoder.embed_question(asked), encoder.embed_question(told)])
    assert check.windows(claim, vector, [Source((asked,), vectors[:1])]) == ()
    assert check.windows(claim, vector, [Source((f"\u201c{asked}\u201d",), vectors[:1])]) == ()
    linked = f"* [{asked}](https://example.org/keeper?page=2) The keeper answers."
    assert check.windows(claim, vector, [Source((linked,), vectors[:1])]) == ()
    addressed = f"{told[:-1]} (https://example.org/keeper?page=2)."
    assert check.windows(claim, vector, [Source((addressed,), vectors[1:])])
    windows = check.windows(claim, vector, [Source(("Quiz time", asked, told), vectors[[0, 0, 1]])])
    assert {(window.first, window.last) for window in windows} == {(2, 2)}


def test_only_a_lenient_check_lets_a_sentence_take_its_subject_from_another(encoder: Encoder) -> None:
    sentences = (
        "Governor Ivo Marn declared a statewide disaster to help the flooded towns.",
        "The Weather Service in Brenn measured more rain than ever.",
    )
    claim = "The Weather Service declared a statewide disaster to help the flooded towns."
    vectors = np.stack([encoder.embed_question(sentence) for sentence in sentences])

    def judged(surety: Surety) -> list[Window]:
        windows = SupportCheck(surety=surety).windows(
            claim, encoder.embed_question(claim), [Source(sentences, vectors)]
        )
        return [window for window in windows if (window.first, window.last) == (0, 1) and not window.missing]

    assert len(judged("lenient")) == 1
    assert judged("balanced") == judged("strict") == []


def test_the_shortest_window_that_is_likely_enough_is_picked() -> None:
    windows = (Window(0, 0, 2, 0.9), Window(0, 1, 1, 0.7), Window(0, 2, 2, 0.6), Window(1, 0, 0, 0.4))
    assert pick(windows, 0.5) == windows[1]
    assert pick(windows, 0.8) == windows[0]
    assert pick(windows, 0.95) == windows[0]
    assert pick((), 0.5) is None


def test_the_shipped_check_has_a_threshold_for_each_setting_as_they_are_measured() -> None:
    asked = get_args(Surety)
    assert {surety: SupportCheck(surety=surety).threshold for surety in asked} == THRESHOLDS
    assert THRESHOLDS["strict"] > THRESHOLDS["balanced"] > THRESHOLDS["lenient"]


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    shutil.copytree(str(files("rag") / "models" / "support"), tmp_path / "support")
    with (tmp_path / "support" / "model.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match=r"support check's file .* was altered"):
        SupportCheck(tmp_path / "support")
