"""What a question costs, in a cold process and in a warm one: the parts "cold" and "question" of ``footnote bench``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eval.measuring import (
    Measured,
    bare_model,
    compared,
    forget_peak,
    peak_figures,
    percentile,
    quoting_environment,
    quoting_settings,
    timed,
    usual_questions,
)
from rag import Answer, Assistant

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ROUNDS = 5
QUESTIONS = 100
RESTED = 30
REST = 0.2
"""Seconds between questions that are put to a machine at rest, as those of a person are."""


def cold(library: Path) -> list[Measured]:
    """The whole process of one question, from its start to its end, against importing sentence-transformers."""
    assistant = Assistant(quoting_settings(library))
    assistant.open()  # builds the default library where it is wanted and missing
    words = usual_questions(assistant, 1)[0]
    ask = [sys.executable, "-m", "rag", "ask", words, "--library", str(library)]
    bare = [sys.executable, "-c", "import sentence_transformers"]
    _seconds(ask)  # the first reads files from the disk
    pairs = [(_seconds(ask), _seconds(bare)) for _ in range(ROUNDS)]
    return [compared("footnote ask, cold process", "s", pairs, "import sentence_transformers")]


def asking(library: Path, count: int = QUESTIONS) -> list[Measured]:
    """So many warm questions, with the reader and without, against encoding them with sentence-transformers."""
    forget_peak()
    full = Assistant(quoting_settings(library))
    full.open()
    bare = Assistant(quoting_settings(library, reader="none"))
    first, *questions = usual_questions(full, count + 1)
    model = bare_model(full)
    for assistant in (full, bare):
        assistant.ask(first)
    model.encode(first)
    asked, found, encoded = [], [], []
    answers: list[Answer] = []

    def answer(words: str) -> None:
        answers.append(full.ask(words))

    for words in questions:
        encoded.append(1000 * timed(partial(model.encode, words)))
        asked.append(1000 * timed(partial(answer, words)))
        found.append(1000 * timed(partial(bare.search, words, 20)))
    again = [1000 * timed(partial(full.ask, words)) for words in questions[-20:]]
    name = "SentenceTransformer.encode(question)"
    tails = (("retrieval only", found), ("with the reader", asked))
    return [
        compared("warm question, retrieval only", "ms", list(zip(found, encoded, strict=True)), name),
        compared("warm question with the reader", "ms", list(zip(asked, encoded, strict=True)), name),
        *(_tail(what, share, times) for what, times in tails for share in (0.95, 0.99)),
        *_stages(answers),
        *_rested(bare, model, questions[:RESTED]),
        Measured("the same question again, with the reader", round(statistics.median(again), 2), "ms"),
        *peak_figures("peak memory, sentence-transformers included"),
    ]


def _tail(what: str, share: float, times: Sequence[float]) -> Measured:
    return Measured(f"warm question, {what}, p{100 * share:.0f}", round(percentile(times, share), 1), "ms")


def _stages(answers: Sequence[Answer]) -> list[Measured]:
    """What each stage of a question with the reader takes, as the answers tell it."""
    names = [name for name in answers[0].timings if name != "total"]
    medians = {name: statistics.median(answer.timings.get(name, 0.0) for answer in answers) for name in names}
    return [
        Measured(f"warm question with the reader, to {name}", round(took, 2), "ms") for name, took in medians.items()
    ]


def _rested(bare: Assistant, model: SentenceTransformer, questions: Sequence[str]) -> list[Measured]:
    """What a question takes after a rest, when other data has taken the place of the model's weights in the caches."""
    from eval.products import bare_products

    multiply = bare_products(model)
    pairs, bare_pairs, found = [], [], []
    for words in questions:
        time.sleep(REST)
        encoded = 1000 * timed(partial(model.encode, words))
        time.sleep(REST)
        timings = bare.ask(f"{words} Now?").timings  # in other words, whose vector it does not remember
        time.sleep(REST)
        products = 1000 * timed(partial(multiply, f"{words} Now?"))
        pairs.append((timings["encode"], encoded))
        bare_pairs.append((products, timings["encode"]))
        found.append(timings["retrieve"])
    name = "SentenceTransformer.encode(question)"
    return [
        compared(f"question after {REST} s of rest, to encode", "ms", pairs, name),
        compared(
            f"question after {REST} s of rest, bare products of the encoder, numpy", "ms", bare_pairs, "to encode"
        ),
        Measured(f"question after {REST} s of rest, to retrieve", round(statistics.median(found), 2), "ms"),
    ]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=quoting_environment())
    return time.perf_counter() - started
