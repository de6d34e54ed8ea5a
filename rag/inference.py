"""Opens a model in ONNX form, with threads that are quick to wake and leave the cores alone between texts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

THREADS = 2
"""Of a session, the caller's own counted: more find little to share in one question, and are taken from others."""


def open_session(model: Path) -> Any:
    """An ONNX Runtime session that computes on the CPU.

    Args:
        model: the file.

    Returns:
        An ``onnxruntime.InferenceSession``; the package ships no types.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    # Threads spin while a text is read, and stop at its end: left to spin, they take the cores from all else.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if processors := _beside_the_caller():
        options.add_session_config_entry("session.intra_op_thread_affinities", ";".join([processors] * (THREADS - 1)))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _beside_the_caller() -> str:
    """The processors that threads beside the caller's may run on, counted from 1 as ONNX Runtime does; "" for any.

    All of this process's but the first. After a rest a thread is woken on its waker's processor, and both wait there
    for one another until the system parts them: on two cores a question took 10 to 11 ms to encode instead of 5.
    """
    if not hasattr(os, "sched_getaffinity"):  # only Linux says, and lets choose
        return ""
    return ",".join(str(number + 1) for number in sorted(os.sched_getaffinity(0))[1:])
