"""Which processors the threads of a model may run on, and its caller meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rag
from rag import inference
from rag.inference import Session, second_half

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its processors")


def test_a_model_keeps_to_the_second_half_of_the_processors_and_leaves_the_first_to_its_caller() -> None:
    assert second_half({0, 1}) == {1}
    assert second_half({7, 3, 5}) == {7}
    assert second_half({2, 3, 6, 7}) == {6, 7}
    assert second_half({4}) == second_half(set()) == frozenset()


@only_linux
def test_a_caller_is_moved_off_a_models_processors_and_may_go_back_after() -> None:
    mine = os.sched_getaffinity(0)
    first, *others = sorted(mine)
    try:
        with inference._apart(set(others)):
            assert os.sched_getaffinity(0) == {first}
        assert os.sched_getaffinity(0) == mine
        with pytest.raises(KeyError), inference._apart(set(others)):
            raise KeyError
        assert os.sched_getaffinity(0) == mine
        with inference._apart(mine):  # there is nowhere else
            assert os.sched_getaffinity(0) == mine
    finally:
        os.sched_setaffinity(0, mine)


@only_linux
def test_where_a_thread_may_not_choose_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int, __: set[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with inference._apart({max(os.sched_getaffinity(0))}):
        pass


@only_linux
def test_a_model_says_the_same_wherever_its_caller_is() -> None:
    mine = os.sched_getaffinity(0)
    session = Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx")
    fed = {name: np.ones((1, 8), dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    said = []
    try:
        for processor in (min(mine), max(mine)):
            os.sched_setaffinity(0, {processor})
            os.sched_setaffinity(0, mine)
            said.append(session.run(fed))
            assert os.sched_getaffinity(0) == mine
    finally:
        os.sched_setaffinity(0, mine)
    assert all(np.array_equal(one, other) for one, other in zip(said[0], said[-1], strict=True))


def test_where_a_system_does_not_say_threads_may_run_anywhere() -> None:
    script = "\n".join(
        (
            "import os, sys",
            "sys.platform = 'elsewhere'",
            "vars(os).pop('sched_getaffinity', None)",
            "from rag import inference",
            "print(inference.second_half(inference._processors()), inference._teller_of_the_processor()())",
        )
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "frozenset() -1"
