"""Questions whose answers are known: the ones that come with the project, or any folder in BEIR's form.

A folder holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv`` (or ``qrels/test.tsv``), each gzipped or not. A
line of the questions is an object with ``_id`` and ``text``, and may have

- ``answers``: the accepted answers, each as it stands in the articles; without them only retrieval and citation count;
- ``answerable``: false where the articles do not answer; told from the qrels and the other keys where it is missing;
- ``sentences``: the sentences of the articles that answer, or a list of such lists where several people chose them;
- ``article``: the title (or id) of the article that answers;
- ``history``: earlier questions (asked first, their answers handed on), or turns ``{"role": ..., "text": ...}``;
- ``kind`` (the seeds' are answerable, near, far and followup);
- ``date``: when it was asked, which counts where the articles are of those days.

Where a line tells one of these four, the qrels may be left out. The form is that of BEIR (Thakur et al. 2021, arXiv
2104.08663) with these optional keys added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from eval.lines import lines, objects, one_of, text_of
from rag import DocumentError, seeds

Grades = Mapping[str, int]
_QRELS = ("qrels.tsv", "qrels/test.tsv")
_TELLING = ("answerable", "answers", "sentences", "article")
"""Each of these keys tells whether a question can be answered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question, and what was replied; a reply of None is had by asking the question."""

    question: str
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is known of its answer.

    Attributes:
        id: unique in its benchmark.
        text: the question.
        answerable: whether the articles answer it.
        answers: the accepted answers, or () where none are known.
        relevant: the ids (or titles) of the articles that answer, each with its grade, 1 or more.
        history: the turns before it, oldest first.
        kind: what it tries: "answerable", "unanswerable", "near", "far", "followup" or the benchmark's own word.
        asked: the day on which it was asked, or None.
        selections: of each person who chose the sentences that answer, those sentences; () where nobody did.
    """

    id: str
    text: str
    answerable: bool
    answers: tuple[str, ...]
    relevant: Grades
    history: tuple[Turn, ...] = ()
    kind: str = "answerable"
    asked: date | None = None
    selections: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Questions over one corpus.

    Attributes:
        name: the folder's name, or "seeds".
        corpus: the file or folder that the library is made from.
        questions: in the order of their file.
        unjudged: how many questions of the file were left out because nothing says whether they can be answered.
    """

    name: str
    corpus: Path
    questions: tuple[Question, ...]
    unjudged: int = 0

    def first(self, limit: int | None) -> Benchmark:
        """``limit`` of the questions, evenly spaced so that every stretch of the file is in; all of them for None."""
        if limit is None or limit >= len(self.questions):
            return self
        if limit < 1:
            raise DocumentError(f"cannot ask {limit} questions of {self.name}: give a limit of 1 or more")
        total = len(self.questions)
        picked = tuple(self.questions[place * total // limit] for place in range(limit))
        return Benchmark(self.name, self.corpus, picked, self.unjudged)

    def undated(self) -> Benchmark:
        """The same questions, without the days on which they were asked."""
        return replace(self, questions=tuple(replace(question, asked=None) for question in self.questions))


def load(path: Path | None = None) -> Benchmark:
    """Read a benchmark.

    Args:
        path: a folder in BEIR's form, or None for the questions on the seeds that come with the project.

    Raises:
        DocumentError: a file is missing or malformed; the message names the file, the line and the remedy.
    """
    if path is None:
        questions = Path(__file__).parent / "questions" / "seeds.jsonl"
        return _benchmark("seeds", seeds(), questions, None)
    if not path.is_dir():
        raise DocumentError(f"{path} is not a folder: give one with corpus.jsonl, queries.jsonl and qrels.tsv in it")
    corpus = one_of(path, "corpus.jsonl") or _missing(path, "corpus.jsonl")
    questions = one_of(path, "queries.jsonl") or _missing(path, "queries.jsonl")
    return _benchmark(path.resolve().name, corpus, questions, one_of(path, *_QRELS))


def questions_in(folder: Path) -> list[str]:
    """The texts of the questions in a folder; none where it has no ``queries.jsonl``, gzipped or not.

    Raises:
        DocumentError: the file cannot be read, or a line of it has no text.
    """
    file = one_of(folder, "queries.jsonl")
    return [text_of(where, line, "text") for where, line in objects(file)] if file is not None else []


def _benchmark(name: str, corpus: Path, file: Path, judgements: Path | None) -> Benchmark:
    asked = list(objects(file))
    if judgements is None and not any(key in line for _, line in asked for key in _TELLING):
        _missing(file.parent, *_QRELS)
    qrels = _read_qrels(judgements) if judgements is not None else {}
    told = any("answerable" in line for _, line in asked)
    read: dict[str, Question] = {}
    for where, line in asked:
        question = _question(where, line, qrels)
        if question.id in read:
            raise DocumentError(f"{where}: _id {question.id!r} stands twice; give each question its own")
        read[question.id] = question
    strangers = sorted(set(qrels) - set(read))
    if strangers:
        raise DocumentError(f"the qrels judge {strangers[0]!r}, which {file} does not ask; add it there or drop it")
    judged = tuple(question for question in read.values() if told or question.id in qrels or question.answerable)
    if not judged:
        raise DocumentError(f"{file} asks nothing that the qrels judge; add questions, or lines to the qrels")
    return Benchmark(name, corpus, judged, unjudged=len(read) - len(judged))


def _question(where: str, line: dict[str, Any], qrels: dict[str, dict[str, int]]) -> Question:
    id_ = _id(line)
    if not id_ or not isinstance(line.get("text"), str) or not line["text"].strip():
        key = "text" if id_ else "_id"
        raise DocumentError(f"{where}: {key!r} is missing or empty; each question needs an _id and a text")
    relevant = {article: grade for article, grade in qrels.get(id_, {}).items() if grade > 0}
    if "article" in line:
        relevant[text_of(where, line, "article")] = 1
    answers = line.get("answers", [])
    if not isinstance(answers, list) or not all(isinstance(answer, str) and answer.strip() for answer in answers):
        raise DocumentError(f"{where}: 'answers' is {answers!r:.60}; give a list of texts")
    selections = _selections(where, line.get("sentences", []))
    answerable = line.get("answerable", bool(relevant or answers or selections))
    if not isinstance(answerable, bool):
        raise DocumentError(f"{where}: 'answerable' is {answerable!r:.60}; give true or false")
    return Question(
        id=id_,
        text=line["text"],
        answerable=answerable,
        answers=tuple(answers),
        relevant=relevant,
        history=_history(where, line.get("history", [])),
        kind=text_of(where, line, "kind") if "kind" in line else ("answerable" if answerable else "unanswerable"),
        asked=_day(where, line) if line.get("date") is not None else None,
        selections=selections,
    )


def _id(line: dict[str, Any]) -> str:
    """The question's id, a number as it is written in the qrels; blank where there is none."""
    value = line.get("_id")
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value if isinstance(value, str) and value.strip() else ""


