"""Exact search by cosine, under the caller's numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.vectors import VectorIndex


@pytest.fixture
def rows() -> NDArray[np.float32]:
    rows = np.random.default_rng(7).normal(size=(50, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def test_search_is_exact_and_keeps_numbers(rows: NDArray[np.float32], tmp_path: Path) -> None:
    index = VectorIndex(16)
    index.add([10 * n for n in range(50)], rows)
    found = index.search(rows[4], 5)
    order = np.argsort(-(rows @ rows[4]))[:5]
    assert list(found) == [10 * int(n) for n in order]
    assert found[40] == pytest.approx(1, abs=1e-5)
    index.save(tmp_path / "v.faiss")
    assert VectorIndex.open(tmp_path / "v.faiss").search(rows[4], 5) == found
    assert index.cosines(rows[4], [0, 40]) == pytest.approx({0: float(rows[0] @ rows[4]), 40: 1.0}, abs=1e-5)


def test_an_empty_index_and_a_small_one_give_what_they_have(rows: NDArray[np.float32]) -> None:
    index = VectorIndex(16)
    assert index.search(rows[0], 5) == {}
    index.add([1], rows[:1])
    assert list(index.search(rows[0], 5)) == [1]
