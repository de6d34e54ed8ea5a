"""Ask the seeds: every citation is the article's own characters, refusals say so, bad questions are told."""

from __future__ import annotations

import json
import re
import threading
import weakref
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from rag import Answer, Assistant, LibraryError, QuestionError, RagError, Settings
from rag.asking import ASKS_NOTHING, LONGEST_QUESTION, asks_nothing
from rag.encoder import Encoder
from rag.library import Library
from rag.staging import keep_only

QUESTIONS = (
    "How many Syrian refugees have arrived in the Perm region since February?",
    "Who met with the refugees?",
    "Where is the special court expected to be based?",
    "Which countries are expected to join the tribunal?",
    "Why does the newspaper ask for support?",
    "What did Sapko say about doctors and teachers?",
)


def assert_sound(answer: Answer) -> None:
    """What holds of every answer, whatever was asked of whatever articles."""
    assert 0 <= answer.confidence <= 1
    assert json.loads(json.dumps(answer.to_dict()))["question"] == answer.question
    assert answer.timings["total"] > 0
    if answer.refused:
        assert answer.citations == ()
        assert answer.short is None
        assert "[" not in answer.text
        return
    assert 1 <= len(answer.citations) <= 3
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert citation.quote.strip()
        assert citation.quote == citation.article.text[citation.start : citation.end]
        number = citation.number
        assert f"{citation.quote} [{number}]" in answer.text or f"[{number - 1}] [{number}]" in answer.text
    assert [int(n) for n in re.findall(r" \[(\d)\](?= |$)", answer.text)][-1] == len(answer.citations)
    if answer.short is not None:
        assert any(answer.short in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_quoted_word_for_word(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert_sound(answer)
    assert answer.hits
    assert answer.hits == tuple(sorted(answer.hits, key=lambda hit: -hit.score))


def test_the_example_of_the_readme_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTIONS[0])
    assert not answer.refused
    assert "approximately 150 refugees" in answer.citations[0].quote
    assert answer.citations[0].article.title.startswith("Syrian Alawites")


@pytest.mark.parametrize(
    "question", ["What is the boiling point of tungsten?", "Who won the chess championship in Reykjavik in 1972?"]
)
def test_what_the_articles_do_not_hold_is_refused_with_the_nearest_passages(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    assert answer.refused
    assert_sound(answer)
    assert answer.hits


@pytest.mark.parametrize("question", ["", "   \n\t "])
def test_an_empty_question_is_told(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="is empty"):
        assistant.ask(question)


def test_a_long_question_is_told(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match=f"10,000 characters, the most is {LONGEST_QUESTION:,}"):
        assistant.ask("x" * 10_000)


@pytest.mark.parametrize(
    "question",
    [
        "\x00\x1b[31m who?",
        "من التقى باللاجئين؟",
        "🙂🙂🙂",
        "<script>alert(1)</script>",
        "' OR 1=1; DROP TABLE articles; --",
    ],
)
def test_odd_questions_are_only_text(assistant: Assistant, question: str) -> None:
    assert_sound(assistant.ask(question))


def test_a_follow_up_is_understood_from_the_conversation(assistant: Assistant) -> None:
    first = assistant.ask("What is the Council of Europe?")
    answer = assistant.ask("When did it expel Russia?", history=(first,))
    assert "Council of Europe" in answer.standalone
    assert answer.question == "When did it expel Russia?"
    assert_sound(answer)
    alone = "Which countries are expected to join the tribunal?"
    assert assistant.ask(alone, history=(first,)).standalone == alone


def test_search_gives_passages_best_first(assistant: Assistant) -> None:
    hits = assistant.search("Syrian refugees in Perm", limit=5)
    assert len(hits) == 5
    assert "Perm" in hits[0].passage.text
    assert hits[0].score >= hits[-1].score


def test_threads_get_the_same_answers(assistant: Assistant) -> None:
    wanted = [assistant.ask(question).text for question in QUESTIONS]
    found: dict[int, str] = {}

    def ask(number: int) -> None:
        found[number] = assistant.ask(QUESTIONS[number]).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(QUESTIONS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(len(QUESTIONS))] == wanted


def test_a_missing_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="footnote index PATH"):
        Assistant(Settings(library=tmp_path / "nothing")).ask("Who?")


def test_new_articles_are_found_without_opening_again(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The lighthouse keeper of Ardmore is Nora Quill. She has kept it since 1987.")
    assistant = Assistant(Settings(library=tmp_path / "lib"))
    assistant.index([tmp_path / "one.txt"])
    assert "Nora Quill" in assistant.ask("Who is the lighthouse keeper of Ardmore?").hits[0].passage.text
    (tmp_path / "two.txt").write_text("The harbour master of Ballin is Tomas Reed. He came from Cork in 2011.")
    assistant.index([tmp_path / "two.txt"])
    assert "Tomas Reed" in assistant.ask("Who is the harbour master of Ballin?").hits[0].passage.text


def test_paths_may_be_text_and_one_alone(tmp_path: Path) -> None:
    told = tmp_path / "one.txt"
    told.write_text("The lighthouse keeper of Ardmore is Nora Quill.")
    assistant = Assistant(Settings(library=tmp_path / "lib"))
    assert assistant.index([str(told)]).new == 1
    for paths in (str(told), told, [told]):
        assert assistant.index(paths).unchanged == 1
    with pytest.raises(RagError, match="a path is empty"):
        assistant.index("")


def test_what_was_opened_reads_each_later_generation_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead: list[int] = []
    reads = Library.read_ahead

    def told_of(library: Library) -> None:
        ahead.append(library.manifest.generation)
        reads(library)

    monkeypatch.setattr(Library, "read_ahead", told_of)
    told = tmp_path / "told.txt"
    told.write_text("The lighthouse keeper of Ardmore is Nora Quill.")
    assistant = Assistant(Settings(library=tmp_path / "lib", reader="none"))
    assistant.index([told])
    assistant.search("Who keeps the lighthouse?", 5)
    assert ahead == []
    assistant.open()
    told.write_text("The lighthouse keeper of Ardmore is Tomas Reed.")
    assistant.index([told])
    for _ in range(2):
        assert "Tomas Reed" in assistant.search("Who keeps the lighthouse?", 5)[0].passage.text
    first, second = ahead
    assert second > first


def test_repeated_sentences_are_cited_where_they_stand(tmp_path: Path) -> None:
    repeated = "Nothing else was said by the ministry."
    text = (
        f"{repeated} The bridge at Kalmar was closed on 4 May 2021. {repeated} The bridge is 90 metres long. {repeated}"
    )
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "lib"))
    assistant.index([tmp_path / "one.txt"])
    for question in (
        "When was the bridge at Kalmar closed?",
        "How long is the bridge?",
        "What else did the ministry say?",
    ):
        answer = assistant.ask(question)
        assert_sound(answer)
        assert len({(citation.start, citation.end) for citation in answer.citations}) == len(answer.citations)


