"""Runs a model in ONNX form, with threads that are quick to wake and leave the cores alone between texts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THREADS = 2
"""Of a session, the caller's own counted: more find little to share in one question, and are taken from others."""

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
        self._taken = second_half(_processors())
        self._here = _teller_of_the_processor()
        if self._taken:
            numbers = ",".join(str(number + 1) for number in sorted(self._taken))  # it counts from 1
            affinities = ";".join([numbers] * (THREADS - 1))
            options.add_session_config_entry("session.intra_op_thread_affinities", affinities)
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_AS_ONE
        )

    def run(self, fed: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """The model's outputs for its inputs, by their names."""
        with _apart(self._taken) if self._here() in self._taken else contextlib.nullcontext():
            outputs: list[NDArray[np.float32]] = self._session.run(None, dict(fed))
        return outputs


@contextlib.contextmanager
def _apart(taken: Set[int]) -> Iterator[None]:
    """Keep the calling thread off those processors, if it may run on others.

    Where a thread is woken on its waker's processor both wait there for one another until the system parts them: on two
    cores a question took 12 ms to encode instead of 4, one time in three between other programs.
    """
    allowed = _processors()
    _keep_to((allowed - taken) or allowed)
    try:
        yield
    finally:
        _keep_to(allowed)


def _keep_to(processors: Set[int]) -> None:
    """Have the calling thread, and no other, run on those processors."""
    with contextlib.suppress(OSError):  # a sandbox may not let it, or has just taken processors away: it is slower then
        os.sched_setaffinity(0, processors)


def _teller_of_the_processor() -> Callable[[], int]:
    """What tells on which processor the calling thread runs; -1 where that cannot be told."""
    library = ctypes.PyDLL(None) if sys.platform == "linux" else None  # not CDLL: that would let other threads in
    return getattr(library, "sched_getcpu", lambda: -1)


def second_half(processors: Set[int]) -> frozenset[int]:
    """Those that a session's own threads keep to; the caller keeps to the first half while it waits for them."""
    return frozenset(sorted(processors)[(len(processors) + 1) // 2 :])


def _processors() -> Set[int]:
    """Those that the calling thread may run on, where the system says and lets choose, as Linux does; else none."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else frozenset()
