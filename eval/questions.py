"""Questions whose answers are known: the ones that come with the project, or any folder in BEIR's form.

A folder holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv`` (or ``qrels/test.tsv``), each gzipped or not. A
line of the questions is an object with ``_id`` and ``text``, and may have

- ``answers``: the accepted answers, each as it stands in the articles; without them only retrieval and citation count;
- ``answerable``: false where the articles do not answer; told from the qrels where it is missing;
- ``sentences``: the sentences of the articles that answer, or a list of such lists where several people chose them;
- ``article``: the title of the article that answers, where there are no qrels;
- ``history``: earlier questions (asked first, their answers handed on), or turns ``{"role": ..., "text": ...}``;
- ``kind`` (the seeds' are answerable, near, far and followup);
- ``date``: when it was asked, which counts where the articles are of those days.

The form is that of BEIR (Thakur et al. 2021, arXiv 2104.08663) with these optional keys added.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rag import DocumentError

Grades = Mapping[str, int]


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
        return _benchmark("seeds", seeds_folder(), questions, {})
    if not path.is_dir():
        raise DocumentError(f"{path} is not a folder: give one with corpus.jsonl, queries.jsonl and qrels.tsv in it")
    corpus = _one_of(path, "corpus.jsonl")
    return _benchmark(path.resolve().name, corpus, _one_of(path, "queries.jsonl"), _read_qrels(path))


def seeds_folder() -> Path:
    """Where the seeds lie: inside the installed package, or at the root of a checkout."""
    root = Path(__file__).resolve().parent.parent
    inside = root / "rag" / "seeds"
    return inside if inside.is_dir() else root / "seeds"


def _benchmark(name: str, corpus: Path, file: Path, qrels: dict[str, dict[str, int]]) -> Benchmark:
    lines = list(objects(file))
    told = any("answerable" in line for _, line in lines)
    read: dict[str, Question] = {}
    for where, line in lines:
        question = _question(where, line, qrels)
        if question.id in read:
            raise DocumentError(f"{where}: _id {question.id!r} stands twice; give each question its own")
        read[question.id] = question
    strangers = sorted(set(qrels) - set(read))
    if strangers:
        raise DocumentError(f"the qrels judge {strangers[0]!r}, which {file} does not ask; add it there or drop it")
    judged = tuple(question for question in read.values() if told or question.id in qrels or question.relevant)
    if not judged:
        raise DocumentError(f"{file} asks nothing that the qrels judge; add questions, or lines to the qrels")
    return Benchmark(name, corpus, judged, unjudged=len(read) - len(judged))


def _question(where: str, line: dict[str, Any], qrels: dict[str, dict[str, int]]) -> Question:
    for key in ("_id", "text"):
        if not isinstance(line.get(key), str) or not line[key].strip():
            raise DocumentError(f"{where}: {key!r} is missing or empty; each question needs an _id and a text")
    relevant = {article: grade for article, grade in qrels.get(line["_id"], {}).items() if grade > 0}
    if "article" in line:
        relevant[_text(where, line, "article")] = 1
    answers = line.get("answers", [])
    if not isinstance(answers, list) or not all(isinstance(answer, str) and answer.strip() for answer in answers):
        raise DocumentError(f"{where}: 'answers' is {answers!r:.60}; give a list of texts")
    answerable = line.get("answerable", bool(relevant))
    if not isinstance(answerable, bool):
        raise DocumentError(f"{where}: 'answerable' is {answerable!r:.60}; give true or false")
    return Question(
        id=line["_id"],
        text=line["text"],
        answerable=answerable,
        answers=tuple(answers),
        relevant=relevant,
        history=_history(where, line.get("history", [])),
        kind=_text(where, line, "kind") if "kind" in line else ("answerable" if answerable else "unanswerable"),
        asked=_day(where, line) if line.get("date") is not None else None,
        selections=_selections(where, line.get("sentences", [])),
    )


def _day(where: str, line: dict[str, Any]) -> date:
    text = _text(where, line, "date")
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


def _text(where: str, line: dict[str, Any], key: str) -> str:
    value = line[key]
    if not isinstance(value, str) or not value.strip():
        raise DocumentError(f"{where}: {key!r} is {value!r:.60}; give a text, or leave it out")
    return value


def _read_qrels(folder: Path) -> dict[str, dict[str, int]]:
    file = _one_of(folder, "qrels.tsv", "qrels/test.tsv")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(file):
        cells = line.split("\t")
        if number == 1 and cells[-1].strip() == "score":
            continue
        try:
            question, article, grade = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError):
            where = f"{file}, line {number}"
            raise DocumentError(f"{where}: {line!r:.60} is not query-id, corpus-id and score in tabs") from None
        qrels.setdefault(question, {})[article] = grade
    return qrels


def _one_of(folder: Path, *names: str) -> Path:
    for name in names:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    raise DocumentError(f"{folder} has no {' or '.join(names)}, gzipped or not: `footnote eval --help` tells its form")


def objects(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON-lines file, gzipped or not, with the words that say where it stands.

    Raises:
        DocumentError: the file cannot be read, or a line of it is no object.
    """
    for number, line in _lines(file):
        where = f"{file}, line {number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DocumentError(f"{where}: not JSON ({error.msg}); write one object a line") from None
        if not isinstance(value, dict):
            raise DocumentError(f"{where}: {line!r:.60} is no object; write one object a line")
        yield where, value


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DocumentError(f"{file} cannot be read ({error}): give UTF-8 text, gzipped if it ends in .gz") from None
