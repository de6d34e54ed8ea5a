"""The vectors of all passages: searched exactly with FAISS, or, where there are many, near enough and then rescored."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import LibraryError

if TYPE_CHECKING:
    from rag.arrays import Floats, Numbers

_LOOSEST = 0.02
"""How far a number of an exact row may lie from the true one."""

_LEAST_LIKENESS = 0.99
"""The cosine of a quantised row to its true one; 8 bits a number give more than 0.999."""


class TrueRows(Protocol):
    """Where the vectors lie whole: the library's SQLite file."""

    def rows(self, numbers: Sequence[int]) -> Floats:
        """The unit-length rows of those numbers, shape (n, d), in their order; LibraryError where they are not."""
        ...


class _Room(threading.local):
    """Memory for a question's rows, which each thread keeps: to be given pages takes longer than to fill them."""

    def __init__(self, dimension: int) -> None:
        import numpy as np

        self._dimension = dimension
        self._held: Floats = np.empty((0, dimension), dtype=np.float32)

    def rows(self, count: int) -> Floats:
        """Memory for that many rows; what was written there before is lost."""
        import numpy as np

        if len(self._held) < count:
            self._held = np.empty((count, self._dimension), dtype=np.float32)
        return self._held[:count]


class VectorIndex:
    """Inner products of unit-length rows, that is, cosines; each row is known by a number of the caller's.

    An index is exact, or it is quantised: rows lie in lists by the nearest of many centres, each number of a row in
    8 bits, and a search looks into the lists nearest to the question (inverted files, Jégou et al. 2011). What a
    quantised search finds is rescored with the true rows, so that every cosine which leaves it is a true one.

    Args:
        dimension: length of a vector.
        lists: into how many lists rows go, of a quantised index, which must be trained before rows are added; 0 means
            exact.
    """

    def __init__(self, dimension: int, lists: int = 0) -> None:
        import faiss

        if lists:
            kind, metric = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
            centres = faiss.IndexFlatIP(dimension)
            self._index: Any = faiss.IndexIVFScalarQuantizer(centres, dimension, lists, kind, metric)
        else:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._true: TrueRows | None = None
        self._room = _Room(dimension)
        self._process = os.getpid()

    @classmethod
    def open(cls, file: Path, true: TrueRows | None = None, *, writable: bool = False) -> VectorIndex:
        """Open an index that ``save`` wrote. FAISS trusts what it reads: check the file's hash before.

        Args:
            file: where it lies; it is mapped into memory, not read, unless it is ``writable``.
            true: what a quantised index is rescored with; without it, it cannot be searched.
            writable: read it whole, so that rows can be added and removed.

        Raises:
            LibraryError: it holds no index of either kind.
        """
        import faiss

        index = cls.__new__(cls)
        index._true = true
        try:
            read: Any = faiss.read_index(str(file), 0 if writable else faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise LibraryError(f"vector index {file} cannot be read: run footnote verify or index it again") from error
        if not isinstance(read, faiss.IndexIDMap2 | faiss.IndexIVFScalarQuantizer):
            raise LibraryError(f"{file} holds another kind of index: run footnote verify or index it again")
        index._index = read
        index._room = _Room(read.d)
        index._process = os.getpid()
        if not index.exact:
            index._index.parallel_mode = 1  # the lists of one question are shared out among the cores
        return index

    def save(self, file: Path) -> None:
        """Write the index to a file; raises OSError where the disk does not take it."""
        import faiss

        try:
            faiss.write_index(self._index, str(file))
        except RuntimeError as error:  # FAISS tells source lines, and the reason in brackets at the end
            reason = str(error).rpartition("(")[2].rstrip(")")
            raise OSError(f"{file} cannot be written ({reason})") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def lists(self) -> int:
        """How many lists there are, 0 where the index is exact."""
        return int(getattr(self._index, "nlist", 0))

    @property
    def exact(self) -> bool:
        """Whether every search looks at every row."""
        return not self.lists

    @property
    def looked_into(self) -> int:
        """How many lists of a quantised index a search looks into; kept with it."""
        return int(self._index.nprobe)

    @looked_into.setter
    def looked_into(self, lists: int) -> None:
        self._index.nprobe = lists

    def train(self, rows: Floats, rounds: int) -> None:
        """Place the centres of a quantised index: so many rounds of k-means over rows of shape (n, d).

        The same rows give the same centres.
        """
        self._index.cp.niter = rounds
        self._index.cp.spherical = True  # rows of unit length have centres of unit length
        self._index.cp.min_points_per_centroid = 1
        self._index.cp.max_points_per_centroid = len(rows)  # all of them: the caller has drawn the sample
        self._index.train(rows)

    def add(self, numbers: Sequence[int], rows: Floats) -> None:
        """Add rows of shape (n, d) under the given numbers."""
        import numpy as np

        self._index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), np.asarray(numbers, dtype=np.int64))

    def remove(self, numbers: Numbers) -> None:
        """Let go of the rows of those numbers."""
        self._index.remove_ids(numbers)

    def numbers(self) -> Numbers:
        """The numbers of all rows, in ascending order."""
        import faiss
        import numpy as np

        if self.exact:
            return np.sort(faiss.vector_to_array(self._index.id_map))
        lists = self._index.invlists
        held = [np.empty(0, np.int64)]
        for number in range(self.lists):
            size = lists.list_size(number)
            if size:
                held.append(faiss.rev_swig_ptr(lists.get_ids(number), size).copy())
        return np.sort(np.concatenate(held))

    def cosines(self, question: Floats, numbers: Sequence[int]) -> dict[int, float]:
        """The true cosine of each of the numbered rows to a vector of shape (d,).

        Raises:
            KeyError: the index is exact and does not hold one of the rows.
            LibraryError: the index is quantised, and a true row is missing or is not what was written.
        """
        if not numbers:
            return {}
        rows = self._read(numbers, self._room.rows(len(numbers))) if self.exact else self._truth().rows(numbers)
        if rows is None:
            raise KeyError(f"not all of the rows {numbers[:3]}, ... are held")
        return dict(zip(numbers, (rows @ question).tolist(), strict=True))

    def rows(self, numbers: Sequence[int]) -> Floats | None:
        """The rows of those numbers as they are held, shape (n, d), or None where one of them is missing."""
        return self._read(numbers, None)

    def _read(self, numbers: Sequence[int], into: Floats | None) -> Floats | None:
        """``rows``, written into memory of their shape, where it is given."""
        import faiss
        import numpy as np

        maps = faiss.DirectMap  # type: ignore[attr-defined]  # the stubs do not know it
        if not self.exact and self._index.direct_map.type == maps.NoMap:
            self._index.set_direct_map_type(maps.Hashtable)
        try:
            rows: Floats = self._index.reconstruct_batch(np.asarray(numbers, dtype=np.int64), into)
        except RuntimeError:
            return None
        return rows

    def holds(self, numbers: Sequence[int], rows: Floats) -> bool:
        """Whether the rows of those numbers are the given ones, as near as the index can hold them."""
        held = self.rows(numbers)
        if held is None:
            return False
        return bool(abs(held - rows).max() <= _LOOSEST) if self.exact else _alike(held, rows)

    def fits(self, rows: Floats) -> bool:
        """Whether a quantised index can hold these rows: numbers far outside what it was trained on are cut off."""
        return _alike(self._index.sa_decode(self._index.sa_encode(rows)), rows)

    def near(self, questions: Floats, limit: int) -> Numbers:
        """Numbers of the rows that seem nearest to each of vectors of shape (n, d), shape (n, limit); -1 where none."""
        # A process that was forked has none of the threads that its parent searched with, and would wait for them.
        forked = os.getpid() != self._process
        with _one_thread() if forked else contextlib.nullcontext():
            numbers: Numbers = self._index.search(questions, limit)[1]
        return numbers

    def search(self, question: Floats, limit: int) -> dict[int, float]:
        """The true cosine of each of the nearest rows to a vector of shape (d,), nearest first."""
        limit = min(limit, len(self))
        if limit <= 0:
            return {}
        if self.exact:
            with _one_thread():
                scores, numbers = self._index.search(question[None, :], limit)
            return dict(zip(numbers[0].tolist(), scores[0].tolist(), strict=True))
        near = self.near(question[None, :], candidates(limit))[0]
        scored = self.cosines(question, near[near >= 0].tolist())
        order = sorted(scored, key=lambda number: (-scored[number], number))[:limit]
        return {number: scored[number] for number in order}

    def _truth(self) -> TrueRows:
        if self._true is None:
            raise ValueError("a quantised index was opened without the true rows")
        return self._true


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Let FAISS search in the calling thread alone.

    To share out one question's few million products takes as long as to do them, and ten times as long where another
    process has a core.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # of the calling thread only
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _alike(held: Floats, rows: Floats) -> bool:
    import numpy as np

    likeness = (held * rows).sum(axis=1) / np.maximum(np.linalg.norm(held, axis=1), 1e-12)
    return bool(likeness.min() >= _LEAST_LIKENESS)


def candidates(limit: int) -> int:
    """How many rows a quantised search rescores so as to return ``limit``.

    Of a million vectors, the true ten nearest were among the 12 that seemed nearest, for each of 100 questions, and the
    true hundred among 117.
    """
    return limit + limit // 5 + 10
