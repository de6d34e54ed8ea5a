"""The SQLite file of ratings beside a library's generations: its rows and version, and what is said of its damage."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from rag.errors import LibraryError
from rag.ratings import RATING_COLUMNS, Rating, from_row, to_row

FEEDBACK = "feedback.sqlite"
"""The file's name in the library's folder."""

_VERSION = 1
_PATIENCE = 20.0
"""Seconds to wait for another process that writes."""

_TABLES = f"""
CREATE TABLE ratings (
    number INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    standalone TEXT NOT NULL,
    answer TEXT,
    helpful INTEGER NOT NULL,
    note TEXT NOT NULL,
    confidence REAL NOT NULL,
    refused INTEGER NOT NULL,
    rated TEXT NOT NULL,
    generation INTEGER NOT NULL,
    citations TEXT NOT NULL,
    identity TEXT,
    checksum INTEGER NOT NULL
);
CREATE TABLE pruned (articles TEXT NOT NULL);
PRAGMA user_version = {_VERSION}
"""
_COLUMNS = ", ".join(RATING_COLUMNS)
_MARKS = ", ".join("?" * len(RATING_COLUMNS))
_IDENTITY = RATING_COLUMNS.index("identity")

_ELSEWHERE = ("BUSY", "LOCKED", "CANTOPEN", "READONLY", "IOERR", "FULL", "PERM", "AUTH", "NOMEM", "NOLFS")
"""What SQLite calls troubles that do not come from what the file holds."""


class FeedbackFile:
    """The ratings of one library, open; any number of threads and processes may read and write, each with its own.

    Args:
        folder: of the library.
        create: make the file where it is missing.

    Raises:
        LibraryError: the file cannot be opened, is damaged, or is of another version.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self._folder = folder
        with _translating_errors(folder):
            self._connection = connect(folder, "rwc" if create else "rw")
            try:
                self._has_tables()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; what was not committed is undone."""
        self._connection.close()

    def _has_tables(self) -> bool:
        """Whether there are tables; a file without any is one that a process died over before it wrote a rating."""
        # In this order: another process writes tables and version at once, perhaps between these two statements.
        tables = self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0 and tables is None:
            return False
        if version != _VERSION:
            raise _damaged(self._folder, f"their version is {version}, not {_VERSION}")
        return True

    def begin(self) -> None:
        """Take the file's write lock: what follows is kept whole by ``commit``, or not at all."""
        with _translating_errors(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            if not self._has_tables():
                for statement in _TABLES.split(";"):
                    self._connection.execute(statement)

    def commit(self) -> None:
        """Keep what was written since ``begin``."""
        with _translating_errors(self._folder):
            self._connection.execute("COMMIT")

    def compact(self) -> None:
        """Write the file anew: pages whose rows were moved may hold old words between those that are left."""
        with _translating_errors(self._folder):
            self._connection.execute("VACUUM")

    def ratings(self) -> tuple[tuple[int, Rating], ...]:
        """Number and rating of each row, newest first.

        Raises:
            LibraryError: a row is not what was written.
        """
        with _translating_errors(self._folder):
            if not self._has_tables():
                return ()
            rows = self._connection.execute(f"SELECT number, {_COLUMNS} FROM ratings ORDER BY number DESC").fetchall()
        try:
            return tuple((number, from_row(row)) for number, *row in rows)
        except (ValueError, TypeError) as error:
            raise _damaged(self._folder, error) from error

    def put(self, rating: Rating) -> None:
        """Write a rating, in place of one of the same answer."""
        row = to_row(rating)
        with _translating_errors(self._folder):
            self._connection.execute("DELETE FROM ratings WHERE identity = ?", (row[_IDENTITY],))
            self._connection.execute(f"INSERT INTO ratings ({_COLUMNS}) VALUES ({_MARKS})", row)

    def change(self, number: int, rating: Rating) -> None:
        """Write a rating over the one of that number."""
        with _translating_errors(self._folder):
            statement = f"UPDATE ratings SET ({_COLUMNS}) = ({_MARKS}) WHERE number = ?"
            self._connection.execute(statement, (*to_row(rating), number))

    @property
    def pruned(self) -> str | None:
        """The hash of the articles that the ratings were last pruned for."""
        with _translating_errors(self._folder):
            row = self._connection.execute("SELECT articles FROM pruned").fetchone() if self._has_tables() else None
        return row[0] if row else None

    @pruned.setter
    def pruned(self, articles: str) -> None:
        with _translating_errors(self._folder):
            self._connection.execute("DELETE FROM pruned")
            self._connection.execute("INSERT INTO pruned VALUES (?)", (articles,))

    def integrity(self) -> tuple[str, ...]:
        """What SQLite's own check of the file complains of, one line each."""
        with _translating_errors(self._folder):
            rows = self._connection.execute("PRAGMA integrity_check(20)").fetchall()
        return tuple(str(_damaged(self._folder, row[0])) for row in rows if row[0] != "ok")


def exists(folder: Path) -> bool:
    """Whether a library has a file of ratings."""
    with _translating_errors(folder):
        return (folder / FEEDBACK).exists()


def delete_all(folder: Path) -> int | None:
    """Delete the ratings of a file; returns how many, or None where it was damaged and was deleted itself."""
    with _translating_errors(folder):
        try:
            with contextlib.closing(connect(folder)) as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
                    count = connection.execute("DELETE FROM ratings").rowcount
                    connection.execute("VACUUM")
                    return count
        except sqlite3.Error as error:
            if _elsewhere(error):
                raise
        for name in (FEEDBACK, f"{FEEDBACK}-journal"):
            (folder / name).unlink(missing_ok=True)
        return None


def connect(folder: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection that leaves nothing deleted behind in the file."""
    uri = f"{(folder / FEEDBACK).resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")  # a checksum tells of what was replaced
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA secure_delete = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _translating_errors(folder: Path) -> Iterator[None]:
    """Tell what SQLite or the disk complain of in one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if not _elsewhere(error):
            raise _damaged(folder, error) from error
        raise LibraryError(
            f"ratings in {folder / FEEDBACK} cannot be read or written ({error}): check permissions and the disk, and "
            "that no other process holds the file"
        ) from error


def _elsewhere(error: Exception) -> bool:
    name: str = getattr(error, "sqlite_errorname", "")
    return isinstance(error, OSError) or name.removeprefix("SQLITE_").startswith(_ELSEWHERE)


def _damaged(folder: Path, what: object) -> LibraryError:
    return LibraryError(
        f"ratings in {folder / FEEDBACK} cannot be used ({what}): footnote feedback --clear --library {folder} deletes "
        "them; nothing else is affected"
    )
