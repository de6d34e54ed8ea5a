"""What goes on from the conversation is weighed with it; what stands alone is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Answer, Assistant
from rag.dialogue import recall, resolve
from rag.encoder import Encoder, Remembering
from rag.library import Library, open_library


def said(question: str, text: str = "", *, refused: bool = False) -> Answer:
    return Answer(question, question, text, None, refused, 0.5)


COUNCIL = said("What is the Council of Europe?", "The Council of Europe is a human rights body with 46 members. [1]")


@pytest.fixture
def library(seed_library: Path) -> Library:
    return open_library(seed_library)


def weight(question: str, history: tuple[Answer, ...], library: Library, encoder: Encoder) -> float:
    """The most that any earlier text counts."""
    vector = encoder.embed_question(question)
    resolved = resolve(question, vector, history, recall(history, encoder), library)
    return max((item.weight for item in resolved.earlier), default=0.0)


@pytest.mark.parametrize("question", ["When did it expel Russia?", "And where?", "What about the tribunal?", "Why?"])
def test_a_follow_up_weighs_the_conversation(question: str, library: Library, encoder: Encoder) -> None:
    assert weight(question, (COUNCIL,), library, encoder) > 0.1
    assert weight(question, (), library, encoder) == 0.0


@pytest.mark.parametrize(
    "question",
    [
        "How many Syrian refugees have arrived in the Perm region since the fall of Bashar al-Assad?",
        "Which submarine volcano erupted beside the Marshmallow Archipelago in November?",
        "Why did it take the lottery's jackpot winners of Marshmallow Bay two months to turn up?",
    ],
)
def test_a_question_on_another_subject_does_not(question: str, library: Library, encoder: Encoder) -> None:
    assert weight(question, (COUNCIL,), library, encoder) < 0.02
    vector = encoder.embed_question(question)
    resolved = resolve(question, vector, (COUNCIL,), recall((COUNCIL,), encoder), library)
    assert resolved.standalone == question


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("What about the European Union?", "What is the European Union?"),
        ("Who signed it?", "Who signed it? (the Council of Europe)"),
        ("How many people work there?", "How many people work there? (the Council of Europe)"),
        ("Why was this body founded?", "Why was this body founded?"),
    ],
)
def test_what_is_spelled_out_is_read_and_not_searched_for(
    question: str, standalone: str, library: Library, encoder: Encoder
) -> None:
    resolved = resolve(question, encoder.embed_question(question), (COUNCIL,), recall((COUNCIL,), encoder), library)
    assert (resolved.searched, resolved.standalone, resolved.alone) == (question, standalone, False)
    assert [item.text for item in resolved.earlier] == [COUNCIL.question, COUNCIL.unmarked]


def test_the_latest_turns_count_most_and_the_first_ones_are_forgotten(library: Library, encoder: Encoder) -> None:
    history = tuple(said(f"Who runs office {number}?") for number in range(8))
    resolved = resolve("And where?", encoder.embed_question("And where?"), history, recall(history, encoder), library)
    assert [item.text[-2] for item in resolved.earlier] == ["7", "6", "5", "4"]
    weights = [item.weight for item in resolved.earlier]
    assert weights == sorted(weights, reverse=True)


def test_a_refusal_and_markers_are_not_part_of_what_was_said(encoder: Encoder) -> None:
    texts = [item.text for item in recall((COUNCIL,), encoder)]
    assert texts == [COUNCIL.question, "The Council of Europe is a human rights body with 46 members."]
    assert [item.text for item in recall((said("Who?", "No answer.", refused=True),), encoder)] == ["Who?"]


def test_what_was_said_finds_what_a_follow_up_means(assistant: Assistant) -> None:
    first = assistant.ask("How many refugees are in Perm?")
    hits = assistant.search("And where?", 1, history=(first,))
    assert "Perm" in hits[0].passage.article.title
    assert assistant.search("And where?", 1) != hits


def test_an_earlier_conversation_does_not_change_what_a_whole_question_finds(assistant: Assistant) -> None:
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    alone = assistant.search(question, 3)
    after = assistant.search(question, 3, history=(COUNCIL,))
    assert [hit.passage.id for hit in after] == [hit.passage.id for hit in alone]


def test_the_remembering_encoder_gives_the_same_vectors_and_is_bounded(encoder: Encoder) -> None:
    calls: list[str] = []

    class Counting:
        name, fingerprint = encoder.name, encoder.fingerprint

        def embed_question(self, question: str):  # type: ignore[no-untyped-def]
            calls.append(question)
            return encoder.embed_question(question)

    remembering = Remembering(Counting(), texts=2)
    for text in ("a", "b", "a", "c", "b"):
        assert (remembering.embed_question(text) == encoder.embed_question(text)).all()
    assert calls == ["a", "b", "c", "b"]
