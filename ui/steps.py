"""An answer's steps, each taken in a thread, so that whoever waits for them can leave at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

T = TypeVar("T")

_LOOK = 1.0  # seconds after which a reader who waits is looked for again


def workers() -> ThreadPoolExecutor:
    """The threads in which the questions of a page take their steps.

    A step cannot be stopped, only left, and the next question should not wait for one that nobody waits for. So there
    are two threads: beside the question that is answered, one more may end what was left. Whoever asks while both are
    left ones waits for the first to end. Without that bound, impatient readers would have any number of questions
    compete for the processor.
    """
    return ThreadPoolExecutor(2, thread_name_prefix="question")


async def stepwise(steps: Generator[T, None, None], pool: ThreadPoolExecutor) -> AsyncGenerator[T | None, None]:
    """What ``steps`` give, in their order; and None each second while the next is on its way.

    Close it, or cancel who waits for it, and it is over at once: a step that was not begun never is, and after one that
    is under way ``steps`` are closed by the thread that took it.

    Args:
        steps: taken one after another, each in any of the threads; none of them is None.
        pool: the threads.
    """
    left = threading.Event()
    running: asyncio.Future[T | None] | None = None

    def step() -> T | None:
        try:
            return next(steps, None)
        finally:
            if left.is_set():
                _close(steps)

    try:
        while True:
            running = asyncio.get_running_loop().run_in_executor(pool, step)
            while not (await asyncio.wait({running}, timeout=_LOOK))[0]:
                yield None
            came = running.result()
            if came is None:
                return
            yield came
    finally:
        left.set()
        if running is not None:
            running.cancel()
        _close(steps)


def _close(steps: Generator[T, None, None]) -> None:
    with contextlib.suppress(ValueError):  # a thread is in the middle of a step, and closes them when it comes back
        steps.close()
