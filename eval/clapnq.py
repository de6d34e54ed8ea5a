"""CLAPnq as it is given away, made a benchmark: questions on Wikipedia whose answers take several sentences.

A folder holds files whose names end in ``answerable.jsonl`` (as ``unanswerable.jsonl`` does), gzipped or not. A line is
a question (``input``), the passages that it was asked about (``passages``: title, text, sentences), what was answered
from them (``output``: of each annotator the sentences that were chosen). Both may be lists or, as some copies have
them, texts that spell such lists in Python.

All passages become one collection. A question that cannot be answered comes with a passage on its subject, so it counts
as "near". This is a harder task than answering from a passage that is given, and an easier one than finding it among
the 178,000 passages that the authors search.

Source: Rosenthal et al. 2024, arXiv 2404.02103, and https://github.com/primeqa/clapnq.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from eval.lines import objects
from eval.questions import Benchmark, Question
from eval.writing import write_text
from rag import DocumentError, RagError

_NAMES = ("*answerable.jsonl", "*answerable.jsonl.gz")
_Passage = tuple[str, str]


def recognises(folder: Path) -> bool:
    """Whether a folder is in this form; one with a ``corpus.jsonl`` is in BEIR's."""
    beir = any((folder / name).is_file() for name in ("corpus.jsonl", "corpus.jsonl.gz"))
    return folder.is_dir() and not beir and bool(_files(folder))


def load(folder: Path) -> Benchmark:
    """Read a folder; its passages are written to the user's cache directory, once, as a corpus in BEIR's form.

    Raises:
        DocumentError: a file cannot be read or is malformed; the message names the file and the line.
        RagError: the corpus cannot be written.
    """
    passages: dict[str, _Passage] = {}
    questions: dict[str, Question] = {}
    for file in _files(folder):
        for where, record in objects(file):
            asked = _question(where, record)
            if asked.id in questions:
                raise DocumentError(f"{where}: id {asked.id!r} stands twice; give each question its own")
            questions[asked.id] = asked
            passages |= _passages(where, record)
    if not questions:
        raise DocumentError(f"{folder} asks nothing: its files that end in answerable.jsonl hold no line")
    name = folder.resolve().name
    return Benchmark(name, _corpus(name, passages), tuple(questions.values()))


def _files(folder: Path) -> list[Path]:
    return sorted(file for name in _NAMES for file in folder.glob(name) if file.is_file())


def _question(where: str, record: dict[str, Any]) -> Question:
    chosen = tuple(_chosen(where, answer) for answer in _records(where, record, "output"))
    selections = tuple(dict.fromkeys(sentences for sentences in chosen if sentences))
    return Question(
        id=str(record.get("id", "")) or _missing(where, "id"),
        text=_text(where, record, "input"),
        answerable=bool(selections),
        answers=(),
        relevant=dict.fromkeys(_passages(where, record), 1) if selections else {},
        kind="answerable" if selections else "near",
        selections=selections,
    )


def _chosen(where: str, answer: dict[str, Any]) -> tuple[str, ...]:
    sentences = answer.get("selected_sentences") or []
    if not isinstance(sentences, list) or not all(isinstance(text, str) for text in sentences):
        raise DocumentError(f"{where}: 'selected_sentences' is {sentences!r:.60}; give a list of texts")
    if not sentences and answer.get("answer"):
        raise DocumentError(f"{where}: an answer without 'selected_sentences'; name the sentences that it was made of")
    return tuple(text for text in sentences if text.strip())


def _passages(where: str, record: dict[str, Any]) -> dict[str, _Passage]:
    """Titles and texts of the passages, each under an id that the same passage always has."""
    given = _records(where, record, "passages")
    read = [(str(passage.get("title") or ""), _text(where, passage, "text")) for passage in given]
    return {_digest("\x1f".join(passage)): passage for passage in read}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:16]


def _records(where: str, record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = record.get(key) or _missing(where, key)
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise DocumentError(f"{where}: {key!r} is {value!r:.60}; give a list of objects") from None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise DocumentError(f"{where}: {key!r} is {value!r:.60}; give a list of objects")
    return value


def _text(where: str, record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) and value.strip() else _missing(where, key)


def _missing(where: str, key: str) -> NoReturn:
    raise DocumentError(f"{where}: {key!r} is missing or empty; each question needs id, input, passages and output")


def _corpus(name: str, passages: dict[str, _Passage]) -> Path:
    """The file of these passages; one that is there already stays untouched, so that its library is used again."""
    from platformdirs import user_cache_path

    text = "".join(_lines(passages))
    folder = user_cache_path("footnote", appauthor=False) / "eval" / "corpora" / name
    file = folder / f"{_digest(text)}.jsonl"
    if not file.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RagError(f"cannot make {folder} ({error.strerror}): check its permissions") from None
        write_text(text, file)
    return file


def _lines(passages: dict[str, _Passage]) -> Iterator[str]:
    for id_, (title, text) in passages.items():
        yield json.dumps({"_id": id_, "title": title, "text": text}, ensure_ascii=False) + "\n"
