"""The vectors of all passages, searched exactly with FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class VectorIndex:
    """Inner products of unit-length rows, that is, cosines; each row is known by a number of the caller's.

    Args:
        dimension: length of a vector.
    """

    def __init__(self, dimension: int) -> None:
        import faiss

        self._index: faiss.Index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @classmethod
    def open(cls, file: Path) -> VectorIndex:
        """Read an index that ``save`` wrote. FAISS trusts what it reads: check the file's hash before."""
        import faiss

        index = cls.__new__(cls)
        index._index = faiss.read_index(str(file))
        return index

    def save(self, file: Path) -> None:
        """Write the index to a file."""
        import faiss

        faiss.write_index(self._index, str(file))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, numbers: Sequence[int], rows: Floats) -> None:
        """Add rows of shape (n, d) under the given numbers."""
        import numpy as np

        self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), np.asarray(numbers, dtype=np.int64))

    def cosines(self, question: Floats, numbers: Sequence[int]) -> dict[int, float]:
        """The cosine of each of the numbered rows to a vector of shape (d,)."""
        return {number: float(self._index.reconstruct(number) @ question) for number in numbers}

    def rows(self, numbers: Sequence[int]) -> Floats | None:
        """The rows of those numbers, shape (n, d), or None where one of them is missing."""
        import numpy as np

        try:
            rows: Floats = self._index.reconstruct_batch(np.asarray(numbers, dtype=np.int64))
        except RuntimeError:
            return None
        return rows

    def search(self, question: Floats, limit: int) -> dict[int, float]:
        """The cosine of each of the nearest rows to a vector of shape (d,), nearest first."""
        limit = min(limit, len(self))
        if not limit:
            return {}
        scores, numbers = self._index.search(question[None, :], limit)
        return {int(number): float(score) for number, score in zip(numbers[0], scores[0], strict=True) if number >= 0}
