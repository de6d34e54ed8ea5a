"""Written sentences become an answer only where the articles support them; the writer and the check are scripted."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Assistant, Hit, Settings
from rag.errors import WriterError
from rag.prompt import INSTRUCTIONS, within_reach
from rag.retrieval import Found
from rag.support import SupportCheck, Verdict
from rag.writer import ChatWriter, Patience, Writer
from rag.written import ALL_REMOVED, NOTHING_WRITTEN, WITHHELD
from tests.scripted_server import Turn, says_nothing, sends, serving

QUESTION = "How many Syrian refugees have arrived in the Perm region since February?"
TRUE = "Approximately 150 refugees have arrived in the Perm region from Syria since February."
MORE = "Igor Sapko met with refugees at a temporary accommodation center on Thursday."
FALSE = "They were given houses by the king of Norway."


class Verbatim:
    """A check that supports a sentence only where an article has most of its words side by side in one sentence."""

    def check(self, sentence: str, vector: Any, found: Sequence[Found]) -> Verdict:
        """The first sentence that holds four fifths of the words."""
        words = set(re.findall(r"\w+", sentence.lower()))
        for item in found:
            for span in item.stored.sentences:
                text = item.stored.passage.article.text[slice(*span)].lower()
                if len(words & set(re.findall(r"\w+", text))) >= 0.8 * len(words):
                    return Verdict(True, 0.9, item, span)
        return Verdict(False, 0.1)


class Scripted:
    """A writer that writes what it is told, and may fail at the end; remembers what it was given."""

    def __init__(self, *pieces: str, fails: bool = False) -> None:
        self.pieces, self.fails = pieces, fails
        self.given: list[tuple[str, tuple[Hit, ...]]] = []
        self.closed = 0
        self.sent = 0

    def __call__(self, question: str, hits: Sequence[Hit]) -> Iterator[str]:
        """The pieces."""
        self.given.append((question, tuple(hits)))
        return self._write()

    def _write(self) -> Iterator[str]:
        try:
            for piece in self.pieces:
                self.sent += 1
                yield piece
            if self.fails:
                raise WriterError("the server is gone: start it")
        finally:
            self.closed += 1


def thinking(handler: BaseHTTPRequestHandler) -> None:
    """A turn of a model that does not come to write."""
    sends(b"")(handler)
    for _ in range(6000):
        handler.wfile.write(b'data: {"choices": [{"delta": {"reasoning": "Hm."}}]}\n\n')
        time.sleep(0.01)


class Stage:
    """An assistant whose models are loaded once, and whose writer each test sets."""

    def __init__(self, library: Path) -> None:
        self._writer: Writer = Scripted()
        self._assistant = Assistant(
            Settings(library=library), writer=lambda *given: self._writer(*given), support=Verbatim()
        )

    def streams(self, writer: Writer, question: str = QUESTION) -> Iterator[Answer]:
        """The answers that grow from what a writer writes."""
        self._writer = writer
        return self._assistant.stream(question)

    def answers(self, *pieces: str, fails: bool = False) -> list[Answer]:
        """All answers that grow from these pieces, as soon as there is something to show."""
        return [answer for answer in self.streams(Scripted(*pieces, fails=fails)) if answer.text]


@pytest.fixture(scope="module")
def stage(seed_library: Path) -> Stage:
    return Stage(seed_library)


def assert_cited(answer: Answer) -> None:
    """Every marker has its citation, in order of first use, and every sentence ends with one."""
    markers = [int(number) for number in re.findall(r" \[(\d)\](?= |$)", answer.text)]
    assert list(dict.fromkeys(markers)) == [citation.number for citation in answer.citations]
    assert answer.text.endswith("]")
    for citation in answer.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end] != ""


def test_supported_sentences_are_shown_with_markers_of_our_own(stage: Stage) -> None:
    writer = Scripted(f"**{TRUE[:-1]}** [7](http://evil.example)", ". ", MORE, " [3] ", FALSE)
    answer = list(stage.streams(writer))[-1]
    assert answer.text == f"{TRUE} [1] {MORE} [2]"
    assert_cited(answer)
    assert "approximately 150 refugees have arrived" in answer.citations[0].quote
    assert answer.removed == (FALSE,)
    assert answer.removal == "1 sentence removed: the articles do not support it"
    assert answer.note is None
    assert answer.short is None or any(answer.short in citation.quote for citation in answer.citations)
    assert {"write", "answer", "total"} <= set(answer.timings)
    assert writer.closed == 1


def test_the_writer_is_given_the_question_and_only_passages_within_reach(stage: Stage) -> None:
    writer = Scripted(TRUE)
    answer = list(stage.streams(writer))[-1]
    ((question, hits),) = writer.given
    assert question == QUESTION
    assert within_reach(hits) == hits
    assert {hit.passage.id for hit in hits} <= {hit.passage.id for hit in answer.hits}


def test_an_answer_grows_sentence_by_sentence(stage: Stage) -> None:
    seen = stage.answers(f"{FALSE} ", f"{TRUE} ", f"{MORE} ", "Nothing more.")
    texts = [answer.text for answer in seen]
    assert texts[0] == f"{TRUE} [1]"
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert all(answer.removed[:1] == (FALSE,) for answer in seen)
    for answer in seen:
        assert_cited(answer)


def test_the_same_words_have_one_number_and_are_said_once(stage: Stage) -> None:
    again = "Approximately 150 refugees have arrived from Syria since February."
    answer = stage.answers(f"{TRUE} {TRUE} {again} {MORE}")[-1]
    assert answer.text == f"{TRUE} [1] {again} [1] {MORE} [2]"
    assert len(answer.citations) == 2


def test_a_question_is_no_answer_even_in_words_of_an_article(stage: Stage) -> None:
    asked = f"{TRUE[:-1]}?"
    answer = stage.answers(f"{asked} {MORE}")[-1]
    assert (answer.text, answer.removed) == (f"{MORE} [1]", (asked,))


def test_three_sentences_are_enough(stage: Stage) -> None:
    third = "Sapko said that doctors and teachers would be able to continue in the Perm region."
    writer = Scripted(f"{TRUE} ", f"{MORE} ", f"{third} ", "Then ", *["more " * 20] * 100)
    answer = list(stage.streams(writer))[-1]
    assert len(re.findall(r"\[\d\]", answer.text)) == 3
    assert (writer.sent, writer.closed) == (4, 1)


def test_a_model_that_says_nothing_true_is_stopped_and_quotes_are_shown(assistant: Assistant, stage: Stage) -> None:
    quotes = assistant.ask(QUESTION)
    writer = Scripted(*[f"The king gave them {n} houses. " for n in range(2, 200)])
    answer = list(stage.streams(writer))[-1]
    assert (answer.text, answer.citations) == (quotes.text, quotes.citations)
    assert answer.note == ALL_REMOVED
    assert len(answer.removed) == 8
    assert answer.removal == "8 sentences removed: the articles do not support them"
    assert writer.sent < 12
    assert writer.closed == 1


@pytest.mark.parametrize("pieces", [(), ("", " \n"), ("[1] ** 12. !",)])
def test_a_model_that_writes_nothing_is_told(stage: Stage, pieces: tuple[str, ...]) -> None:
    answer = stage.answers(*pieces)[-1]
    assert (answer.note, answer.removed) == (NOTHING_WRITTEN, ())
    assert "150 refugees" in answer.text


@pytest.mark.parametrize("pieces", [(), (TRUE, " And "), (f"{FALSE} And ",)])
def test_a_server_that_fails_leaves_the_quotes_and_says_why(
    assistant: Assistant, stage: Stage, pieces: tuple[str, ...]
) -> None:
    quotes = assistant.ask(QUESTION)
    answer = stage.answers(*pieces, fails=True)[-1]
    assert (answer.text, answer.citations, answer.short) == (quotes.text, quotes.citations, quotes.short)
    assert answer.note == "The articles are quoted instead: the server is gone: start it"


def test_a_refusal_stays_one_and_the_writer_is_not_asked(stage: Stage) -> None:
    writer = Scripted(TRUE)
    (answer,) = stage.streams(writer, "What is the boiling point of tungsten?")
    assert answer.refused
    assert writer.given == []


@pytest.mark.parametrize("closing", ["</think>", "<|channel|>final<|message|>"])
def test_nothing_that_a_model_thought_aloud_is_shown_or_counted(stage: Stage, closing: str) -> None:
    seen = stage.answers(f"The king, hm. {FALSE} {MORE} So it is", closing, f"{TRUE} [2]", " Nothing more.")
    assert seen[0].text == f"{MORE} [1]"
    assert seen[-1].text == f"{TRUE} [1]"
    assert seen[-1].removed == ("Nothing more.",)
    assert_cited(seen[-1])
    assert stage.answers(f"{FALSE} So{closing}")[-1].note == NOTHING_WRITTEN


def test_a_model_with_markers_of_its_own_loses_no_sentence(stage: Stage) -> None:
    for behind in ("\u00b9", " (1)", "\u30101\u2020source\u3011", "[^1]", "<|im_end|>"):
        assert stage.answers(f"{TRUE}{behind} {MORE}{behind}")[-1].text == f"{TRUE} [1] {MORE} [2]"
    assert stage.answers(f"{TRUE[:-1]} (1). {MORE[:-1]} (2).")[-1].text == f"{TRUE} [1] {MORE} [2]"


def test_instructions_are_never_repeated(seed_library: Path) -> None:
    class Gullible(Verbatim):
        def check(self, sentence: str, vector: Any, found: Sequence[Found]) -> Verdict:
            return Verdict(True, 1.0, found[0], found[0].stored.sentences[0])

    writer = Scripted(f"{INSTRUCTIONS} Mind the passage-12ab34cd there.")
    answer = Assistant(Settings(library=seed_library), writer=writer, support=Gullible()).ask(QUESTION)
    assert set(answer.removed) == {WITHHELD}
    assert len(answer.removed) == len(re.findall(r"\.(?: |$)", INSTRUCTIONS)) + 1
    assert "passages" not in answer.text


def test_closing_an_answer_that_grows_stops_the_writer(stage: Stage) -> None:
    writer = Scripted(f"{TRUE} ", "And ", *["on and on "] * 50)
    growing = stage.streams(writer)
    assert next(answer for answer in growing if answer.text).text == f"{TRUE} [1]"
    growing.close()  # type: ignore[attr-defined]  # it is a generator
    assert (writer.sent, writer.closed) == (2, 1)


@pytest.mark.parametrize(
    "turn", [says_nothing, sends(b"", 503), thinking], ids=["says nothing", "is loading", "thinks for ever"]
)
def test_an_answer_of_which_nothing_is_shown_yet_can_be_let_go_of(stage: Stage, turn: Turn) -> None:
    with serving([turn]) as server:
        begun = time.monotonic()
        growing = stage.streams(ChatWriter(server.url, "m", None, Patience(silence=120, loading=120)))
        first, second = next(growing), next(growing)
        assert (first.text, first.citations, first.question) == ("", (), QUESTION)
        assert second is first
        growing.close()  # type: ignore[attr-defined]  # it is a generator
        assert time.monotonic() - begun < 25
        assert turn not in (says_nothing, thinking) or server.left.wait(60)


def test_an_answer_comes_again_only_now_and_then(stage: Stage) -> None:
    def writing(question: str, hits: Sequence[Hit]) -> Iterator[str]:
        for piece in (*[""] * 200, *f"{FALSE} {TRUE} And".split(" "), *[""] * 200, *[" on"] * 50):
            time.sleep(0.005)
            yield f"{piece} " if piece else ""

    begun = time.monotonic()
    seen = list(stage.streams(writing))
    assert 3 <= len(seen) <= 2 + 2 * (time.monotonic() - begun)
    assert seen[0].text == ""
    assert all(later.text.startswith(earlier.text) for earlier, later in itertools.pairwise(seen))
    assert seen[-1].text == f"{TRUE} [1]"


def test_without_a_writer_there_is_one_answer(assistant: Assistant) -> None:
    (answer,) = assistant.stream(QUESTION)
    assert {**answer.to_dict(), "timings": {}} == {**assistant.ask(QUESTION).to_dict(), "timings": {}}
    assert "write" not in answer.timings
    assert answer.removed == ()


@pytest.mark.slow
def test_a_real_model_says_nothing_that_its_citations_do_not_hold(seed_library: Path, small_model: str) -> None:
    """Whatever it writes: what is shown is numbers and names of the quotes."""
    from rag.facts import missing

    writer = ChatWriter(small_model, "smollm2", None, Patience(silence=120, whole=240))
    assistant = Assistant(Settings(library=seed_library), writer=writer, support=SupportCheck())
    answer = assistant.ask(QUESTION)
    assert not answer.refused
    assert answer.note in (None, ALL_REMOVED, NOTHING_WRITTEN)  # and not that the model could not be asked
    quoted = " ".join(f"{citation.quote} {citation.article.title}" for citation in answer.citations)
    assert missing(re.sub(r" \[\d\]", "", answer.text), quoted) == ()
