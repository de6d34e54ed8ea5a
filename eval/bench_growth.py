"""What a question costs as a library grows to a million passages: the part "growth" of ``footnote bench``.

The libraries are whole (texts, words, vectors), and the questions are put to them as anybody's are. Articles are made
of the sentences of a library's own, dealt anew, so that words are as common as in real ones and no two articles are
alike; vectors are its own with noise. So it shows what size costs, and says nothing of how good the answers are.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eval.made import RealVectors
from eval.measuring import (
    Measured,
    bare_model,
    questions_of,
    quoting_settings,
    tail,
    timed,
    told_by_processes,
    usual_questions,
)
from rag import Article, Assistant, Passage
from rag.draft import Draft
from rag.encoder import PassageVectors
from rag.manifest import read_manifest
from rag.passages import CutPassage
from rag.publishing import draft

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SIZES = (10_000, 1_000_000)
QUESTIONS = 100
STARTS = 3
_PASSAGES = 9
"""Passages of an article, as many as a news story has."""

_SENTENCES = 7
_BATCH = 500

_CHILD = """
import json, sys, time
from pathlib import Path
from rag import Assistant, Settings
from rag.library import open_library
folder, questions = Path(sys.argv[1]), json.loads(sys.argv[2])
started = time.perf_counter()
open_library(folder).close()
told = [time.perf_counter() - started]
assistant = Assistant(Settings(library=folder))
for question in questions:
    assistant.ask(question)
"""
"""Opens the library in a process of its own, its files' hashes checked, then asks a hundred questions."""


def growing(library: Path, paths: Sequence[Path], sizes: Sequence[int] = SIZES) -> list[Measured]:
    """Ask the same questions of made libraries of each of the sizes, each beside encoding the question alone.

    Args:
        library: whose sentences and vectors are dealt anew.
        paths: folders; a ``queries.jsonl`` in one of them is asked. Where there is none, titles make the questions.
        sizes: how many passages; making the largest takes twenty-five minutes and twenty gigabytes of the disk.

    Raises:
        RagError: the library has too few passages to draw from.
    """
    assistant = Assistant(quoting_settings(library))
    texts = questions_of(paths) or usual_questions(assistant, QUESTIONS)
    questions = texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS]
    model = bare_model(assistant)
    figures, medians = [], []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "library"
            made = timed(partial(_make, library, assistant, size, place))
            turns = _turns(place, questions, model)
            figures += [*_asked_of(size, turns), *_opened(place, questions, size)]
            figures.append(Measured(f"making the library of {size:,} passages, without embedding", round(made), "s"))
        medians.append(turns)
    for name, part in (("found", "retrieval only"), ("answered", "with the reader")):
        first, last = (statistics.median(getattr(turn, name) for turn in turns) for turns in (medians[0], medians[-1]))
        what = f"growth of a warm question, {part}, from {sizes[0]:,} to {sizes[-1]:,} passages"
        figures.append(Measured(what, round(last / first, 2), "times"))
    return figures


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question, in milliseconds: found, answered, and encoded by sentence-transformers and no more."""

    found: float
    answered: float
    encoded: float


def _turns(library: Path, questions: Sequence[str], model: SentenceTransformer) -> list[_Turn]:
    # Two of them, since each remembers the vectors of the questions that it was asked.
    full, bare = Assistant(quoting_settings(library)), Assistant(quoting_settings(library, reader="none"))
    for words in usual_questions(full, 5):
        full.ask(words)
        bare.search(words, 20)
        model.encode(words)
    turns = []
    for words in questions:
        found = timed(partial(bare.search, words, 20))
        answered = timed(partial(full.ask, words))
        encoded = timed(partial(model.encode, words))
        turns.append(_Turn(1000 * found, 1000 * answered, 1000 * encoded))
    return turns


def _asked_of(size: int, turns: Sequence[_Turn]) -> list[Measured]:
    encoded = statistics.median(turn.encoded for turn in turns)
    figures = []
    for name, part in (("found", "retrieval only"), ("answered", "with the reader")):
        times = [getattr(turn, name) for turn in turns]
        median = statistics.median(times)
        ratio = statistics.median(getattr(turn, name) / turn.encoded for turn in turns)
        what = f"warm question of {size:,} passages, {part}"
        baseline = "SentenceTransformer.encode(question)"
        figures.append(Measured(what, round(median, 1), "ms", round(encoded, 1), baseline, round(ratio, 3)))
        figures.append(tail(f"{what}, p99", times, digits=1))
    return figures


def _opened(library: Path, questions: Sequence[str], size: int) -> list[Measured]:
    opened, *memory = told_by_processes(_CHILD, str(library), json.dumps(list(questions)), starts=STARTS)
    asking = f"peak memory of {len(questions)} questions to {size:,} passages"
    disk = sum(file.stat().st_size for file in library.rglob("*") if file.is_file())
    return [
        Measured(f"opening a library of {size:,} passages, hashes checked", round(opened, 3), "s"),
        *(Measured(asking, round(held), "MiB") for held in memory),
        Measured(f"{size:,} passages on the disk", round(disk / 2**20), "MiB"),
    ]


def _make(source: Path, assistant: Assistant, size: int, folder: Path) -> None:
    """Publish a library of so many made passages that answers with the encoder of the one that it is made from."""
    manifest = read_manifest(source)
    assert manifest is not None
    real = RealVectors.of(source)
    sentences = [sentence for article in assistant.articles(2000) for sentence in _sentences_of(article.text)]
    with draft(folder, manifest) as store:
        drawn = _vectors(real, size)
        made = _articles(sentences, size)
        while batch := list(itertools.islice(made, _BATCH)):
            _put(store, batch, drawn)


def _vectors(real: RealVectors, size: int) -> Iterator[PassageVectors]:
    import numpy as np

    draw = np.random.default_rng(2)
    for _, _, wholes, sentences in real.drawn(size):
        for whole in wholes:
            yield PassageVectors(whole, sentences[draw.integers(0, len(sentences), _SENTENCES)])


def _put(store: Draft, articles: Sequence[tuple[Article, list[CutPassage]]], drawn: Iterator[PassageVectors]) -> None:
    store.begin()
    for article, cuts in articles:
        store.put(article, "made", [(cut, next(drawn)) for cut in cuts])
    store.commit()


def _sentences_of(text: str) -> list[str]:
    from rag.sentences import sentence_spans

    return [text[start:end] for start, end in sentence_spans(text) if 20 < end - start < 400]


def _articles(sentences: Sequence[str], size: int) -> Iterator[tuple[Article, list[CutPassage]]]:
    chance = random.Random(1)
    for number in range(-(-size // _PASSAGES)):
        count = min(_PASSAGES, size - number * _PASSAGES)
        chosen = [chance.choices(sentences, k=_SENTENCES) for _ in range(count)]
        text, spans = "", []
        for each in chosen:
            own = []
            for sentence in each:
                own.append((len(text), len(text) + len(sentence)))
                text += f"{sentence} "
            text = f"{text[:-1]}\n\n"
            spans.append(tuple(own))
        title = " ".join(chance.choice(sentences).split()[:8])
        article = Article(id=f"made-{number}", title=title, text=text.rstrip())
        yield article, [CutPassage(Passage(article, own[0][0], own[-1][1]), own) for own in spans]
