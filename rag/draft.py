"""The next generation's SQLite file while it is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.duplicates import group, signature
from rag.files import absolute
from rag.passages import CutPassage
from rag.rows import article_digest, content_digest, passage_check, to_row
from rag.schema import Article
from rag.store import Store

if TYPE_CHECKING:
    from rag.encoder import PassageVectors

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
    authors TEXT NOT NULL,
    updated TEXT,
    first_page INTEGER,
    digest TEXT NOT NULL,
    content BLOB NOT NULL,
    signature BLOB NOT NULL,
    story INTEGER
);
CREATE INDEX articles_by_content ON articles (content);
CREATE INDEX articles_by_story ON articles (story);
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
    sentences BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    whole BLOB NOT NULL,
    sentences BLOB NOT NULL
);
"""


class Draft(Store):
    """A file that one process writes.

    Args:
        file: where it lies; made with empty tables where it is missing.
        changed: it holds changes already, from a run that was stopped.

    Raises:
        LibraryError: the file cannot be read.
    """

    def __init__(self, file: Path, *, changed: bool = False) -> None:
        self._changed = changed
        super().__init__(file)

    def _connect(self) -> sqlite3.Connection:
        fresh = not self._file.exists()
        connection = self._open("mode=rwc")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # publishing flushes the whole file
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            if fresh:
                connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
            connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
        except sqlite3.Error:
            connection.close()  # or its lock would outlive the failure, as long as the process
            raise
        return connection

    @property
    def changed(self) -> bool:
        """Whether this draft differs from the generation that it started from."""
        return self._changed

    def touch(self) -> None:
        """Have the draft published although nothing in it was changed."""
        self._changed = True

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

    def claim(self, article_id: str, origin: str) -> None:
        """Note that the article was read from this origin, too."""
        if origin in self.origins(article_id):
            return
        self._changed = True
        self._connection.execute(
            "INSERT OR IGNORE INTO origins SELECT ?, row FROM articles WHERE id = ?", (origin, article_id)
        )

    def name_origins_anew(self) -> None:
        """Give each file that an earlier version named with ".." in it its one name, which may be known."""
        for origin in self.all_origins():
            if ".." in Path(origin).parts:
                self._changed = True
                names = (str(absolute(Path(origin))), origin)
                self._connection.execute("UPDATE OR REPLACE origins SET origin = ? WHERE origin = ?", names)

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

    def put(self, article: Article, origin: str, passages: Iterable[tuple[CutPassage, PassageVectors]]) -> None:
        """Write an article with its passages and vectors, in place of the one of the same id."""
        import numpy as np

        packed = [
            (
                cut.passage.start,
                cut.passage.end,
                np.asarray(cut.sentences, dtype=np.int32).tobytes(),
                vectors.whole.astype(np.float32).tobytes(),
                vectors.sentences.astype(np.float16).tobytes(),
            )
            for cut, vectors in passages
        ]
        self._put(article, origin, packed, signature(f"{article.title}\n{article.text}"))

    def copy(self, article: Article, origin: str) -> bool:
        """Write an article with the passages and vectors of one that has the same title and text.

        Returns:
            Whether there is such an article; where there is none, nothing is written.
        """
        twins = self._rows("SELECT row, signature FROM articles WHERE content = ?", (content_digest(article),))
        if not twins:  # perhaps it was kept by an earlier version, with its title as it stood in the file
            same = self._rows(
                "SELECT row, signature, title FROM articles WHERE id = ? AND text = ?", (article.id, article.text)
            )
            twins = [(row, sketch) for row, sketch, title in same if " ".join(title.split()) == article.title]
        if not twins:
            return False
        row, sketch = twins[0]
        packed = self._rows(
            "SELECT first, last, passages.sentences, whole, vectors.sentences FROM passages "
            "JOIN vectors ON passage = number WHERE article = ? ORDER BY number",
            (row,),
        )
        self._put(article, origin, packed, sketch)
        return True

    def _put(self, article: Article, origin: str, packed: Sequence[tuple[Any, ...]], sketch: bytes) -> None:
        self._changed = True
        execute = self._connection.execute
        origins = self.origins(article.id) | {origin}
        self.delete(article.id)
        digest = article_digest(article)
        row = execute(
            "INSERT INTO articles (id, title, text, source, url, published, kind, authors, updated, first_page, "
            "digest, content, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*to_row(article), digest, content_digest(article), sketch),
        ).lastrowid
        self._connection.executemany("INSERT INTO origins VALUES (?, ?)", ((name, row) for name in origins))
        for first, last, spans, whole, vectors in packed:
            number = execute(
                "INSERT INTO passages (article, first, last, sentences, checksum) VALUES (?, ?, ?, ?, ?)",
                (row, first, last, spans, passage_check(digest, first, last, spans, whole, vectors)),
            ).lastrowid
            execute("INSERT INTO vectors VALUES (?, ?, ?)", (number, whole, vectors))

    def group_stories(self) -> None:
        """Put articles that are nearly the same into one story, named by the row of the first of them."""
        stories = group(self._each("SELECT row, signature FROM articles ORDER BY row"))
        self.begin()
        self._connection.executemany(
            "UPDATE articles SET story = ? WHERE row = ?", ((story, row) for row, story in stories.items())
        )
        self.commit()
