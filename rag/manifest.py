"""What a library says of its current generation, and the names and hashes of that generation's files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from rag.errors import AGAIN, LibraryError
from rag.files import sha256

LIBRARY_FORMAT = 5
"""Of a library's files; another version of Footnote may write another."""

MANIFEST = "manifest.json"
ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
WORDS = "words"
ARTICLE_WORDS = "article_words"

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a library says of its current generation."""

    format: int
    generation: int
    encoder: str
    fingerprint: str
    dimension: int
    articles: int
    passages: int
    hashes: Mapping[str, str]

    @property
    def name(self) -> str:
        """The encoder's, so that a draft can be made without loading it."""
        return self.encoder


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the library in a folder, or None where no library is.

    Raises:
        LibraryError: the manifest cannot be read, or is of another format.
    """
    file = folder / MANIFEST
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] != LIBRARY_FORMAT:
            raise LibraryError(
                f"library {folder} has format {record['format']}, this version reads {LIBRARY_FORMAT}: "
                "delete the folder and index its articles again"
            )
        return Manifest(**record)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise LibraryError(f"{folder} is a file, not a library: name a folder with --library") from None
    except OSError as error:
        raise LibraryError(
            f"library manifest {file} cannot be read: {error.strerror}; check its permissions"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryError(
            f"library manifest {file} is damaged or none: {AGAIN}, or name another folder with --library"
        ) from error


def current_manifest(folder: Path) -> Manifest:
    """The manifest of the library in a folder.

    Raises:
        LibraryError: no library is there, or its manifest cannot be read, or is of another format.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise LibraryError(f"no library in {folder}: make one with footnote index PATH --library {folder}")
    return manifest


def of_current(folder: Path, work: Callable[[Manifest], _Made]) -> _Made:
    """What is made of the current generation.

    It is made again of the next one where that was published meanwhile, and the files of this one were deleted.

    Args:
        folder: where the library lies.
        work: makes it of a generation's manifest, and raises LibraryError where a file of the generation is missing.

    Raises:
        LibraryError: there is no library, or the work raised it of the current generation.
    """
    while True:
        manifest = current_manifest(folder)
        try:
            return work(manifest)
        except LibraryError:
            if read_manifest(folder) == manifest:
                raise


def manifest_stamp(folder: Path) -> tuple[int, int, int] | None:
    """What changes whenever the manifest in a folder is replaced or written, or None where there is none."""
    try:
        status = (folder / MANIFEST).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def word_files(generation: Path) -> list[str]:
    """Names of the word indexes' files, but for their locks, which come and go without the index changing."""
    files = (file for name in (WORDS, ARTICLE_WORDS) for file in sorted((generation / name).rglob("*")))
    return [str(file.relative_to(generation).as_posix()) for file in files if file.is_file() and file.suffix != ".lock"]


def generation_folder(folder: Path, number: int) -> Path:
    """Where the files of a generation lie."""
    return folder / "generations" / str(number)


def check_hashes(folder: Path, wanted: Mapping[str, str]) -> None:
    """Raise LibraryError unless each of the folder's files has the SHA-256 that the manifest states; all cores read."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(lambda name: check_hash(folder / name, wanted[name]), wanted))


def check_hash(file: Path, wanted: str) -> None:
    """Raise LibraryError unless the file has the SHA-256 that the manifest states."""
    try:
        found = sha256(file)
    except OSError as error:
        raise LibraryError(
            f"library file {file} cannot be read: {error.strerror}; run footnote verify or index it again"
        ) from error
    if found != wanted:
        raise LibraryError(
            f"library file {file} is damaged (its hash is not the manifest's): run footnote verify or index it again"
        )
