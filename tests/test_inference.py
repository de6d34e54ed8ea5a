"""Which processors the threads of a model may run on, and that nobody else's are moved."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import rag
from rag.inference import Session, second_half

INPUTS = ("input_ids", "attention_mask", "token_type_ids")

only_where_there_are_several = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
    reason="only Linux lets a thread choose its processors, and of one there is no choice",
)


def said_by(session: Session) -> list[NDArray[np.float32]]:
    return session.run({name: np.ones((1, 8), dtype=np.int64) for name in INPUTS})


@pytest.fixture
def session() -> Session:
    return Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx")


def test_a_models_threads_start_on_the_second_half_of_the_processors() -> None:
    assert second_half({0, 1}) == {1}
    assert second_half({7, 3, 5}) == {7}
    assert second_half({2, 3, 6, 7}) == {6, 7}
    assert second_half({4}) == second_half(set()) == frozenset()


@only_where_there_are_several
def test_a_models_thread_leaves_the_processor_of_its_caller(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.sched_getaffinity(0)
    (own,) = session._own
    said = []
    for processor in (min(mine), max(mine), max(mine)):
        monkeypatch.setattr(session, "_here", lambda processor=processor: processor)
        said.append(said_by(session))
        assert os.sched_getaffinity(own) == mine - {processor}
        assert os.sched_getaffinity(0) == mine
    assert all(np.array_equal(one, other) for one, other in zip(said[0], said[1], strict=True))


@only_where_there_are_several
def test_a_caller_that_may_run_on_one_processor_alone_shares_it(session: Session) -> None:
    mine = os.sched_getaffinity(0)
    (own,) = session._own
    try:
        os.sched_setaffinity(0, {max(mine)})
        assert said_by(session)
        assert os.sched_getaffinity(own) == {max(mine)}
    finally:
        os.sched_setaffinity(0, mine)


@only_where_there_are_several
def test_only_its_own_threads_are_moved() -> None:
    """Others start while a model is opened, as where several are opened at once."""
    stop = threading.Event()
    others = [threading.Thread(target=stop.wait) for _ in range(3)]
    opened: list[Session] = []

    def opening() -> None:
        opened.append(Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx"))

    opens = threading.Thread(target=opening)
    opens.start()
    try:
        for other in others:
            other.start()
        opens.join()
        assert len(opened[0]._own) == 1
        assert not {other.native_id for other in others} & set(opened[0]._own)
    finally:
        stop.set()


@only_where_there_are_several
def test_sessions_that_are_opened_together_have_each_a_thread_of_its_own() -> None:
    """As the encoder's and the reader's always are; their threads start on the same processors."""
    named = [Path(f"/proc/self/task/{threading.get_native_id()}/comm").read_text(encoding="utf-8")]
    for _ in range(5):
        together = threading.Barrier(2)

        def opening(together: threading.Barrier = together) -> Session:
            together.wait()
            return Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx")

        with ThreadPoolExecutor(2) as pool:
            one, other = (opened.result() for opened in [pool.submit(opening) for _ in range(2)])
        assert len(one._own) == len(other._own) == 1
        assert one._own != other._own
    Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx")
    named.append(Path(f"/proc/self/task/{threading.get_native_id()}/comm").read_text(encoding="utf-8"))
    assert named[0] == named[1]


@only_where_there_are_several
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")  # 3.12 on: the child computes nothing
def test_a_forked_child_moves_no_thread_of_its_parent(session: Session) -> None:
    (own,) = session._own
    before = os.sched_getaffinity(own)
    child = os.fork()
    if not child:
        try:
            for processor in sorted(os.sched_getaffinity(0)):
                session._leave(processor)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.sched_getaffinity(own) == before


@only_where_there_are_several
def test_where_threads_cannot_be_told_apart_none_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(Path, "write_bytes", refuse)
    session = Session(Path(rag.__file__).parent / "models" / "reader" / "model.onnx")
    assert session._own == ()
    assert said_by(session)


@only_where_there_are_several
def test_where_threads_may_not_be_moved_they_stay(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int, __: set[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    assert said_by(session)


def test_where_a_system_does_not_say_threads_may_run_anywhere() -> None:
    script = "\n".join(
        (
            "import os, sys",
            "sys.platform = 'elsewhere'",
            "vars(os).pop('sched_getaffinity', None)",
            "from rag import inference",
            "print(inference.second_half(inference._processors()), inference._teller_of_the_processor()())",
            "print(inference._threads())",
        )
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert told.stdout.split("\n")[:2] == ["frozenset() -1", "frozenset()"]
