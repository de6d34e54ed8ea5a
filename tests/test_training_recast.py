"""Claims made of their evidence's own words: what each kind changes, and what it must leave alone."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from rag.facts import missing
from rag.training.claims import Claim
from rag.training.made import Maker
from rag.training.measure_support import made_of_own_words
from rag.training.recast import crossed, inverted, overstated, spliced, turned


def pair(text: str, other: str = "Nobody knows it.", page: str = "Hamar") -> Claim:
    """A supported pair whose claim and evidence are one text."""
    return Claim("vitaminc_real", page, text, f"{text} {other}", "supported", page=page)


def made(maker: Maker, text: str, other: str = "", tries: int = 20) -> set[tuple[str, str]]:
    """Label and claim of everything that is made of a text beside another."""
    base, beside = pair(text), pair(other, page="Elvas")
    claims = [claim for seed in range(tries) if (claim := maker(base, beside, random.Random(seed)))]
    return {(claim.label, claim.claim) for claim in claims}


def test_two_names_or_numbers_change_places() -> None:
    assert made(crossed, "Anna Lind has long sued Bo Lund.") == {("refuted", "Bo Lund has long sued Anna Lind.")}
    assert made(crossed, "The mill had 12 wheels of iron in 1804.") == {
        ("refuted", "The mill had 1804 wheels of iron in 12.")
    }


def test_two_things_change_places() -> None:
    assert made(crossed, "The union rejected what the railway offered.") == {
        ("refuted", "The railway rejected what the union offered.")
    }
    assert made(crossed, "The red car hit the old bus.") == set()


def test_a_word_becomes_its_opposite() -> None:
    assert made(inverted, "Prices rose in the town.") == {("refuted", "Prices fell in the town.")}
    assert made(inverted, "She had more wine.") == {
        ("refuted", "She had less wine."),
        ("refuted", "She had fewer wine."),
    }
    assert made(inverted, "Prices never rose in the town.") == set()


def test_names_that_and_joins_say_the_same_the_other_way_round() -> None:
    assert made(crossed, "The mill was sold by Anna Lind and Bo Lund.") == {
        ("supported", "The mill was sold by Bo Lund and Anna Lind.")
    }


@pytest.mark.parametrize(
    "text",
    [
        "Anna Lind was married on the hill to Bo Lund.",
        "Anna Lind played for hours against Bo Lund.",
        "The sister of Lind told them that she was Anna Lind.",
        "The bridge was built by nobody.",
    ],
)
def test_names_that_mean_the_same_either_way_stay(text: str) -> None:
    assert made(crossed, text) == set()


def test_a_subject_is_spliced_with_what_is_said_of_another() -> None:
    first, second = "The Eurotas is a river of Laconia.", "Anna Lind is the oldest singer of the choir."
    assert made(spliced, first, second) == {
        ("not_enough", "The Eurotas is the oldest singer of the choir."),
        ("not_enough", "Anna Lind is a river of Laconia."),
    }
    assert made(spliced, first, "Anna Lind were singers of the choir.") == set()
    assert made(spliced, first, "The film is the oldest of its kind.") == set()
    assert made(spliced, first, "The Eurotas is long and cold and deep.") == set()


@pytest.mark.parametrize(
    ("said", "surer"),
    [
        ("The bridge may be closed in May.", "The bridge will be closed in May."),
        ("The bridge is expected to open soon.", "The bridge will open soon."),
        ("He hopes to win the race.", "He is going to win the race."),
        ("They failed to win the race.", "They managed to win the race."),
        ("It was reportedly sold to a baker.", "It was sold to a baker."),
        ("In the end some residents left the town.", "In the end all residents left the town."),
        ("Most residents left the town.", "All residents left the town."),
        ("He is accused of theft.", "He is guilty of theft."),
        ("She was charged with theft.", "She was convicted with theft."),
        ("He claimed that the bridge was old.", "He proved that the bridge was old."),
    ],
)
def test_what_is_said_is_made_surer(said: str, surer: str) -> None:
    assert made(overstated, said) == {("not_enough", surer)}


@pytest.mark.parametrize(
    "text", ["It is the second most populous town.", "It has as many towers as Elvas.", "The bridge opened in May."]
)
def test_what_is_sure_is_left_alone(text: str) -> None:
    assert made(overstated, text) == set()


def test_a_clause_goes_from_one_end_to_the_other() -> None:
    ends = "The council closed the bridge after residents had complained."
    begins = "After residents had complained, the council closed the bridge."
    assert made(turned, ends) == {("supported", begins)}
    assert made(turned, begins) == {("supported", ends)}
    assert made(turned, "Anna Lind closed the bridge before the winter came.") == {
        ("supported", "Before the winter came, Anna Lind closed the bridge.")
    }


@pytest.mark.parametrize(
    "text",
    [
        "She closed the bridge after residents had complained.",
        "After Anna Lind had complained, she closed the bridge.",
        "The council did not close the bridge after residents had complained.",
        "It was told that the council closed the bridge before the winter came.",
    ],
)
def test_a_clause_that_may_mean_something_else_elsewhere_stays(text: str) -> None:
    assert made(turned, text) == set()


def test_no_word_gives_away_what_is_false() -> None:
    """Numbers and names are all in the evidence: only reading it tells."""
    first, second = "Anna Lind has long sued Bo Lund.", "The Eurotas has 12 wide arms in Laconia."
    for maker in (crossed, spliced):
        for seed in range(20):
            claim = maker(pair(first), pair(second, page="Elvas"), random.Random(seed))
            assert claim is not None and not missing(claim.claim, claim.evidence)


def test_the_measure_makes_each_kind_with_its_label() -> None:
    texts = (
        "The Eurotas has long fed Laconia after the rains came.",
        "Anna Lind has sued the baker Bo Lund before the winter came.",
        "The mill may be closed in 1804 after 12 years of noise.",
    )
    claims = [pair(text, page=f"{n} {text[:9]}") for n in range(5) for text in texts]
    kinds = made_of_own_words(claims, random.Random(0))
    assert kinds == made_of_own_words(claims, random.Random(0))
    labels = {kind: Counter(claim.label for claim in some) for kind, some in kinds.items()}
    assert {kind: set(counted) for kind, counted in labels.items()} == {
        "caught_crossed": {"refuted"},
        "caught_spliced": {"not_enough"},
        "caught_overstated": {"not_enough"},
        "caught_inverted": {"refuted"},
        "lost_turned": {"supported"},
    }
