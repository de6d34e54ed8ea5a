"""Runs a model in ONNX form, with threads that are quick to wake and leave the cores alone between texts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THREADS = 2
"""Of a session, the caller's own counted: more find little to share in one question, and are taken from others."""

_LOOKS, _MOMENT = 400, 0.0005
"""How often a session's own threads are looked for, and the seconds between."""

_SLOWER_AS_ONE = ["SkipLayerNormFusion"]
"""What ONNX Runtime would put into one node, though its parts take half as long (measured with 1.32: CHANGELOG.md)."""


class Session:
    """A model that ONNX Runtime computes on the CPU. Safe to use from several threads.

    Args:
        model: the file.
    """

    def __init__(self, model: Path) -> None:
        import onnxruntime  # type: ignore[import-untyped]  # it ships no types

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        # Threads spin while a text is read, and stop at its end: left to spin, they take the cores from all else.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        before = _threads()
        with _naming_threads() as name:
            # Where threads cannot be told from one another, none could be moved again: the system puts them somewhere.
            start = second_half(_processors()) if name else frozenset()
            if start:
                numbers = ",".join(str(number + 1) for number in sorted(start))  # it counts from 1
                affinities = ";".join([numbers] * (THREADS - 1))
                options.add_session_config_entry("session.intra_op_thread_affinities", affinities)
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_AS_ONE
            )
        self._own = _started(name, start, before) if start else ()
        self._process = os.getpid()
        self._here = _teller_of_the_processor()
        self._left: int | None = None

    def run(self, fed: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """The model's outputs for its inputs, by their names."""
        self._leave(self._here())
        outputs: list[NDArray[np.float32]] = self._session.run(None, dict(fed))
        return outputs

    def _leave(self, processor: int) -> None:
        """Have the session's own threads keep off the processor that the caller runs on.

        Where a thread is woken on its waker's processor both wait there for one another until the system parts them: on
        two cores a question took 12 ms to encode instead of 4, one time in three between other programs.

        A process that was forked leaves them alone: they are its parent's.
        """
        if self._own and processor != self._left and os.getpid() == self._process:
            self._left = processor
            allowed = _processors()
            for thread in self._own:
                _keep_to((allowed - {processor}) or allowed, thread)


def _threads() -> Set[int]:
    """The threads of this process, where the system tells, as Linux does; else none."""
    tasks = Path("/proc/self/task")
    return {int(task.name) for task in tasks.iterdir()} if sys.platform == "linux" and tasks.is_dir() else frozenset()


@contextlib.contextmanager
def _naming_threads() -> Iterator[bytes]:
    """Have what threads the calling one starts bear a name by which they are told from those that others start.

    On Linux a thread has its creator's name until it takes another. Gives that name, empty where none could be given.
    """
    own = _name_file(threading.get_native_id())
    try:
        usual = own.read_bytes() if sys.platform == "linux" else b""
        name = b"model-%d" % threading.get_native_id() if usual else b""  # the system keeps 15 bytes
        if name:
            own.write_bytes(name)
    except OSError:  # a sandbox may not let it
        usual = name = b""
    try:
        yield name
    finally:
        if usual:
            with contextlib.suppress(OSError):
                own.write_bytes(usual.rstrip(b"\n"))


def _name_file(thread: int) -> Path:
    return Path(f"/proc/self/task/{thread}/comm")


def _bears(thread: int, name: bytes) -> bool:
    try:
        return _name_file(thread).read_bytes().rstrip(b"\n") == name
    except OSError:  # it has ended
        return False


def _started(name: bytes, processors: Set[int], before: Set[int]) -> tuple[int, ...]:
    """The threads that a session has started: those of that name that were not there before, once they are in place.

    They put themselves on those processors, so that it may take them a moment.
    """
    for _ in range(_LOOKS):
        new = (thread for thread in _threads() - before if _bears(thread, name))
        found = tuple(thread for thread in new if _processors(thread) == processors)
        if len(found) >= THREADS - 1:
            return found
        time.sleep(_MOMENT)
    return ()


def _keep_to(processors: Set[int], thread: int) -> None:
    """Have a thread run on those processors alone."""
    with contextlib.suppress(OSError):  # a sandbox may not let it, or has just taken processors away: it is slower then
        os.sched_setaffinity(thread, processors)


def _teller_of_the_processor() -> Callable[[], int]:
    """What tells on which processor the calling thread runs; -1 where that cannot be told."""
    library = ctypes.PyDLL(None) if sys.platform == "linux" else None  # not CDLL: that would let other threads in
    return getattr(library, "sched_getcpu", lambda: -1)


def second_half(processors: Set[int]) -> frozenset[int]:
    """Where a session's own threads start; none where there is one processor."""
    return frozenset(sorted(processors)[(len(processors) + 1) // 2 :])


def _processors(thread: int = 0) -> Set[int]:
    """Those that a thread, the calling one for 0, may run on, where the system says and lets choose; else none."""
    try:
        return os.sched_getaffinity(thread) if hasattr(os, "sched_getaffinity") else frozenset()
    except OSError:  # it has ended
        return frozenset()
