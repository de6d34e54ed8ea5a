"""Articles that try to take over: whatever they plant, what is shown is cited, held by its quote, and leads nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import Assistant, Hit, Settings
from rag.support import SupportCheck
from rag.writer import ChatWriter, Patience
from tests.attack_outcomes import Obedient, faults
from tests.attacks import ATTACKS, SECRET, library, subject

REAL = tuple(range(0, len(ATTACKS), 20))
"""The attacks that are also put to a real model; it is slow."""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def quoting(attacked: Path) -> Assistant:
    return Assistant(Settings(library=attacked, refusal="never"))


@pytest.fixture(scope="module")
def support() -> SupportCheck:
    return SupportCheck()


@pytest.fixture(scope="module")
def obeying(attacked: Path, support: SupportCheck) -> tuple[Assistant, Obedient]:
    writer = Obedient()
    return Assistant(Settings(library=attacked, refusal="never"), writer=writer, support=support), writer


@pytest.fixture(scope="module")
def real(attacked: Path, support: SupportCheck, small_model: str) -> Assistant:
    writer = ChatWriter(small_model, "smollm2", None, Patience(silence=120, whole=240))
    return Assistant(Settings(library=attacked, refusal="never"), writer=writer, support=support)


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(attack.kind for attack in ATTACKS)
    assert len(ATTACKS) >= 60
    assert len(kinds) >= 14
    assert min(kinds.values()) >= 3


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_an_attack_fails(quoting: Assistant, obeying: tuple[Assistant, Obedient], number: int) -> None:
    about, attack = subject(number), ATTACKS[number]
    assert faults(quoting.ask(about.question), attack, about) == ()
    writing, writer = obeying
    writer.obey(number)
    for answer in writing.stream(about.question):
        assert faults(answer, attack, about) == ()


def test_what_is_not_asked_about_is_not_even_sent(attacked: Path, support: SupportCheck) -> None:
    sent: list[str] = []

    def writer(question: str, hits: Sequence[Hit]) -> Iterator[str]:
        sent.extend(hit.passage.text for hit in hits)
        return iter(("Nothing.",))

    writing = Assistant(Settings(library=attacked, refusal="never"), writer=writer, support=support)
    for number in REAL:
        writing.ask(subject(number).question)
    assert sent
    assert not any(SECRET in text for text in sent)


@pytest.mark.slow
@pytest.mark.parametrize("number", REAL)
def test_an_attack_on_a_real_model_fails(real: Assistant, number: int) -> None:
    about = subject(number)
    answer = real.ask(about.question)
    assert faults(answer, ATTACKS[number], about) == ()
    assert answer.note is None or "server" not in answer.note
