"""A benchmark's files: which of several names is there, and its lines, gzipped or not."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag import DocumentError


def one_of(folder: Path, *names: str) -> Path | None:
    """The first of the names that is a file of the folder, as it is or gzipped, or None."""
    files = (folder / f"{name}{ending}" for name in names for ending in ("", ".gz"))
    return next((file for file in files if file.is_file()), None)


def objects(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON-lines file, gzipped or not, with the words that say where it stands.

    Raises:
        DocumentError: the file cannot be read, or a line of it is no object.
    """
    for number, line in lines(file):
        where = f"{file}, line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else error
            raise DocumentError(f"{where}: not JSON ({why}); write one object a line") from None
        if not isinstance(value, dict):
            raise DocumentError(f"{where}: {line!r:.60} is no object; write one object a line")
        yield where, value


def text_of(where: str, line: dict[str, Any], key: str) -> str:
    """The text that an object has under a key; raises DocumentError where it is none, or blank."""
    value = line.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DocumentError(f"{where}: {key!r} is {value!r:.60}; give a text, or leave it out")
    return value


def lines(file: Path) -> Iterator[tuple[int, str]]:
    """Each line of a file that is not blank, with its number; raises DocumentError where the file cannot be read."""
    try:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8-sig") as text:  # some editors put a mark before the first line
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DocumentError(f"{file} cannot be read ({error}): give UTF-8 text, gzipped if it ends in .gz") from None
