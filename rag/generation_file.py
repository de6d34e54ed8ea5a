"""One generation's SQLite file: opening and closing it, asking it, and what is said of its damage."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.errors import LibraryError


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
            remedy = (
                "check its permissions and the disk, then run footnote verify"
                if shut
                else "delete the library and index its articles again"
            )
            raise LibraryError(f"library file {file} cannot be read ({error}): {remedy}") from error

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
        return LibraryError(
            f"library file {self._file} is damaged ({what}): delete the library and index its articles again"
        )

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise self._damaged(error) from error
