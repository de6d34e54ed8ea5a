"""Steps that are waited for and left: what comes, that leaving takes no time, and how many are ever under way."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ui.steps import stepwise, workers


class Held:
    """Steps that wait to be let go, and tell when they began and when they were closed."""

    def __init__(self, most: int = 2) -> None:
        self.free = threading.Event()
        self.begun = 0
        self.closed = 0
        self.most = most

    def steps(self) -> Generator[int, None, None]:
        """As many as ``most``, of which the second and later ones are held."""
        try:
            for number in range(self.most):
                if number:
                    self.begun += 1
                    self.free.wait(150)
                yield number
        finally:
            self.closed += 1


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a loop of its own: a browser test may have left one running in this thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work)).result()


async def first(steps: AsyncGenerator[int | None, None]) -> int:
    """The first step, however many seconds a busy machine takes to begin it."""
    while (step := await anext(steps)) is None:
        pass
    return step


async def until(*conditions: Any) -> None:
    end = time.monotonic() + 120
    while not all(condition() for condition in conditions):
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_every_step_comes_and_none_each_second_before_one_that_is_slow() -> None:
    held = Held(3)

    async def work() -> None:
        came: list[int | None] = []
        async for step in stepwise(held.steps(), workers()):
            came.append(step)
            if step is None and 0 in came:
                held.free.set()
        assert [step for step in came if step is not None] == [0, 1, 2]
        assert None in came[came.index(0) : came.index(1)]  # elsewhere, too, where the machine is busy
        assert held.closed == 1

    run(work())


def test_who_waits_leaves_at_once_and_the_steps_are_closed_when_the_one_under_way_ends() -> None:
    for leave in ("cancelled", "closed"):
        held = Held()

        async def work(leave: str = leave, held: Held = held) -> None:
            steps = stepwise(held.steps(), workers())
            assert await first(steps) == 0
            if leave == "closed":
                assert await anext(steps) is None
                await until(lambda: held.begun)
                begun = time.monotonic()
                await steps.aclose()
            else:
                waiting = asyncio.ensure_future(anext(steps))
                await until(lambda: held.begun)
                begun = time.monotonic()
                waiting.cancel()
                await asyncio.wait({waiting})
            assert time.monotonic() - begun < 20
            assert held.closed == 0
            held.free.set()
            await until(lambda: held.closed == 1)

        run(work())


def test_steps_that_were_left_never_crowd_out_the_next_by_more_than_one() -> None:
    holding = [Held() for _ in range(4)]

    async def work() -> None:
        pool = workers()
        for number, held in enumerate(holding):
            steps = stepwise(held.steps(), pool)
            if number < 2:
                assert await first(steps) == 0
                waiting = asyncio.ensure_future(anext(steps))
                await until(lambda held=held: held.begun)
            else:  # both threads are with what was left
                waiting = asyncio.ensure_future(anext(steps))
                await asyncio.sleep(0.1)
            waiting.cancel()
            await asyncio.wait({waiting})
        assert [held.begun for held in holding] == [1, 1, 0, 0]
        for held in holding:
            held.free.set()
        steps = stepwise(Held(1).steps(), pool)
        assert [step async for step in steps if step is not None] == [0]
        await until(*(lambda held=held: held.closed == 1 for held in holding[:2]))
        assert [held.closed for held in holding[2:]] == [0, 0]  # they never began

    run(work())
