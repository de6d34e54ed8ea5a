"""How fast Footnote is, as ratios against bare baselines measured in the same run: what ``footnote bench`` does.

Each figure is a median of several rounds, and each round measures Footnote and its baseline one after the other, so
that a busy machine slows both. The baselines are sentence-transformers alone: importing it, encoding a question with
it, and encoding the same passage texts with it.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eval.measuring import Measured, corpus_of
from eval.showing import console, plain
from eval.writing import check_writable, write_text
from rag import DocumentError, RagError, Settings, SettingsError

if TYPE_CHECKING:
    from rich.console import Console

PARTS = ("cold", "question", "index")
LONG_PARTS = ("search", "growth")
"""Measured only where they are named: they take many minutes and gigabytes of the disk."""

_READ = ("cold", "question", "growth")
"""Those that put whole questions, which the reader reads."""


def bench(
    parts: Sequence[str],
    paths: Sequence[Path],
    library: Path,
    json_file: Path | None = None,
    *,
    peers: Path | None = None,
    plot: Path | None = None,
) -> None:
    """Measure, write the figures as they come, and print them.

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
        DocumentError: a path does not exist, or cannot be read.
        SettingsError: the reader is "none", and a part measures it.
    """
    parts = parts or (PARTS if peers is None else ())
    _check_first(parts, paths, peers, json_file, plot)
    from eval.bench_asking import asking, cold
    from eval.bench_growth import growing
    from eval.bench_indexing import indexing
    from eval.bench_search import searching

    out = console()
    figures: list[Measured] = []
    notes: list[str] = []
    measures = {
        "cold": lambda: cold(library),
        "question": lambda: asking(library),
        "index": lambda: indexing(paths),
        "search": lambda: searching(library, paths),
        "growth": lambda: growing(library, paths),
    }
    for part in parts:
        measured = measures[part]()
        figures += measured
        _keep(figures, notes, json_file)
        _show(measured, out)
    if peers is not None:
        from eval.bench_peers import against_peers

        for figure in against_peers(peers, [corpus_of(path) for path in paths], lambda note: _tell(note, notes, out)):
            figures.append(figure)
            _keep(figures, notes, json_file)
            _show([figure], out)
    if plot is not None:
        from eval.bench_plot import plot_ratios

        plot_ratios(figures, plot)


def _check_first(
    parts: Sequence[str], paths: Sequence[Path], peers: Path | None, json_file: Path | None, plot: Path | None
) -> None:
    """Refuse, before anything is measured, what could not be; takes and raises what ``bench`` does."""
    unknown = [part for part in parts if part not in PARTS + LONG_PARTS]
    if unknown:
        known = ", ".join(PARTS + LONG_PARTS)
        raise RagError(f"there is no part {unknown[0]!r} to measure: name some of {known}")
    read = [part for part in parts if part in _READ]
    if read and Settings().reader == "none":
        raise SettingsError(f"RAG_READER is none, and the part {read[0]!r} measures the reader: unset RAG_READER")
    if plot is not None:
        from eval.bench_plot import check_plot

        check_plot(plot)
    check_writable(json_file, plot)
    if peers is not None:
        from eval.peer_processes import python_of

        python_of(peers)
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise DocumentError(f"{missing[0]} does not exist: check the path")


def _keep(figures: Sequence[Measured], notes: Sequence[str], json_file: Path | None) -> None:
    """Write what was measured so far: a later part may be stopped, or fail, after half an hour."""
    if json_file is not None:
        machine = {"python": platform.python_version(), "processor": platform.processor() or platform.machine()}
        record = {"figures": [asdict(figure) for figure in figures], "notes": notes, "machine": machine}
        write_text(json.dumps(record, indent=1), json_file)


def _tell(note: str, notes: list[str], out: Console) -> None:
    out.print(plain(note), soft_wrap=True)
    notes.append(note)


def _show(figures: Sequence[Measured], out: Console) -> None:
    for figure in figures:
        line = f"{figure.name}: {figure.value:,} {figure.unit}"
        if figure.ratio is not None:
            line += f", {figure.ratio} of {figure.baseline_name} ({figure.baseline:,} {figure.unit})"
        out.print(plain(line), soft_wrap=True)
