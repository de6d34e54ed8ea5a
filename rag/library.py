"""A library: a folder whose SQLite, FAISS and tantivy files change together, one generation at a time.

    manifest.json           names the current generation, its encoder, its counts and its files' hashes
    generations/<n>/        articles.sqlite, vectors.faiss, words/ (of passages), article_words/ (of whole articles)
    generations/next/       what an indexing run has written so far; a later run goes on from it
    feedback.sqlite         what readers thought of answers, whichever generation gave them
    writer.lock             held by the one process that writes, which writer.json names

Readers see the generation that the manifest names, whole. A run that is stopped at any moment leaves that one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import LibraryError
from rag.lexical import WordIndex, Words
from rag.manifest import (
    ARTICLE_WORDS,
    ARTICLES,
    VECTORS,
    WORDS,
    Manifest,
    check_hashes,
    generation_folder,
    manifest_stamp,
    of_current,
    read_manifest,
)
from rag.schema import Article, Passage
from rag.store import StoredPassage
from rag.store_at_hand import StoreAtHand
from rag.vectors import VectorIndex

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.encoder import QuestionEncoder


def open_library(folder: Path) -> Library:
    """Open the current generation of the library in a folder.

    Raises:
        LibraryError: there is no library, it is damaged, or it is of another format.
    """
    return of_current(folder, lambda manifest: Library(folder, manifest))


class Library:
    """One generation of a library, open for reading; any number of threads and processes may read.

    Args:
        folder: where the library lies.
        manifest: as it was read from there.

    Raises:
        LibraryError: a file of the library is damaged or missing.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._current_by: tuple[int, int, int] | None = None
        """What the manifest looked like when this was last found to be the current generation."""
        generation = generation_folder(folder, manifest.generation)
        self._store = StoreAtHand(generation / ARTICLES)
        # Every row of the articles' file has a checksum, so that opening need not read it whole.
        check_hashes(generation, {name: wanted for name, wanted in manifest.hashes.items() if name != ARTICLES})
        self._vectors = VectorIndex.open(generation / VECTORS, self._store)
        self._words = _open_words(generation / WORDS)
        self._article_words = _open_words(generation / ARTICLE_WORDS)

    def read_ahead(self) -> None:
        """Read the passages of a small library, so that the first questions are as quick as later ones."""
        self._store.read_ahead()

    def is_current(self) -> bool:
        """Whether no newer generation, and no other library, has come in its place since this one was opened."""
        stamp = manifest_stamp(self.folder)  # before it is read: one that is replaced meanwhile is read again next time
        if stamp is None or stamp != self._current_by:
            # Not by its number alone: a library that was deleted and made again begins at 1 again.
            is_other = read_manifest(self.folder) != self.manifest
            self._current_by = None if is_other else stamp
        return self._current_by is not None

    def check_encoder(self, encoder: QuestionEncoder) -> None:
        """Raise LibraryError unless the library was made with exactly this encoder."""
        if encoder.fingerprint != self.manifest.fingerprint:
            raise LibraryError(
                f"library {self.folder} was made with encoder {self.manifest.encoder!r}, and {encoder.name!r} gives "
                "other vectors: set that encoder, or index the articles again into another folder with --library"
            )

    def dense(self, question: Floats, limit: int) -> dict[int, float]:
        """Numbers of the passages nearest to a vector of shape (d,), with their cosine, nearest first."""
        return self._vectors.search(question, limit)

    def cosines(self, question: Floats, numbers: Iterable[int]) -> dict[int, float]:
        """The cosine of each of the numbered passages to a vector of shape (d,)."""
        return self._vectors.cosines(question, tuple(numbers))

    def lexical(self, question: str, limit: int, others: Mapping[str, float] | None = None) -> dict[int, float]:
        """Numbers of the passages that share most words with a text, with their BM25 score, best first.

        ``others`` are terms that count as well, each for as much as is given.
        """
        return self._words.search(question, limit, others)

    def articles_lexical(self, question: str, limit: int) -> dict[int, float]:
        """Rows of the articles that share most words with a text, with their BM25 score, best first."""
        return self._article_words.search(question, limit)

    def article_rows(self, numbers: Iterable[int]) -> dict[int, int]:
        """The row of the article of each of the numbered passages."""
        return self._store.article_rows(tuple(numbers))

    @property
    def words(self) -> Words:
        """What cuts a text into the terms that the library knows."""
        return self._words.words

    def rarity(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The weight of each term by how few passages hold it."""
        return self._words.rarity(terms)

    def published(self, numbers: Iterable[int]) -> dict[int, str | None]:
        """When the article of each of the numbered passages was published, as far as it is known."""
        return self._store.published(tuple(numbers))

    def passages(self, numbers: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of those numbers."""
        return self._store.passages(tuple(numbers))

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The articles in the order in which they were added, at most ``limit``."""
        return self._store.articles(limit)

    def each_article(self) -> Iterator[tuple[Article, tuple[str, ...]]]:
        """Every article with the files that it was read from, one in memory at a time."""
        return self._store.each_article()

    def each_passage(self) -> Iterator[Passage]:
        """Every passage, article after article."""
        for article, _ in self._store.each_article():
            yield from (stored.passage for stored in self._store.passages_of(article.id))

    def stories(self) -> int:
        """How many articles there are when those that are nearly the same count once."""
        return self._store.stories()

    def story(self, number: int) -> tuple[Article, ...]:
        """The articles that are nearly the same as one another, by the number that their passages carry."""
        return self._store.story(number)

    def close(self) -> None:
        """Close the files; the library answers no more."""
        self._store.close()


def _open_words(folder: Path) -> WordIndex:
    try:
        return WordIndex(folder)
    except ValueError as error:
        raise LibraryError(f"word index {folder} is damaged: index its articles again") from error
    except OSError as error:
        raise LibraryError(
            f"word index {folder} cannot be opened: {error}; check its permissions and the disk's room"
        ) from error
