"""How fast Footnote is, as ratios against bare baselines measured in the same run: what ``footnote bench`` does.

Each figure is a median of several rounds, and each round measures Footnote and its baseline one after the other, so
that a busy machine slows both. The baselines are sentence-transformers alone: importing it, encoding a question with
it, and encoding the same passage texts with it.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eval.measuring import (
    Figure,
    bare_model,
    compared,
    corpus_of,
    forget_peak,
    peak_memory,
    percentile,
    timed,
    usual_questions,
)
from rag import Answer, Assistant, RagError, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PARTS = ("cold", "question", "index")
LONG_PARTS = ("search", "growth")
"""Measured only where they are named: they take many minutes and gigabytes of the disk."""

ROUNDS = 5
QUESTIONS = 100
RESTED = 30
REST = 0.2
"""Seconds between questions that are put to a machine at rest, as those of a person are."""


def bench(
    parts: Sequence[str],
    paths: Sequence[Path],
    library: Path,
    json_file: Path | None = None,
    *,
    peers: Path | None = None,
    plot: Path | None = None,
) -> None:
    """Measure, print a table, and write the figures.

    Args:
        parts: of ``PARTS`` and ``LONG_PARTS``; none means all of ``PARTS``, or the peers alone where they are given.
        paths: files and folders of articles to index, of a folder in BEIR's form its corpus alone; a few hundred
            articles give steady figures. Questions beside such a corpus are what is searched for.
        library: where questions are asked of.
        json_file: file for the figures, or None.
        peers: a virtual environment of other libraries that Footnote is compared with, or None.
        plot: file for a picture of the ratios, or None.

    Raises:
        RagError: a part is unknown, or a library, file or environment cannot be used.
    """
    unknown = [part for part in parts if part not in PARTS + LONG_PARTS]
    if unknown:
        known = ", ".join(PARTS + LONG_PARTS)
        raise RagError(f"there is no part {unknown[0]!r} to measure: name some of {known}")
    from eval.writing import check_writable

    check_writable(json_file)
    if plot is not None:
        from eval.bench_plot import check_plot

        check_plot(plot)
    from eval.bench_growth import growing
    from eval.bench_indexing import indexing
    from eval.bench_search import searching

    figures: list[Figure] = []
    notes: list[str] = []
    measures = {
        "cold": lambda: cold(library),
        "question": lambda: question(library),
        "index": lambda: indexing(paths),
        "search": lambda: searching(library, paths),
        "growth": lambda: growing(library, paths),
    }
    for part in parts or (PARTS if peers is None else ()):
        measured = measures[part]()
        _show(measured)
        figures += measured
    if peers is not None:
        from eval.bench_peers import against_peers

        for figure in against_peers(peers, [corpus_of(path) for path in paths], lambda note: _tell(note, notes)):
            _show([figure])
            figures.append(figure)
    _keep(figures, notes, json_file, plot)


def _keep(figures: Sequence[Figure], notes: Sequence[str], json_file: Path | None, plot: Path | None) -> None:
    if json_file is not None:
        from eval.writing import write_text

        machine = {"python": platform.python_version(), "processor": platform.processor() or platform.machine()}
        record = {"figures": [asdict(figure) for figure in figures], "notes": notes, "machine": machine}
        write_text(json.dumps(record, indent=1), json_file)
    if plot is not None:
        from eval.bench_plot import plot_ratios

        plot_ratios(figures, plot)


def cold(library: Path) -> list[Figure]:
    """The whole process of one question, from its start to its end, against importing sentence-transformers."""
    assistant = Assistant(Settings(library=library))
    assistant.open()  # builds the default library where it is wanted and missing
    words = usual_questions(assistant, 1)[0]
    ask = [sys.executable, "-m", "rag", "ask", words, "--library", str(library)]
    bare = [sys.executable, "-c", "import sentence_transformers"]
    _seconds(ask)  # the first reads files from the disk
    pairs = [(_seconds(ask), _seconds(bare)) for _ in range(ROUNDS)]
    return [compared("footnote ask, cold process", "s", pairs, "import sentence_transformers")]


def question(library: Path, count: int = QUESTIONS) -> list[Figure]:
    """So many warm questions, with the reader and without, against encoding them with sentence-transformers."""
    forget_peak()
    full = Assistant(Settings(library=library))
    full.open()
    bare = Assistant(Settings(library=library, reader="none"))
    first, *questions = usual_questions(full, count + 1)
    model = bare_model(full)
    for assistant in (full, bare):
        assistant.ask(first)
    model.encode(first)
    asked, found, encoded = [], [], []
    answers: list[Answer] = []
    for words in questions:
        encoded.append(1000 * timed(lambda words=words: model.encode(words)))  # type: ignore[misc]  # bound at once
        asked.append(1000 * timed(lambda words=words: answers.append(full.ask(words))))  # type: ignore[misc]  # at once
        found.append(1000 * timed(lambda words=words: bare.search(words, 20)))  # type: ignore[misc]  # bound at once
    again = [1000 * timed(lambda words=words: full.ask(words)) for words in questions[-20:]]  # type: ignore[misc]  # at once
    name = "SentenceTransformer.encode(question)"
    tails = (("retrieval only", found), ("with the reader", asked))
    return [
        compared("warm question, retrieval only", "ms", list(zip(found, encoded, strict=True)), name),
        compared("warm question with the reader", "ms", list(zip(asked, encoded, strict=True)), name),
        *(_tail(what, share, times) for what, times in tails for share in (0.95, 0.99)),
        *_stages(answers),
        *_rested(bare, model, questions[:RESTED]),
        Figure("the same question again, with the reader", round(statistics.median(again), 2), "ms"),
        Figure("peak memory, sentence-transformers included", round(peak_memory()), "MiB"),
    ]


def _tail(what: str, share: float, times: Sequence[float]) -> Figure:
    return Figure(f"warm question, {what}, p{100 * share:.0f}", round(percentile(times, share), 1), "ms")


def _stages(answers: Sequence[Answer]) -> list[Figure]:
    """What each stage of a question with the reader takes, as the answers tell it."""
    names = [name for name in answers[0].timings if name != "total"]
    medians = {name: statistics.median(answer.timings.get(name, 0.0) for answer in answers) for name in names}
    return [Figure(f"warm question with the reader, to {name}", round(took, 2), "ms") for name, took in medians.items()]


def _rested(bare: Assistant, model: SentenceTransformer, questions: Sequence[str]) -> list[Figure]:
    """What a question takes after a rest, when other data has taken the place of the model's weights in the caches."""
    from eval.products import bare_products

    multiply = bare_products(model)
    pairs, bare_pairs, found = [], [], []
    for words in questions:
        time.sleep(REST)
        encoded = 1000 * timed(lambda words=words: model.encode(words))  # type: ignore[misc]  # bound at once
        time.sleep(REST)
        timings = bare.ask(f"{words} Now?").timings  # in other words, whose vector it does not remember
        time.sleep(REST)
        products = 1000 * timed(lambda words=words: multiply(f"{words} Now?"))  # type: ignore[misc]  # bound at once
        pairs.append((timings["encode"], encoded))
        bare_pairs.append((products, timings["encode"]))
        found.append(timings["retrieve"])
    name = "SentenceTransformer.encode(question)"
    return [
        compared(f"question after {REST} s of rest, to encode", "ms", pairs, name),
        compared(
            f"question after {REST} s of rest, bare products of the encoder, numpy", "ms", bare_pairs, "to encode"
        ),
        Figure(f"question after {REST} s of rest, to retrieve", round(statistics.median(found), 2), "ms"),
    ]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _tell(note: str, notes: list[str]) -> None:
    print(note, flush=True)
    notes.append(note)


def _show(figures: Sequence[Figure]) -> None:
    for figure in figures:
        line = f"{figure.name}: {figure.value:,} {figure.unit}"
        if figure.ratio is not None:
            line += f", {figure.ratio} of {figure.baseline_name} ({figure.baseline:,} {figure.unit})"
        print(line, flush=True)
