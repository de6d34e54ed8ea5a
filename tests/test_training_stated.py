"""Claims made of questions and of longer passages: what they say is what their labels say of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rag.sentences import sentence_spans
from rag.training.claims import MOST_BESIDE, Claim
from rag.training.data import Row, read_rows
from rag.training.made import Maker
from rag.training.misread import Passages, echo, garbled, grafted, misplaced
from rag.training.stated import Statements, round_about, stated
from tests.training_sets import write_sets

TEXT = (
    "Anna Lind built the mill in 1712 after the flood of the river. Her brother Bo painted it blue for the fair. "
    "The bakers of Elvas bought flour there until the war. Painters came to see it from the coast."
)
ROWS = [
    Row("squad2", "mill", "Mill", "Who built the mill?", TEXT, 0, "Anna Lind", ("Anna Lind",)),
    Row("squad2", "mill", "Mill", "Who painted the mill?", TEXT, TEXT.index("Bo"), "Bo", ("Bo", "Her brother Bo")),
    Row("squad2", "mill", "Mill", "The mill was built in what year?", TEXT, TEXT.index("1712"), "1712", ("1712",)),
    Row("squad2", "mill", "Mill", "Who sold the mill?", TEXT, -1, ""),
]


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who won the cup?", "Spain", "Spain won the cup."),
        ("Who was elected in the spring?", "the mayor", "The mayor was elected in the spring."),
        ("The cup was won in what year?", "1998", "The cup was won in 1998."),
        ("How many people were invited?", "14", "14 people were invited."),
        ("Why did Spain win the cup?", "luck", None),
        ("Who was the cup named for?", "a king", None),
        ("Who won it?", "Spain", None),
        ("Who told someone the story?", "Spain", None),
    ],
)
def test_a_question_is_said_where_its_form_allows(question: str, answer: str, statement: str | None) -> None:
    assert stated(question, answer) == statement


def test_a_statement_is_supported_where_its_answer_stands_beside_it() -> None:
    statements, rng = Statements(ROWS), random.Random(0)
    drawn = [claim for _ in range(300) if (claim := statements.draw(rng))]
    assert {claim.label for claim in drawn} == {"supported", "refuted", "not_enough"}
    right = {"Anna Lind built the mill.", "Bo painted the mill.", "The mill was built in 1712."}
    for claim in drawn:
        answer = next(row.answer for row in ROWS if row.question.split()[1] in claim.claim)
        if claim.label == "supported":
            assert claim.claim in right and answer in claim.evidence
        elif claim.made == "unstated":
            assert claim.claim in right and answer not in claim.evidence
        else:
            assert claim.claim not in right and claim.made == "misstated"


def test_an_answer_stands_among_a_few_neighbouring_sentences() -> None:
    start, rng = TEXT.index("flour"), random.Random(0)
    for _ in range(40):
        around = round_about(TEXT, start, len("flour"), rng)
        assert "flour" in around and around in TEXT
        assert 1 <= len(sentence_spans(around)) <= MOST_BESIDE + 1


def test_a_question_is_no_statement() -> None:
    rng = random.Random(0)
    for question in (row.question for row in ROWS):
        for _ in range(5):
            said = echo(question, rng)
            assert "?" not in said and (not said or said.endswith("."))
    assert Passages(ROWS).echoed(rng) is not None


@pytest.fixture(scope="module")
def passages(tmp_path_factory: pytest.TempPathFactory) -> Passages:
    folder: Path = tmp_path_factory.mktemp("data")
    write_sets(folder)
    return Passages([*read_rows(folder), *ROWS])


def test_a_passage_says_its_own_sentences(passages: Passages) -> None:
    rng = random.Random(0)
    for _ in range(100):
        base, other = passages.draw(rng)
        assert base.label == other.label == "supported"
        assert base.claim in base.evidence and other.claim in other.evidence


@pytest.mark.parametrize("maker", [grafted, misplaced, garbled])
def test_what_is_misread_is_said_by_no_sentence(maker: Maker) -> None:
    rng = random.Random(0)
    base = Claim("squad2", "mill", "The mill was blue.", TEXT, "supported", page="Mill")
    made: list[Claim] = [claim for _ in range(100) if (claim := maker(base, base, rng))]
    assert made
    for claim in made:
        assert claim.label == "not_enough" and claim.evidence == TEXT
        assert claim.claim.rstrip(".") not in TEXT
        # Of the evidence's own words, so that no word tells.
        assert {word.strip(".,").lower() for word in claim.claim.split()} <= {
            word.strip(".,").lower() for word in TEXT.split()
        }


def test_what_goes_on_is_the_end_of_another_sentence() -> None:
    rng = random.Random(1)
    base = Claim("squad2", "mill", "The mill was blue.", TEXT, "supported", page="Mill")
    claims = [claim for _ in range(100) if (claim := grafted(base, base, rng))]
    sentences = [TEXT[a:b] for a, b in sentence_spans(TEXT)]
    for claim in claims:
        words = claim.claim.split()
        heads = [text for text in sentences if text.startswith(" ".join(words[:3]))]
        tails = [text for text in sentences if text.rstrip(".").endswith(" ".join(words[-3:]).rstrip("."))]
        assert heads and tails and heads != tails
