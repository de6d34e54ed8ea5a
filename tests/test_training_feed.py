"""Batches of a training run: the same whether they are made in between the steps or beside it."""

from __future__ import annotations

from itertools import islice

import pytest

from rag.training.feed import Batch, Progress, batches


def _chunk(number: int, progress: float) -> list[Batch]:
    import torch

    return [{"chunk": torch.tensor([number, place]), "progress": torch.tensor([progress])} for place in range(2)]


def _places(first: int, workers: int, count: int) -> list[tuple[int, list[int]]]:
    progress = Progress()
    progress.share = 0.25
    fed = list(islice(batches(_chunk, first, workers, progress), count))
    assert all(float(batch["progress"][0]) == 0.25 for _, batch in fed)
    return [(number, batch["chunk"].tolist()) for number, batch in fed]


def test_one_process_makes_chunk_after_chunk() -> None:
    assert _places(3, 0, 5) == [(3, [3, 0]), (3, [3, 1]), (4, [4, 0]), (4, [4, 1]), (5, [5, 0])]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")  # 3.12 on: what is forked only counts
def test_several_make_every_chunk_once() -> None:
    fed = _places(3, 2, 12)
    assert all(number == chunk for number, (chunk, _) in fed)
    places = [tuple(place) for _, place in fed]
    assert len(set(places)) == 12 and {chunk for chunk, _ in places} == set(range(3, 9))
