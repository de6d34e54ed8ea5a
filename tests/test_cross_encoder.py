"""Pairs read together are read as they would be alone, and are shared out to batches at the least cost."""

from __future__ import annotations

import random
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from rag.cross_encoder import BATCH_PAIRS, CrossEncoder, batches


def test_what_a_pair_is_read_beside_changes_nothing() -> None:
    model = CrossEncoder(Path(str(files("rag"))) / "models" / "reader", "reader", "install again")
    texts = ["The bridge was closed on Monday. " * count for count in (9, 1, 4, 1, 20, 2, 3)]
    pairs = [("When was the bridge closed?", text) for text in texts]
    for pair, (encoding, together) in zip(pairs, model.read(pairs), strict=True):
        ((alone_encoding, alone),) = model.read([pair])
        assert encoding.ids == alone_encoding.ids
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one[: len(encoding)], other[: len(encoding)], atol=1e-3)
    assert model.read([]) == []


@pytest.mark.parametrize("count", [1, 2, 5, 6, 30])
def test_every_text_is_in_one_batch_beside_those_of_like_length(count: int) -> None:
    chance = random.Random(count)
    lengths = [chance.randint(10, 256) for _ in range(count)]
    shared = batches(lengths)
    assert sorted(place for batch in shared for place in batch) == list(range(count))
    assert all(1 <= len(batch) <= BATCH_PAIRS for batch in shared)
    ascending = sorted(([lengths[place] for place in batch] for batch in shared), key=min)
    assert [length for batch in ascending for length in batch] == sorted(lengths)


def test_a_long_text_is_not_read_beside_short_ones_but_texts_of_one_length_are() -> None:
    assert sorted(map(len, batches([20, 20, 250, 20]))) == [1, 3]
    assert list(map(len, batches([100] * 8))) == [4, 4]
