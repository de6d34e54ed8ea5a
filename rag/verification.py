"""Whether a library is what was written, down to the last offset; what its articles can bring back is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rag.errors import AGAIN, LibraryError
from rag.feedback import problems as feedback_problems
from rag.files import sha256
from rag.lexical import WordIndex
from rag.manifest import (
    ARTICLE_WORDS,
    ARTICLES,
    VECTORS,
    WORDS,
    Manifest,
    check_hash,
    generation_folder,
    of_current,
    read_manifest,
)
from rag.publishing import rebuild
from rag.store import Store
from rag.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Attributes:
        articles, passages: how many were checked.
        problems: one line each; none where the library is sound.
        repaired: whether the library was mended, and is sound now.
    """

    articles: int
    passages: int
    problems: tuple[str, ...]
    repaired: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, or nothing any more."""
        return not self.problems or self.repaired


def verify(folder: Path, *, repair: bool = True) -> Verification:
    """Check every hash, count, checksum and offset of a library.

    The articles, passages and vectors in SQLite are the truth: where they are sound and something else is not, the
    indexes are made again from them. Where they are not sound, only the files that were indexed can bring them back.
    Ratings of answers come from readers: where they are damaged, nothing can bring them back.

    Args:
        folder: where the library lies.
        repair: mend what can be mended.

    Raises:
        LibraryError: there is no library, its manifest is damaged, or it cannot be written.
    """
    manifest, truth, indexes = of_current(folder, lambda current: _problems(folder, current))
    ratings = feedback_problems(folder)
    mend = repair and bool(indexes)
    if mend:
        rebuild(folder, manifest)
    return Verification(manifest.articles, manifest.passages, truth + indexes + ratings, mend and not ratings)


def _problems(folder: Path, manifest: Manifest) -> tuple[Manifest, tuple[str, ...], tuple[str, ...]]:
    """What is wrong with a generation's articles, and what with its indexes, which is seen where those are sound."""
    truth = tuple(_truth_problems(folder, manifest))
    indexes = tuple(_index_problems(folder, manifest)) if not truth else ()
    if (truth or indexes) and read_manifest(folder) != manifest:
        raise LibraryError(f"library {folder} was published anew while it was read: verify it again")
    return manifest, truth, indexes


def _truth_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    file = generation_folder(folder, manifest.generation) / ARTICLES
    try:
        if sha256(file) != manifest.hashes[ARTICLES]:
            yield f"{file} is not what was written (its hash differs): {AGAIN}"
        store = Store(file)
    except (OSError, LibraryError) as error:
        yield str(error)
        return
    try:
        for trouble in store.integrity():
            yield f"{file}: {trouble}: {AGAIN}"
        if store.counts() != (manifest.articles, manifest.passages):
            yield f"{file} holds {store.counts()} articles and passages, the manifest says otherwise: {AGAIN}"
        for article, _ in store.each_article():
            for stored in store.passages_of(article.id):
                spans = stored.sentences
                inside = all(stored.passage.start <= a < b <= stored.passage.end for a, b in spans)
                ordered = all(one[1] <= two[0] for one, two in pairwise(spans))
                if not (inside and ordered and stored.passage.end <= len(article.text)):
                    yield f"{file}: the offsets of passage {stored.number} do not fit article {article.id!r}: {AGAIN}"
    except LibraryError as error:
        yield str(error)
    finally:
        store.close()


def _index_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the indexes, seen against SQLite, which is sound."""
    generation = generation_folder(folder, manifest.generation)
    damaged = False
    for name, wanted in manifest.hashes.items():
        try:
            check_hash(generation / name, wanted)
        except LibraryError as error:
            damaged = True
            yield str(error)
    if damaged:
        return
    try:
        store = Store(generation / ARTICLES)
    except LibraryError as error:
        yield str(error)
        return
    try:
        vectors, words = VectorIndex.open(generation / VECTORS), WordIndex(generation / WORDS)
        if not len(vectors) == len(words) == manifest.passages:
            yield f"{generation}: {len(vectors)} vectors and {len(words)} texts for {manifest.passages} passages"
        wholes = WordIndex(generation / ARTICLE_WORDS)
        if len(wholes) != manifest.articles:
            yield f"{generation}: the words of {len(wholes)} articles for {manifest.articles}"
        for numbers, rows in store.each_vector():
            if not vectors.holds(numbers, rows):
                yield f"{generation / VECTORS}: vectors {numbers[0]} to {numbers[-1]} are not those of the passages"
    except (LibraryError, ValueError, OSError) as error:
        yield str(error)
    finally:
        store.close()
