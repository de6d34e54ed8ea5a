"""One generation's articles, passages, sentences and vectors, in one SQLite file.

The file is the truth that the vector and word indexes are made from. A passage is known to them by its ``number``,
which is never given to another passage.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import LibraryError
from rag.passages import CutPassage, Span
from rag.schema import Article, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.encoder import PassageVectors

    Floats = NDArray[np.float32]

_TABLES = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT,
    url TEXT,
    published TEXT,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE origins (
    origin TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    PRIMARY KEY (origin, article)
);
CREATE INDEX origins_by_article ON origins (article);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    sentences BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    whole BLOB NOT NULL,
    sentences BLOB NOT NULL
);
"""

_ARTICLE_COLUMNS = "articles.id, title, text, source, url, published, kind"


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the library keeps it.

    Attributes:
        number: what the vector and word indexes call it.
        passage: the passage.
        sentences: spans of its sentences, in characters of the article.
        vectors: unit-length row of each sentence, shape (sentences, d).
    """

    number: int
    passage: Passage
    sentences: tuple[Span, ...]
    vectors: Floats


class Store:
    """Access to one SQLite file.

    Args:
        file: where it lies; made with empty tables if ``writable`` and missing.
        writable: a draft, written by one process; otherwise a published file that never changes.
        changed: the draft holds changes already, from a run that was stopped.
    """

    def __init__(self, file: Path, *, writable: bool = False, changed: bool = False) -> None:
        self._changed = changed
        self._file = file
        mode = "mode=rwc" if writable else "mode=ro&immutable=1"
        fresh = not file.exists()
        try:
            self._connection = sqlite3.connect(
                f"{file.resolve().as_uri()}?{mode}", uri=True, check_same_thread=False, isolation_level=None
            )
            if writable:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._connection.execute("PRAGMA secure_delete = ON")
                if fresh:
                    self._connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
            self._connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise LibraryError(f"library file {file} cannot be read ({error}): index its articles again") from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def changed(self) -> bool:
        """Whether this draft differs from the generation that it started from."""
        return self._changed

    def begin(self) -> None:
        """Start a transaction: what follows is kept whole by ``commit``, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep what was written since ``begin``."""
        self._connection.execute("COMMIT")

    def seal(self) -> None:
        """Give back the room of what was deleted and fold the journal into the file."""
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA journal_mode = DELETE")

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

    def claim(self, article_id: str, origin: str) -> None:
        """Note that the article was read from this origin, too."""
        if origin in self.origins(article_id):
            return
        self._changed = True
        self._connection.execute(
            "INSERT OR IGNORE INTO origins SELECT ?, row FROM articles WHERE id = ?", (origin, article_id)
        )

    def claimed(self, origin: str) -> frozenset[str]:
        """Ids of the articles that were read from this origin."""
        return frozenset(
            row[0]
            for row in self._rows("SELECT id FROM origins JOIN articles ON article = row WHERE origin = ?", (origin,))
        )

    def disclaim(self, article_id: str, origin: str) -> None:
        """Note that the origin no longer holds the article, and delete it if no other does."""
        self._changed = True
        self._connection.execute(
            "DELETE FROM origins WHERE origin = ? AND article = (SELECT row FROM articles WHERE id = ?)",
            (origin, article_id),
        )
        if not self.origins(article_id):
            self.delete(article_id)

    def delete(self, article_id: str) -> None:
        """Delete an article with its passages and vectors."""
        self._changed = True
        self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def put(
        self, article: Article, digest: str, origin: str, passages: Iterable[tuple[CutPassage, PassageVectors]]
    ) -> None:
        """Write an article with its passages and vectors, in place of the one of the same id."""
        import numpy as np

        self._changed = True
        execute = self._connection.execute
        origins = self.origins(article.id) | {origin}
        self.delete(article.id)
        row = execute(
            "INSERT INTO articles (id, title, text, source, url, published, kind, digest) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.title,
                article.text,
                article.source,
                article.url,
                article.published,
                article.kind,
                digest,
            ),
        ).lastrowid
        self._connection.executemany("INSERT INTO origins VALUES (?, ?)", ((name, row) for name in origins))
        for cut, vectors in passages:
            spans = np.asarray(cut.sentences, dtype=np.int32).tobytes()
            number = execute(
                "INSERT INTO passages (article, first, last, sentences) VALUES (?, ?, ?, ?)",
                (row, cut.passage.start, cut.passage.end, spans),
            ).lastrowid
            execute(
                "INSERT INTO vectors VALUES (?, ?, ?)",
                (number, vectors.whole.astype(np.float32).tobytes(), vectors.sentences.astype(np.float16).tobytes()),
            )

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        return (
            self._rows("SELECT COUNT(*) FROM articles")[0][0],
            self._rows("SELECT COUNT(*) FROM passages")[0][0],
        )

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The articles in the order in which they were added."""
        query = f"SELECT {_ARTICLE_COLUMNS} FROM articles ORDER BY row LIMIT ?"
        return tuple(Article(*row) for row in self._rows(query, (-1 if limit is None else limit,)))

    def passages(self, numbers: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of those numbers; passages of one article share one ``Article``."""
        import numpy as np

        marks = ",".join("?" * len(numbers))
        rows = self._rows(
            f"SELECT number, first, last, passages.sentences, vectors.sentences, whole, {_ARTICLE_COLUMNS} "
            f"FROM passages JOIN articles ON article = row JOIN vectors ON passage = number WHERE number IN ({marks})",
            tuple(numbers),
        )
        shared: dict[str, Article] = {}
        found = {}
        for number, first, last, spans, sentence_vectors, whole, *columns in rows:
            article = shared.setdefault(columns[0], Article(*columns))
            pairs = np.frombuffer(spans, dtype=np.int32).reshape(-1, 2)
            dimension = len(whole) // 4
            vectors = np.frombuffer(sentence_vectors, dtype=np.float16).reshape(-1, dimension).astype(np.float32)
            sentences = tuple((int(start), int(end)) for start, end in pairs)
            found[number] = StoredPassage(number, Passage(article, first, last), sentences, vectors)
        return found

    def each_vector(self, batch: int = 4096) -> Iterator[tuple[list[int], Floats]]:
        """Numbers and unit-length rows of all passages, in batches of at most ``batch``."""
        import numpy as np

        cursor = self._connection.execute("SELECT passage, whole FROM vectors ORDER BY passage")
        while rows := cursor.fetchmany(batch):
            yield [row[0] for row in rows], np.stack([np.frombuffer(row[1], dtype=np.float32) for row in rows])

    def each_text(self) -> Iterator[tuple[int, str]]:
        """Number and searchable words (the title, then the text) of every passage."""
        articles = self._connection.execute("SELECT row, title, text FROM articles ORDER BY row")
        for row, title, text in articles:
            passages = self._connection.execute("SELECT number, first, last FROM passages WHERE article = ?", (row,))
            for number, first, last in passages:
                yield number, f"{title}\n{text[first:last]}"

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise LibraryError(
                    f"library file {self._file} is damaged ({error}): index its articles again"
                ) from error
