"""One generation's articles, passages, sentences and vectors, in one SQLite file.

The file is the truth that the vector and word indexes are made from. A passage is known to them by its ``number``,
which is never given to another passage, and a passage's vector never changes: what changes gets another number.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.encoder import OFF_UNIT
from rag.generation_file import GenerationFile
from rag.rows import ARTICLE_COLUMNS, article_digest, from_row, passage_check
from rag.schema import Article, Passage
from rag.sentences import Span

if TYPE_CHECKING:
    from rag.arrays import Floats, Halves, Numbers

_AROUND = 20
"""How far a passage of the same article is still around another."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the library keeps it.

    Attributes:
        number: what the vector and word indexes call it.
        story: what its article shares with those that are nearly the same.
        passage: the passage.
        sentences: spans of its sentences, in characters of the article.
        halves: the row of each sentence in 16 bits a number, as it is kept, shape (sentences, d).
    """

    number: int
    story: int
    passage: Passage
    sentences: tuple[Span, ...]
    halves: Halves

    @property
    def vectors(self) -> Floats:
        """Unit-length row of each sentence, shape (sentences, d); what only finds passages never makes them."""
        import numpy as np

        return self.halves.astype(np.float32)


class Store(GenerationFile):
    """What one generation's file holds; reading it raises LibraryError where a row is not what was written."""

    def digest(self, article_id: str) -> str | None:
        """The digest of the article of that id, or None where there is none."""
        rows = self._rows("SELECT digest FROM articles WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def origins(self, article_id: str) -> frozenset[str]:
        """Where the article was read from."""
        rows = self._rows(
            "SELECT origin FROM origins JOIN articles ON article = row WHERE id = ?",
            (article_id,),
        )
        return frozenset(row[0] for row in rows)

    def claimed(self, origin: str) -> frozenset[str]:
        """Ids of the articles that were read from this origin."""
        return frozenset(
            row[0]
            for row in self._rows("SELECT id FROM origins JOIN articles ON article = row WHERE origin = ?", (origin,))
        )

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        return (
            self._rows("SELECT COUNT(*) FROM articles")[0][0],
            self._rows("SELECT COUNT(*) FROM passages")[0][0],
        )

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The articles in the order in which they were added."""
        query = f"SELECT {ARTICLE_COLUMNS}, digest FROM articles ORDER BY row LIMIT ?"
        rows = self._rows(query, (-1 if limit is None else limit,))
        return tuple(self._sound(row[:-1], row[-1]) for row in rows)

    def each_article(self) -> Iterator[tuple[Article, tuple[str, ...]]]:
        """Every article with where it was read from, one in memory at a time."""
        for row, *columns, digest in self._each(f"SELECT row, {ARTICLE_COLUMNS}, digest FROM articles ORDER BY row"):
            origins = self._rows("SELECT origin FROM origins WHERE article = ? ORDER BY origin", (row,))
            yield self._sound(columns, digest), tuple(origin for (origin,) in origins)

    def stories(self) -> int:
        """How many stories there are."""
        return int(self._rows("SELECT COUNT(DISTINCT story) FROM articles")[0][0])

    def passages_of(self, article_id: str) -> tuple[StoredPassage, ...]:
        """The passages of an article in their order."""
        query = "SELECT number FROM passages JOIN articles ON article = row WHERE id = ? ORDER BY number"
        numbers = [row[0] for row in self._rows(query, (article_id,))]
        found = self.passages(numbers)
        return tuple(found[number] for number in numbers)

    def story(self, number: int) -> tuple[Article, ...]:
        """The articles of a story, at most 20, in the order in which they were added."""
        query = f"SELECT {ARTICLE_COLUMNS}, digest FROM articles WHERE story = ? ORDER BY row LIMIT 20"
        return tuple(self._sound(row[:-1], row[-1]) for row in self._rows(query, (number,)))

    def all_origins(self) -> frozenset[str]:
        """Where any article was read from."""
        return frozenset(row[0] for row in self._rows("SELECT DISTINCT origin FROM origins"))

    def of_source(self, source: str) -> tuple[str, ...]:
        """Ids of the articles of an outlet, whose name is compared without case."""
        rows = self._rows("SELECT id, source FROM articles WHERE source IS NOT NULL")
        return tuple(article_id for article_id, name in rows if name.casefold() == source.casefold())

    def _sound(self, row: Sequence[Any], digest: str) -> Article:
        """The article of a row, if it is what was written."""
        try:
            article = from_row(row)
        except (ValueError, TypeError):
            article = None
        if article is None or article_digest(article) != digest:
            raise self._damaged(f"article {row[0]!r} is not what was indexed")
        return article

    def passages(self, numbers: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of those numbers; passages of one article that are read together share one ``Article``.

        Raises:
            LibraryError: one of them, or its article, is not what was written.
        """
        import numpy as np

        rows = self._rows_among(
            "SELECT number, article, first, last, passages.sentences, vectors.sentences, whole, checksum "
            "FROM passages JOIN vectors ON passage = number WHERE number IN",
            numbers,
        )
        articles = self._by_row({row[1] for row in rows})
        found = {}
        for number, row, first, last, spans, sentence_vectors, whole, checksum in rows:
            if row not in articles:
                raise self._damaged(f"passage {number} belongs to no article")
            article, digest, story = articles[row]
            if passage_check(digest, first, last, spans, whole, sentence_vectors) != checksum:
                raise self._damaged(f"passage {number} is not what was indexed")
            pairs = np.frombuffer(spans, dtype=np.int32).reshape(-1, 2)
            if 2 * len(sentence_vectors) != len(pairs) * len(whole):  # 16 bits a number beside 32
                raise self._damaged(f"passage {number} has not one vector for each of its sentences")
            halves = np.frombuffer(sentence_vectors, dtype=np.float16).reshape(-1, len(whole) // 4)
            sentences = tuple((start, end) for start, end in pairs.tolist())
            found[number] = StoredPassage(number, story, Passage(article, first, last), sentences, halves)
        return found

    def _by_row(self, rows: Collection[int]) -> dict[int, tuple[Article, str, int]]:
        """The articles of those rows, each with its digest and its story."""
        query = f"SELECT row, digest, story, {ARTICLE_COLUMNS} FROM articles WHERE row IN"
        return {
            row: (self._sound(columns, digest), digest, story)
            for row, digest, story, *columns in self._rows_among(query, rows)
        }

    def each_vector(self, batch: int = 4096) -> Iterator[tuple[list[int], Floats]]:
        """Numbers and unit-length rows of all passages, in batches of at most ``batch``."""
        import numpy as np

        each = self._each("SELECT passage, whole FROM vectors ORDER BY passage")
        while rows := list(itertools.islice(each, batch)):
            yield [row[0] for row in rows], np.stack([np.frombuffer(row[1], dtype=np.float32) for row in rows])

    def numbers(self) -> Numbers:
        """The numbers of all passages, ascending."""
        import numpy as np

        each = self._each("SELECT number FROM passages ORDER BY number")
        return np.fromiter((row[0] for row in each), dtype=np.int64)

    def rows(self, numbers: Sequence[int]) -> Floats:
        """The unit-length rows of the passages of those numbers, shape (n, d), in their order.

        Raises:
            LibraryError: one of them is missing or is not of unit length, as a page of the file went bad.
        """
        import numpy as np

        found = dict(self._rows_among("SELECT passage, whole FROM vectors WHERE passage IN", numbers))
        try:
            joined = b"".join(found[number] for number in numbers)
            rows: Floats = np.frombuffer(joined, dtype=np.float32).reshape(len(numbers), -1)
        except (KeyError, ValueError):
            raise self._damaged("vectors of passages are missing") from None
        if not bool((abs(np.einsum("ij,ij->i", rows, rows) - 1) < OFF_UNIT).all()):
            raise self._damaged("the vector of a passage is not what was indexed")
        return rows

    def sentence_rows(self, numbers: Sequence[int]) -> tuple[Floats, tuple[Span, ...]]:
        """The row of the middle sentence of each of those passages that has one, shape (at most n, d).

        With each comes the first and the last number of the passages around it: of its article, at most 20 away.
        """
        import numpy as np

        rows, around = [], []
        for number in numbers:
            ((vectors, size, article),) = self._rows(
                "SELECT vectors.sentences, length(whole) / 4, article FROM vectors JOIN passages ON number = passage "
                "WHERE passage = ?",
                (number,),
            )
            sentences = np.frombuffer(vectors, dtype=np.float16).reshape(-1, size).astype(np.float32)
            near = "SELECT MIN(number), MAX(number) FROM passages WHERE article = ? AND number BETWEEN ? AND ?"
            if len(sentences):
                rows.append(sentences[len(sentences) // 2])
                around.append(self._rows(near, (article, number - _AROUND, number + _AROUND))[0])
        return np.stack(rows), tuple(around)

    def each_text(self) -> Iterator[tuple[int, str]]:
        """Number and searchable words (the title, then the text) of every passage."""
        for row, title, text in self._each("SELECT row, title, text FROM articles ORDER BY row"):
            passages = self._each("SELECT number, first, last FROM passages WHERE article = ?", (row,))
            for number, first, last in passages:
                yield number, f"{title}\n{text[first:last]}"

    def each_article_text(self) -> Iterator[tuple[int, str]]:
        """Row and searchable words (the title, then the text) of every article."""
        for row, title, text in self._each("SELECT row, title, text FROM articles ORDER BY row"):
            yield row, f"{title}\n{text}"

    def published(self, numbers: Sequence[int]) -> dict[int, str | None]:
        """When the article of each of the numbered passages was published."""
        query = "SELECT number, published FROM passages JOIN articles ON article = row WHERE number IN"
        return dict(self._rows_among(query, numbers))

    def article_rows(self, numbers: Sequence[int]) -> dict[int, int]:
        """The row of the article of each of the numbered passages."""
        return dict(self._rows_among("SELECT number, article FROM passages WHERE number IN", numbers))

    def first_article_rows(self, most: int) -> dict[int, int]:
        """The same of the first passages, at most so many."""
        return dict(self._rows("SELECT number, article FROM passages ORDER BY number LIMIT ?", (most,)))
