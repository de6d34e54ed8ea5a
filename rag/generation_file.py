"""One generation's SQLite file: opening and closing it, asking it, and what is said of its damage."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import AGAIN, LibraryError

_MOST_MARKS = 10_000
"""How many values one question to SQLite names; it takes at most 32,766, or fewer where it was built so."""

_Told = TypeVar("_Told")


class GenerationFile:
    """One generation's SQLite file, open for reading; it never changes.

    Args:
        file: where it lies.

    Raises:
        LibraryError: the file cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            self._connection = self._connect()
        except sqlite3.Error as error:
            shut = isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error) and file.is_file()
            raise self._unreadable(error, shut=shut) from error

    def _connect(self) -> sqlite3.Connection:
        connection = self._open("mode=ro&immutable=1")
        try:
            connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _open(self, mode: str) -> sqlite3.Connection:
        uri = f"{self._file.resolve().as_uri()}?{mode}"
        return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def integrity(self) -> tuple[str, ...]:
        """What SQLite's own checks of the file complain of."""
        complaints = [row[0] for row in self._rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        orphans = len(self._rows("PRAGMA foreign_key_check"))
        return (*complaints, *([f"{orphans} rows belong to nothing"] if orphans else ()))

    def _damaged(self, what: object) -> LibraryError:
        return LibraryError(f"library file {self._file} is damaged ({what}): {AGAIN}")

    def _unreadable(self, error: sqlite3.Error, *, shut: bool) -> LibraryError:
        remedy = "check its permissions and the disk, then run footnote verify" if shut else AGAIN
        return LibraryError(f"library file {self._file} cannot be read ({error}): {remedy}")

    def _each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows that answer a question, one in memory at a time; between them others may ask."""
        cursor = self._asked(lambda: self._connection.execute(query, values))
        while (row := self._asked(cursor.fetchone)) is not None:
            yield row

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows that answer a question."""
        return self._asked(lambda: self._connection.execute(query, values).fetchall())

    def _rows_among(self, query: str, values: Collection[object]) -> list[tuple[Any, ...]]:
        """All rows that answer a question that ends with "IN" and is about any number of values."""
        every, rows = tuple(values), []
        for start in range(0, len(every), _MOST_MARKS):
            some = every[start : start + _MOST_MARKS]
            rows += self._rows(f"{query} ({','.join('?' * len(some))})", some)
        return rows

    def _asked(self, ask: Callable[[], _Told]) -> _Told:
        """What SQLite tells, asked by one thread at a time; what it complains of is told in one line."""
        with self._lock:
            try:
                return ask()
            except sqlite3.ProgrammingError:
                raise  # a question that is put wrongly says nothing of the file
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise self._unreadable(error, shut=True) from error
                raise self._damaged(str(error).partition(" with text ")[0]) from error  # which may be a whole article


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file holds what was not written; a text that is not UTF-8 has no code of SQLite's own."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
