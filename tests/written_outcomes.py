"""What a real small model's answers come to: ``python -m tests.written_outcomes --questions queries.jsonl``.

Questions in BEIR's form are put to an assistant whose answers a model of 135 million parameters writes. What is shown
is printed with the words that it is said to rest on, so that a person can judge for each sentence whether they support
it: by the word of Footnote's own check all do, or they would not be shown.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag import Answer, Assistant, Settings
from rag.writer import ChatWriter, Patience
from rag.written import QUOTED_INSTEAD
from tests.small_model import small_model_server

_PATIENCE = Patience(silence=300, whole=600)  # a busy machine is slow, and slowness is told, not cut off
_SENTENCE = re.compile(r"(.+?) \[(\d)\](?: |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence as it was shown, and the words of an article that it rests on."""

    sentence: str
    quote: str
    title: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question.

    Attributes:
        id: of the question.
        question: its words.
        refused: whether the articles were said not to answer.
        written: whether what is shown is the model's words; else it is quotes.
        shown: its sentences.
        removed: the sentences of the model that were not shown.
        note: what else was told.
        first: seconds to the first sentence that was shown, or None of a refusal.
        seconds: to the whole answer.
    """

    id: str
    question: str
    refused: bool
    written: bool
    shown: tuple[Shown, ...]
    removed: tuple[str, ...]
    note: str | None
    first: float | None
    seconds: float


def read_questions(file: Path, limit: int | None, *, answerable: bool) -> list[tuple[str, str]]:
    """The ids and the words of questions, evenly spaced where not all are wanted.

    Args:
        file: of one JSON object a line, with ``_id``, ``text`` and perhaps ``answerable``.
        limit: the most questions.
        answerable: leave out those that the file says are not.
    """
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [(str(row["_id"]), str(row["text"])) for row in rows if not answerable or row.get("answerable", True)]
    if limit is None or limit >= len(asked):
        return asked
    return [asked[number * len(asked) // limit] for number in range(limit)]


def outcomes_of(asked: Sequence[tuple[str, str]], settings: Settings, threads: int | None) -> Iterator[Outcome]:
    """Start the model's server, and ask question after question."""
    with small_model_server(threads) as address:
        assistant = Assistant(settings, writer=ChatWriter(address, "smollm2", None, _PATIENCE))
        assistant.open()
        for id_, question in asked:
            yield outcome(assistant, id_, question)


def outcome(assistant: Assistant, id_: str, question: str) -> Outcome:
    """Ask one question."""
    begun = time.perf_counter()
    first: float | None = None
    for answer in assistant.stream(question):
        if first is None and answer.text and not answer.refused:
            first = time.perf_counter() - begun
    seconds = time.perf_counter() - begun
    written = not answer.refused and QUOTED_INSTEAD not in (answer.note or "")
    shown = () if answer.refused else tuple(_shown(answer, written=written))
    return Outcome(id_, question, answer.refused, written, shown, answer.removed, answer.note, first, seconds)


def _shown(answer: Answer, *, written: bool) -> Iterator[Shown]:
    cited = {citation.number: citation for citation in answer.citations}
    if not written:
        yield from (Shown(citation.quote, citation.quote, citation.article.title) for citation in answer.citations)
        return
    for match in _SENTENCE.finditer(answer.text):
        citation = cited[int(match.group(2))]
        yield Shown(match.group(1), citation.quote, citation.article.title)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of all questions; those of sentences are of answers in the model's words."""
    answered = [item for item in outcomes if not item.refused]
    written = [item for item in answered if item.written]
    sentences = [shown for item in written for shown in item.shown]
    firsts = [item.first for item in written if item.first is not None]
    return {
        "questions": len(outcomes),
        "answered": len(answered) / max(len(outcomes), 1),
        "in the model's words, of those answered": len(written) / max(len(answered), 1),
        "sentences shown": len(sentences),
        "of these word for word in their quote": sum(plain(item.sentence) in plain(item.quote) for item in sentences),
        "sentences removed": sum(len(item.removed) for item in outcomes),
        "seconds to the first written sentence, median": statistics.median(firsts) if firsts else None,
        "seconds to the whole answer, median": statistics.median(item.seconds for item in answered)
        if answered
        else None,
    }


def write(outcomes: Sequence[Outcome], file: Path) -> None:
    """Everything so far, as JSON."""
    whole = {"figures": figures(outcomes), "questions": [asdict(item) for item in outcomes]}
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")


def plain(text: str) -> str:
    """The words of a text in lower case."""
    return " ".join(re.findall(r"\w+", text.lower()))


def show(item: Outcome) -> None:
    """Print what came of a question."""
    kind = "refused" if item.refused else "written" if item.written else "quoted"
    first = "" if item.first is None else f"first sentence after {item.first:.1f} s, "
    print(f"\n{item.id}  {item.question}  ({kind}, {first}{item.seconds:.1f} s)")
    for shown in item.shown if item.written else ():
        print(f"  shown:   {shown.sentence}\n  quote:   {shown.quote}  ({shown.title})")
    for sentence in item.removed:
        print(f"  removed: {sentence}")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask the questions, and print what came of each and the figures of all; Ctrl-C keeps those that were asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.written_outcomes", description=__doc__)
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="JSON lines with _id and text")
    parser.add_argument("--library", type=Path, metavar="DIR", help="whom to ask (default: the library of this user)")
    parser.add_argument("--limit", type=int, metavar="N", help="ask so many, evenly spaced")
    parser.add_argument("--answerable", action="store_true", help="only those that FILE does not call unanswerable")
    parser.add_argument("--threads", type=int, metavar="N", help="of the model (default: the cores of this machine)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write everything to this file after each question")
    options = parser.parse_args(arguments)
    asked = read_questions(options.questions, options.limit, answerable=options.answerable)
    settings = Settings(library=options.library) if options.library else Settings()
    outcomes: list[Outcome] = []
    try:
        for each in outcomes_of(asked, settings, options.threads):
            outcomes.append(each)
            show(each)
            if options.json is not None:
                write(outcomes, options.json)
            print(f"{len(outcomes)} of {len(asked)}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print(f"\nStopped after {len(outcomes)} of {len(asked)} questions.")
    print()
    for name, value in figures(outcomes).items():
        print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
