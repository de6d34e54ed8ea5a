"""What indexing costs, against embedding alone: the part "index" of ``footnote bench``."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from eval.measuring import Measured, bare_model, corpus_of, forget_peak, peak_memory, timed
from rag import Assistant, IndexReport, Progress, Settings


def indexing(paths: Sequence[Path]) -> list[Measured]:
    """Passages a second, from files to a published library, against encoding the same passage texts and no more.

    Then what indexing costs again, as a share of the first time: with nothing changed, and with one article changed.
    """
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant(Settings(library=Path(folder) / "library"))
        model = bare_model(assistant)
        model.encode(["ready"])
        assistant.index([_small(Path(folder))])  # loads and exports the encoder
        assistant = Assistant(Settings(library=Path(folder) / "measured"))
        assistant.index([_small(Path(folder))])
        every = [*map(corpus_of, paths), _article(Path(folder), hour=9)]
        forget_peak()
        peaks: list[tuple[int, float]] = []
        watch = partial(_note_peak, peaks)
        report, first = _clocked(lambda: assistant.index(every, progress=watch))
        peak = peak_memory()
        texts = [f"{passage.article.title}\n{passage.text}" for passage in assistant.passages()]
        texts = texts[-report.passages :]
        theirs = len(texts) / timed(lambda: model.encode(texts, batch_size=32))
        unchanged, again = _clocked(lambda: assistant.index(every))
        _article(Path(folder), hour=10)
        changed, update = _clocked(lambda: assistant.index(every))
    mine = report.passages / first
    name, bare = "indexing, files to published library", "SentenceTransformer.encode of the same passages"
    return [
        Measured(name, round(mine, 2), "passages/s", round(theirs, 2), bare, round(mine / theirs, 3)),
        _share_of_first("indexing again, nothing changed", again, first),
        Measured("passages embedded, nothing changed", unchanged.passages, "passages"),
        _share_of_first("indexing again, one article changed", update, first),
        Measured("passages embedded, one article changed", changed.passages, "passages"),
        _peak(f"peak memory, indexing {report.articles:,} articles", peak, peaks),
    ]


def _note_peak(peaks: list[tuple[int, float]], progress: Progress) -> None:
    peaks.append((progress.passages, peak_memory()))


def _peak(name: str, peak: float, peaks: Sequence[tuple[int, float]]) -> Measured:
    """The peak against what it was once a quarter was embedded: near 1 where memory does not grow with a collection."""
    quarter = next(early for passages, early in peaks if passages * 4 >= peaks[-1][0])
    return Measured(name, round(peak), "MiB", round(quarter), "a quarter of the way", round(peak / quarter, 3))


def _share_of_first(name: str, seconds: float, first: float) -> Measured:
    return Measured(name, round(seconds, 3), "s", round(first, 3), "the first time", round(seconds / first, 4))


def _article(folder: Path, *, hour: int) -> Path:
    """An article of usual length, about as many words as a news story has; it differs with the hour."""
    file = folder / "timetable.jsonl"
    days = (f"On day {day} the ferry to the island leaves at {hour} and takes {day + 40} minutes." for day in range(70))
    record = {"_id": "timetable", "title": "When the ferry leaves", "text": " ".join(days)}
    file.write_text(json.dumps(record), encoding="utf-8")
    return file


def _small(folder: Path) -> Path:
    file = folder / "small.txt"
    file.write_text("The ferry to the island leaves at nine. It takes an hour.", encoding="utf-8")
    return file


def _clocked(work: Callable[[], IndexReport]) -> tuple[IndexReport, float]:
    started = time.perf_counter()
    report = work()
    return report, time.perf_counter() - started
