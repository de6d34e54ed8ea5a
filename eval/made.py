"""What libraries are made of whose size is measured: a library's own vectors, with noise where there are too few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag import RagError
from rag.manifest import ARTICLES, current_manifest, generation_folder
from rag.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_NOISE = 0.6
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class RealVectors:
    """A library's passages: each one's vector and a sentence's, shape (n, d), and its article."""

    wholes: Floats
    sentences: Floats
    articles: tuple[int, ...]

    @classmethod
    def of(cls, library: Path) -> RealVectors:
        """Read them from the current generation of a library.

        Raises:
            LibraryError: there is no library.
            RagError: its passages are too few, or one of them has no sentence.
        """
        store = Store(generation_folder(library, current_manifest(library).generation) / ARTICLES)
        numbers = store.numbers().tolist()
        if len(numbers) < 100:
            raise RagError(f"{len(numbers)} passages are too few to draw from: name a library of some hundred articles")
        rows = store.article_rows(numbers)
        sentences, around = store.sentence_rows(numbers)
        if len(around) < len(numbers):
            raise RagError("some passages have no sentence: name another library")
        return cls(store.rows(numbers), sentences, tuple(rows[number] for number in numbers))

    def drawn(self, size: int) -> Iterator[tuple[list[int], list[int], Floats, Floats]]:
        """So many passages in batches: numbers, articles, vectors and sentences; with noise after the first round."""
        import numpy as np

        draw = np.random.default_rng(1)
        count, last = len(self.wholes), max(self.articles)
        for start in range(0, size, _BATCH):
            places = np.arange(start, min(start + _BATCH, size))
            noise = (
                self.wholes[draw.integers(0, count, len(places))] - self.wholes[draw.integers(0, count, len(places))]
            )
            noise *= _NOISE / np.maximum(np.linalg.norm(noise, axis=1, keepdims=True), 1e-6)
            noise[places < count] = 0
            rounds, own = places // count, places % count
            articles = [self.articles[place] + (last + 1) * turn for place, turn in zip(own, rounds, strict=True)]
            wholes, sentences = (_unit(rows[own] + noise) for rows in (self.wholes, self.sentences))
            yield (places + 1).tolist(), [int(article) for article in articles], wholes, sentences


def _unit(rows: Floats) -> Floats:
    import numpy as np

    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32)
