"""A file or folder of any supported format -> documents. Nothing but the files themselves is ever opened."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rag.decoding import decode
from rag.documents import Document, Skipped
from rag.errors import DocumentError
from rag.records import read_csv, read_json, read_json_lines

__all__ = ["FORMATS", "Document", "Skipped", "load"]

FORMATS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv")
_NAMED = ", ".join(FORMATS) + ", and each of them with .gz"


def load(path: Path) -> Iterator[Document | Skipped]:
    """Read a file, or a folder with the folders in it.

    Args:
        path: a file of one of ``FORMATS``, plain or gzipped, or a folder; hidden files of a folder are passed over.

    Yields:
        Each document, in the order of the paths; and, in its place, each file of a folder and each record of a file
        that could not be read, with the reason.

    Raises:
        DocumentError: the path does not exist, or it names one file and that cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        yield from _load_folder(path)
    elif path.exists():
        yield from _load_file(path)
    else:
        raise DocumentError(f"{path} does not exist: check the path")


def _load_folder(folder: Path) -> Iterator[Document | Skipped]:
    try:
        paths = sorted(folder.rglob("*"))
    except OSError as error:
        raise DocumentError(f"{folder} cannot be read: {error.strerror}; check its permissions") from error
    for path in paths:
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        try:
            yield from _load_file(path)
        except DocumentError as error:
            yield Skipped(str(path), str(error))


def _load_file(path: Path) -> Iterator[Document | Skipped]:
    name = str(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    suffix = (suffixes[:-1] if zipped else suffixes)[-1:] or [""]
    if suffix[0] not in FORMATS:
        raise DocumentError(f"{name} is of a format that Footnote does not read: it reads {_NAMED}")
    if not path.is_file():
        raise DocumentError(f"{name} is not a regular file: copy what it holds into one")
    try:
        with gzip.open(path) if zipped else path.open("rb") as stream:
            read_any = False
            for document in _read(stream, suffix[0], name):  # type: ignore[arg-type]  # GzipFile reads as BinaryIO does
                read_any = read_any or isinstance(document, Document)
                yield document
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = "unpack it to see whether it is whole" if zipped else "check its permissions"
        raise DocumentError(f"{name} cannot be read: {reason}; {remedy}") from error
    if not read_any:
        raise DocumentError(f"{name} is empty: give a file that holds text")


def _read(stream: BinaryIO, suffix: str, name: str) -> Iterator[Document | Skipped]:
    if suffix in (".jsonl", ".ndjson"):
        yield from read_json_lines(stream, name)
        return
    data = stream.read()
    if not data.strip():
        return
    if suffix == ".json":
        yield from read_json(data, name)
    elif suffix in (".csv", ".tsv"):
        yield from read_csv(data, name)
    elif suffix in (".html", ".htm", ".xhtml"):
        from rag.markup import read_html

        yield read_html(decode(data, name), name)
    else:
        text = decode(data, name)
        if text.strip():
            yield Document(text=text, origin=name)