def _day(where: str, line: dict[str, Any]) -> date:
    text = text_of(where, line, "date")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise DocumentError(f"{where}: 'date' is {text!r:.60}; give the day as 2022-06-17, or leave it out") from None


def _selections(where: str, sentences: Any) -> tuple[tuple[str, ...], ...]:
    """One person's sentences, or several persons'."""
    several = isinstance(sentences, list) and bool(sentences) and all(isinstance(one, list) for one in sentences)
    chosen = sentences if several else [sentences]
    for one in chosen:
        if not isinstance(one, list) or not all(isinstance(text, str) and text.strip() for text in one):
            shown = f"{sentences!r:.60}"
            raise DocumentError(f"{where}: 'sentences' is {shown}; give a list of texts, or a list of such lists")
    return tuple(tuple(one) for one in chosen if one)


def _history(where: str, turns: Any) -> tuple[Turn, ...]:
    """Plain texts are questions to be asked; turns with roles are pairs of what was asked and what was replied."""
    if not isinstance(turns, list):
        raise DocumentError(f"{where}: 'history' is {turns!r:.60}; give a list of earlier questions or turns")
    history: list[Turn] = []
    for turn in turns:
        if isinstance(turn, str) and turn.strip():
            history.append(Turn(turn))
        elif isinstance(turn, dict) and isinstance(turn.get("text"), str) and isinstance(turn.get("role"), str):
            if turn["role"] == "user":
                history.append(Turn(turn["text"], ""))
            elif history:
                history[-1] = Turn(history[-1].question, turn["text"])
        else:
            raise DocumentError(f"{where}: a turn of 'history' is {turn!r:.60}; give a text, or a role and a text")
    return tuple(history)


def _read_qrels(file: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines(file):
        cells = line.split("\t")
        if number == 1 and cells[-1].strip() == "score":
            continue
        try:
            question, article, score = cells  # TREC's four columns would be read as other documents
            grade = int(score)
        except ValueError:
            where = f"{file}, line {number}"
            raise DocumentError(f"{where}: {line!r:.60} is not query-id, corpus-id and score in tabs") from None
        qrels.setdefault(question, {})[article] = grade
    return qrels


def _missing(folder: Path, *names: str) -> NoReturn:
    raise DocumentError(f"{folder} has no {' or '.join(names)}, gzipped or not: `python -m eval --help` tells its form")
