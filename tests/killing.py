"""One indexing run in a process of its own: how far its files say that it is, and its death at a given moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.forking import Forked

PHASES = ("start-up", "writing", "indexes", "published")
"""Before the draft is open; while it is filled and sealed; while its indexes are made; after the manifest names it."""

_ROOT = Path(__file__).parent.parent
_GLANCE = 0.003


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run is to die: so many seconds after a phase began."""

    phase: str
    seconds: float


class IndexingRun:
    """``python -m rag index SOURCE --library LIBRARY``, started.

    Args:
        source: file or folder.
        library: where it is written.
        log: gets what the run says.
        fork: of ``open_source``, to fork the run from; without it, a new interpreter is started.
    """

    def __init__(self, source: Path, library: Path, log: Path, fork: subprocess.Popen[bytes] | None = None) -> None:
        self._library = library
        self._log = log
        self._began = time.time()
        self._manifest = _changed(library / "manifest.json")
        self._seen: dict[str, float] = {"start-up": time.monotonic()}
        self._process = self._started(["index", str(source), "--library", str(library)], fork)

    def _started(self, arguments: list[str], fork: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes] | Forked:
        if fork is not None:
            return Forked(fork, arguments, self._log)
        with self._log.open("wb") as stream:
            command = [sys.executable, "-m", "rag", *arguments]
            return subprocess.Popen(command, cwd=_ROOT, stdout=stream, stderr=stream, start_new_session=True)

    @property
    def said(self) -> str:
        """What the run wrote to its output."""
        return self._log.read_text(encoding="utf-8", errors="replace").strip()

    def look(self) -> str:
        """The phase that the run is in; to be asked often, as it notes when each began."""
        now = PHASES[self._phase()]
        self._seen.setdefault(now, time.monotonic())
        return now

    def end(self) -> Mapping[str, float]:
        """Let the run come to its end; returns how many seconds each phase took.

        Raises:
            AssertionError: the run failed.
        """
        while self._process.poll() is None:
            self.look()
            time.sleep(_GLANCE)
        assert self._process.returncode == 0, f"a run that was let alone failed: {self.said}"
        begun = [*self._seen.values(), time.monotonic()]
        return {phase: later - start for phase, start, later in zip(self._seen, begun, begun[1:], strict=False)}

    def die(self, moment: Moment) -> str | None:
        """Kill the run's whole process group at a moment, or as soon as it is past the moment's phase.

        Returns:
            The phase that it died in, or None where it ended before.

        Raises:
            AssertionError: it ended before, with an error.
        """
        goal = PHASES.index(moment.phase)
        while self._process.poll() is None:
            phase = self.look()
            late = PHASES.index(phase) > goal
            if late or (phase == moment.phase and time.monotonic() - self._seen[phase] >= moment.seconds):
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                return phase
            time.sleep(_GLANCE)
        assert self._process.returncode == 0, f"a run failed before it was killed: {self.said}"
        return None

    def _phase(self) -> int:
        staging = self._library / "generations" / "next"
        if _changed(self._library / "manifest.json") != self._manifest:
            return 3
        if "indexes" in self._seen or _changed(staging / "vectors.faiss") >= self._began:
            return 2
        return int("writing" in self._seen or self._opened(str(staging.resolve())))

    def _opened(self, staging: str) -> bool:
        """Whether the process has a file of the draft open."""
        try:
            handles = list(Path(f"/proc/{self._process.pid}/fd").iterdir())
            return any(str(handle.readlink()).startswith(staging) for handle in handles)
        except OSError:  # it ended, or closed the file that was looked at
            return False


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
