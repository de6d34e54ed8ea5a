"""Batches without end for a training run, made beside it in processes of their own where there are cores to spare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    Batch = dict[str, torch.Tensor]
else:
    Batch = dict

AHEAD = 16
"""Batches that each process keeps ready."""


class Chunks(Protocol):
    """Makes the batches of a chunk."""

    def __call__(self, number: int, progress: float, /) -> Sequence[Batch]:
        """The batches of chunk ``number``, made when a share ``progress`` of the run was done."""
        ...


class Progress:
    """The share of a run that is done, in 0..1, seen by every process."""

    def __init__(self) -> None:
        """Nothing is done yet."""
        import torch

        self._share = torch.zeros(1).share_memory_()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    @property
    def share(self) -> float:
        """What is done."""
        return float(self._share[0])

    @share.setter
    def share(self, share: float) -> None:
        self._share[0] = share


def batches(chunks: Chunks, first: int, workers: int, progress: Progress) -> Iterator[tuple[int, Batch]]:
    """The batches of chunk after chunk, each with the number of its chunk.

    Args:
        chunks: makes them.
        first: chunk.
        workers: processes; with several, each makes every so many'th chunk, and their batches come in turn.
        progress: of the run, which the caller keeps up.
    """
    if not workers:
        yield from _share(chunks, first, 1, progress)
        return
    from torch.utils.data import DataLoader, IterableDataset, get_worker_info

    class Stream(IterableDataset[Any]):
        def __iter__(self) -> Iterator[tuple[int, Batch]]:
            worker = get_worker_info()
            assert worker is not None  # a process of the loader
            return _share(chunks, first + worker.id, worker.num_workers, progress)

    yield from DataLoader(
        Stream(), batch_size=None, num_workers=workers, prefetch_factor=AHEAD, multiprocessing_context="fork"
    )


def _share(chunks: Chunks, first: int, step: int, progress: Progress) -> Iterator[tuple[int, Batch]]:
    number = first
    while True:
        for batch in chunks(number, progress.share):
            yield number, batch
        number += step
