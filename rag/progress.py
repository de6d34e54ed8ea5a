"""How far an indexing run is, in articles, passages and bytes, and what it did in the end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.documents import Skipped
from rag.files import absolute
from rag.loaders import files_in


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is.

    Attributes:
        articles: read so far.
        passages: embedded so far.
        origin: the file at hand.
        share: about how much of the bytes of all files was read, in 0..1; None where their size is not known.
        stage: what is being done before or after the reading, where that takes long; else empty.
    """

    articles: int
    passages: int
    origin: str
    share: float | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did.

    Attributes:
        new, changed, unchanged, duplicates, removed: counts of articles; a duplicate is the same title and text as
            one of another file or another id, and is not embedded again.
        passages: how many passages were embedded.
        skipped: files and records that could not be read, with reasons.
        columns: for each file of records, which of its names stood for which column in its first record.
        note: what else was not done and why, in one line, or None.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    passages: int = 0
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    note: str | None = None

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.new + self.changed + self.unchanged + self.duplicates


class Meter:
    """Tells how far a run is, by the bytes of its files, at most ten times a second."""

    def __init__(self, paths: Sequence[Path], progress: Callable[[Progress], None]) -> None:
        """Add up the sizes of the files under ``paths``."""
        self._progress = progress
        self._sizes = dict(size for path in paths for size in _sizes(absolute(path)))
        self._whole = sum(self._sizes.values())
        self._done = 0
        self._origin = ""
        self._characters = 0
        self._shown = 0.0
        self._last = Progress(0, 0, "")

    def read(self, origin: str, characters: int) -> None:
        """Note that so many characters of a file were read; of a file before it, everything."""
        if origin != self._origin:
            self._done += self._sizes.get(self._origin, 0)
            self._origin, self._characters = origin, 0
        self._characters += characters

    def show(self, articles: int, passages: int, origin: str, *, at_once: bool = False) -> None:
        """Pass on how far the run is, unless that was done a moment ago."""
        now = time.monotonic()
        if not at_once and now - self._shown < 0.1:
            return
        self._shown = now
        here = min(self._characters, self._sizes.get(self._origin, 0))
        share = min(1.0, (self._done + here) / self._whole) if self._whole else None
        self._last = Progress(articles, passages, origin, share)
        self._progress(self._last)

    def tell(self, stage: str) -> None:
        """Pass on what is being done now that everything was read."""
        self._progress(replace(self._last, stage=stage))


def _sizes(path: Path) -> Iterator[tuple[str, int]]:
    """Name and size of each file; of one that cannot be read, what is said of it once its turn comes."""
    for file, _ in files_in(path):
        with contextlib.suppress(OSError):
            yield str(file), file.stat().st_size
