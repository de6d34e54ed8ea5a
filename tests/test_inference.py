"""Which processors the threads of a model may run on."""

from __future__ import annotations

import subprocess
import sys

import pytest

_TOLD = "from rag.inference import _beside_the_caller; print(_beside_the_caller())"
_ALLOWED = "import os; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:{}]); "


def told(script: str) -> list[int]:
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    return [int(number) for number in said.split(",") if number]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose its processors")
def test_threads_keep_to_the_processors_of_the_process_and_leave_it_the_first() -> None:
    import os

    mine = sorted(os.sched_getaffinity(0))
    assert told(_TOLD) == [number + 1 for number in mine[1:]]
    assert told(_ALLOWED.format(1) + _TOLD) == []
    assert told(_ALLOWED.format(2) + _TOLD) == [number + 1 for number in mine[1:2]]


def test_where_a_system_does_not_say_threads_may_run_anywhere() -> None:
    assert told("import os; vars(os).pop('sched_getaffinity', None); " + _TOLD) == []