def test_the_same_answer_in_several_articles_is_cited_from_each(tmp_path: Path) -> None:
    """But not from copies of a story, which are named with it, nor from an article that gives another answer."""
    reports = {
        "gazette": "Nora Quill was elected mayor of Ardmore on Sunday. She won by 212 votes, the harbour board said.",
        "herald": "The voters of Ardmore elected Nora Quill as mayor on Sunday, after a long and bitter campaign.",
        "weekly": "The mayor of Brodno, Tomas Reed, was elected in 2011. He opened the ferry on Monday.",
    }
    for name, text in reports.items():
        (tmp_path / f"{name}.txt").write_text(f"News from {name}\n\n{text}\n", encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "library"))
    assistant.index([tmp_path / f"{name}.txt" for name in reports])
    answer = assistant.ask("Who was elected mayor of Ardmore on Sunday?")
    assert_sound(answer)
    assert answer.short == "Nora Quill"
    assert answer.text.count("Nora Quill") == 1
    assert answer.text.endswith("[1] [2]")
    assert all("Nora Quill" in citation.quote for citation in answer.citations)
    assert len({citation.article.id for citation in answer.citations}) == 2


def test_an_assistant_that_indexes_has_no_generation_open_that_is_to_be_deleted(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows deletes no file that is open."""
    article = tmp_path / "ferry.txt"
    article.write_text("The ferry to Ardmore leaves at nine.", encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "library", reader="none"))
    assistant._opened._encoder = encoder  # which takes its time to load
    assistant.index([article])
    assert assistant.ask("When does the ferry leave?").hits
    library, opened = weakref.ref(assistant._opened.library()), list[bool]()

    def deleting(*given: Path) -> tuple[Path, ...]:
        opened.append(library() is not None)
        return keep_only(*given)

    monkeypatch.setattr("rag.publishing.keep_only", deleting)
    assistant.index([article])
    assert opened == [True]  # nothing has changed, and nothing is deleted
    article.write_text("The ferry to Ardmore leaves at ten.", encoding="utf-8")
    assistant.index([article])
    assert opened == [True, False]
    assert "ten" in assistant.ask("When does the ferry leave?").hits[0].passage.text


def test_a_search_for_no_passages_finds_none(assistant: Assistant) -> None:
    assert assistant.search("Who met with the refugees?", 0) == ()


def test_two_readings_that_both_have_an_answer_are_asked_back(tmp_path: Path) -> None:
    """And a reading that the articles do not answer is not offered."""
    (tmp_path / "marn.txt").write_text("Ivo Marn was born in the port of Casares in 1951.", encoding="utf-8")
    (tmp_path / "lind.txt").write_text("Paul Lind was born in the town of Brodno in 1948.", encoding="utf-8")
    (tmp_path / "call.txt").write_text("Ivo Marn called Paul Lind on Monday about the ferry.", encoding="utf-8")
    assistant = Assistant(Settings(library=tmp_path / "library", refusal="generous"))
    assistant.index([tmp_path / name for name in ("marn.txt", "lind.txt", "call.txt")])
    first = replace(assistant.ask("Did Ivo Marn call Paul Lind?"), short=None)
    asked_back = assistant.ask("Where was he born?", history=(first,))
    assert asked_back.readings == ("Where was Ivo Marn born?", "Where was Paul Lind born?")
    assert asked_back.refused and not asked_back.citations and "Which do you mean" in asked_back.text
    chosen = assistant.ask("Lind", history=(first, asked_back))
    assert chosen.standalone == "Where was Paul Lind born?"
    assert "Brodno" in chosen.citations[0].quote
    fewer = Assistant(Settings(library=tmp_path / "fewer", refusal="generous"))
    fewer.index([tmp_path / name for name in ("marn.txt", "call.txt")])
    assert "Casares" in fewer.ask("Where was he born?", history=(first,)).citations[0].quote


@pytest.mark.parametrize("courtesy", ["hello", "Thanks a lot!", "OK, great."])
def test_a_courtesy_is_not_searched_for_and_the_talk_goes_on_behind_it(assistant: Assistant, courtesy: str) -> None:
    first = assistant.ask("What is the Council of Europe?")
    thanks = assistant.ask(courtesy, history=[first])
    assert_sound(thanks)
    assert (thanks.text, thanks.hits) == (ASKS_NOTHING, ())
    assert thanks.standalone == courtesy
    question = "When did it expel Russia?"
    behind = assistant.ask(question, history=[first, thanks])
    assert behind.standalone == assistant.ask(question, history=[first]).standalone


@pytest.mark.parametrize(
    "message",
    ["Thanks for what?", "Is it ok?", "good question about Perm", "help", "No", "yes please", "It is clear", "now"],
)
def test_what_may_ask_something_is_no_courtesy(message: str) -> None:
    assert not asks_nothing(message)


@pytest.mark.parametrize(
    "message",
    [
        "Nice",
        "No thanks",
        "Thanks, that's all",
        "Thanks, that helps",
        "OK, got it",
        "I see.",
        "Understood",
        "never mind",
    ],
)
def test_what_ends_a_matter_asks_nothing(message: str) -> None:
    assert asks_nothing(message)


def test_bytes_that_are_no_characters_become_question_marks(assistant: Assistant) -> None:
    assert assistant.ask("Who met the refugees at the caf\udce9").question == "Who met the refugees at the caf?"


def test_a_moment_counts_as_its_day(assistant: Assistant) -> None:
    moment = datetime(2023, 5, 9, 12)
    told, wanted = (assistant.ask(QUESTIONS[0], asked=asked) for asked in (moment, moment.date()))
    assert replace(told, timings={}) == replace(wanted, timings={})
