"""What indexing costs, against embedding alone: the part "index" of ``footnote bench``."""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eval.measuring import Measured, bare_model, compared, corpus_of, forget_peak, peak_figures, peak_memory, timed
from rag import Assistant, IndexReport, Passage, Progress, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ROUNDS = 3
_SHARE = 6
"""Into so many parts the articles are cut, of which each round takes one: all rounds, of both sides, then take about as
long as either side takes for all articles."""


def indexing(paths: Sequence[Path]) -> list[Measured]:
    """What indexing costs.

    First of all articles, in one run: the peak of memory, and what indexing them again costs, as a share of the first
    time, with nothing changed and with one article changed. Then, in rounds of some of them, as JSON Lines: passages a
    second, from a file to a published library, against encoding the same passage texts and no more.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = bare_model(_ready(folder / "exported"))
        model.encode(["ready"])
        assistant = _ready(folder / "whole")
        costs = _of_all(assistant, folder, [*map(corpus_of, paths), _article(folder, hour=9)])
        parts = _parts(assistant.passages())
        pairs = [_rates(part, model, folder / str(number), number % 2) for number, part in enumerate(parts)]
        del assistant  # which has its library open, and Windows deletes no file that is
    what, bare = "indexing, files to published library", "SentenceTransformer.encode of the same passages"
    return [compared(what, "passages/s", pairs, bare), *costs]


def _of_all(assistant: Assistant, folder: Path, every: Sequence[Path]) -> list[Measured]:
    """The peak of memory, and what indexing costs again; the last of the files holds what is changed."""
    forget_peak()
    peaks: list[tuple[int, float]] = []
    report, first = _clocked(lambda: assistant.index(every, progress=partial(_note_peak, peaks)))
    memory = _peak(f"peak memory, indexing {report.articles:,} articles", peaks)
    unchanged, again = _clocked(lambda: assistant.index(every))
    _article(folder, hour=10)
    changed, update = _clocked(lambda: assistant.index(every))
    return [
        _share_of_first("indexing again, nothing changed", again, first),
        Measured("passages embedded, nothing changed", unchanged.passages, "passages"),
        _share_of_first("indexing again, one article changed", update, first),
        Measured("passages embedded, one article changed", changed.passages, "passages"),
        *memory,
    ]


def _parts(passages: Iterable[Passage]) -> list[list[Passage]]:
    """The passages of each round, those of whole articles; the first article only made the library."""
    _, *articles = (list(each) for _, each in itertools.groupby(passages, lambda passage: passage.article.id))
    step = min(_SHARE, len(articles))
    return [list(itertools.chain.from_iterable(articles[number % step :: step])) for number in range(ROUNDS)]


def _rates(
    passages: Sequence[Passage], model: SentenceTransformer, folder: Path, baseline_first: int
) -> tuple[float, float]:
    """How many passages a second Footnote indexes, given their articles, and how many the model encodes."""
    articles = {passage.article.id: passage.article for passage in passages}.values()
    records = [{"_id": article.id, "title": article.title, "text": article.text} for article in articles]
    file = folder.with_suffix(".jsonl")
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    texts = [f"{passage.article.title}\n{passage.text}" for passage in passages]
    assistant = _ready(folder)

    def encoded() -> float:
        return len(texts) / timed(lambda: model.encode(texts, batch_size=32))

    before = encoded() if baseline_first else None
    report, seconds = _clocked(lambda: assistant.index([file]))
    return report.passages / seconds, encoded() if before is None else before


def _note_peak(peaks: list[tuple[int, float]], progress: Progress) -> None:
    peak = peak_memory()
    if peak is not None:
        peaks.append((progress.passages, peak))


def _peak(name: str, peaks: Sequence[tuple[int, float]]) -> list[Measured]:
    """The peak against what it was once a quarter was embedded: near 1 where memory does not grow with a collection."""
    figures = peak_figures(name)
    if not figures:
        return []
    quarter = next(early for passages, early in peaks if passages * 4 >= peaks[-1][0])
    beside, ratio = "a quarter of the way", round(figures[0].value / quarter, 3)
    return [replace(figures[0], baseline=round(quarter), baseline_name=beside, ratio=ratio)]


def _share_of_first(name: str, seconds: float, first: float) -> Measured:
    return Measured(name, round(seconds, 3), "s", round(first, 3), "the first time", round(seconds / first, 4))


def _article(folder: Path, *, hour: int) -> Path:
    """An article of usual length, about as many words as a news story has; it differs with the hour."""
    file = folder / "timetable.jsonl"
    days = (f"On day {day} the ferry to the island leaves at {hour} and takes {day + 40} minutes." for day in range(70))
    record = {"_id": "timetable", "title": "When the ferry leaves", "text": " ".join(days)}
    file.write_text(json.dumps(record), encoding="utf-8")
    return file


def _ready(folder: Path) -> Assistant:
    """An assistant whose encoder is loaded, and exported, and whose library holds one short article."""
    file = folder.parent / "small.txt"
    file.write_text("The ferry to the island leaves at nine. It takes an hour.", encoding="utf-8")
    assistant = Assistant(Settings(library=folder))
    assistant.index([file])
    return assistant


def _clocked(work: Callable[[], IndexReport]) -> tuple[IndexReport, float]:
    started = time.perf_counter()
    report = work()
    return report, time.perf_counter() - started
