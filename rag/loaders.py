"""A file or folder of any supported format -> documents. Nothing but the files themselves is ever opened."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from rag.decoding import declared_in, decode
from rag.documents import Document, Skipped
from rag.errors import DocumentError
from rag.feeds import read_feed
from rag.formats import read_docx, read_email, read_pdf
from rag.markup import read_html
from rag.records import NO_COLUMNS, Columns, read_csv, read_json, read_json_lines

_TEXT = (".txt", ".text", ".md", ".markdown")
_HTML = (".html", ".htm", ".xhtml")
_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_FEEDS = (".xml", ".rss", ".atom")
FORMATS = (*_TEXT, *_HTML, *_LINES, ".json", *_TABLES, *_FEEDS, ".pdf", ".docx", ".eml", ".zip")
_NAMED = ", ".join(FORMATS) + ", and each of them with .gz"
_LARGEST_MEMBER = 2**30
STANDARD_INPUT = "standard input"
"""The origin of whatever came from there."""


def load(path: Path, columns: Columns = NO_COLUMNS) -> Iterator[Document | Skipped]:
    """Read a file, a folder with the folders in it, or standard input.

    Args:
        path: a file of one of ``FORMATS``, plain or gzipped; a folder, whose hidden files are passed over; or "-".
        columns: what tables and records call a column, where the usual names do not tell it.

    Yields:
        Each document, in the order of the paths; and, in its place, each file of a folder and each record of a file
        that could not be read, with the reason.

    Raises:
        DocumentError: the path does not exist, or it names one file and that cannot be read.
    """
    if str(path) == "-":
        yield from _load_standard_input(columns)
    elif _is_folder(path):
        yield from _load_folder(path, columns)
    elif path.exists():
        yield from _load_file(path, columns)
    else:
        raise DocumentError(f"{path} does not exist: check the path")


def _load_folder(folder: Path, columns: Columns) -> Iterator[Document | Skipped]:
    for path, trouble in files_in(folder):
        name = _readable(path)
        if trouble is not None:
            yield Skipped(name, f"{name} cannot be read: {trouble}; check its permissions", unread=True)
            continue
        if _asks(path):
            reason = f"{name} belongs to a benchmark, and holds no articles: name the file to have it read"
            yield Skipped(name, reason, unread=True)  # whoever named it before keeps what it holds
            continue
        try:
            yield from _load_file(path, columns)
        except DocumentError as error:
            yield Skipped(name, str(error), error.unread)


def files_in(folder: Path) -> list[tuple[Path, str | None]]:
    """The files in a folder and the folders in it, in order, and each such folder that cannot be read, with why not.

    Hidden ones are passed over. Of what is no folder, that alone.

    Raises:
        DocumentError: the folder itself cannot be read.
    """
    if not _is_folder(folder):
        return [(folder, None)]
    found: list[tuple[Path, str | None]] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: found.append(_trouble(folder, error))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend((Path(place, name), None) for name in names if not name.startswith("."))
    return sorted(found, key=lambda pair: pair[0])


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}; check its permissions") from error


def _trouble(folder: Path, error: OSError) -> tuple[Path, str]:
    shut, reason = Path(error.filename), error.strerror or str(error)
    if shut == folder:
        raise DocumentError(f"{folder} cannot be read: {reason}; check its permissions") from error
    return shut, reason


def _readable(path: Path) -> str:
    r"""The path, with \xe9 for each byte of it that is no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _asks(path: Path) -> bool:
    """Whether a file holds the questions or the judgements that lie beside a corpus in BEIR's form."""
    asking = path.name.removesuffix(".gz") in ("queries.jsonl", "qrels.tsv")
    try:
        return asking and any((path.parent / name).is_file() for name in ("corpus.jsonl", "corpus.jsonl.gz"))
    except OSError:
        return False  # what is in the way is told where the file is read


def _load_file(path: Path, columns: Columns) -> Iterator[Document | Skipped]:
    name = _readable(path)
    if name != str(path):
        raise DocumentError(f"{name} has a name that is not UTF-8: rename it", unread=False)
    zipped = path.suffix.lower() == ".gz"
    suffix = (Path(path.stem) if zipped else path).suffix.lower()
    if suffix not in FORMATS:
        raise DocumentError(f"{name} is of a format that Footnote does not read: it reads {_NAMED}", unread=False)
    try:
        if not path.is_file():
            raise DocumentError(f"{name} is not a regular file: copy what it holds into one")
        with gzip.open(path) if zipped else path.open("rb") as stream:
            yield from _not_empty(_read(stream, suffix, name, columns), name)  # type: ignore[arg-type]  # GzipFile reads as BinaryIO
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = "unpack it to see whether it is whole" if zipped else "check its permissions"
        raise DocumentError(f"{name} cannot be read: {reason}; {remedy}") from error


def _load_standard_input(columns: Columns) -> Iterator[Document | Skipped]:
    """Standard input has no name, so its first character tells JSON, a web page and plain text apart."""
    data = sys.stdin.buffer.read()
    first = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    suffix = {b"{": ".jsonl", b"[": ".json", b"<": ".html"}.get(first, ".txt")
    yield from _not_empty(_read(io.BytesIO(data), suffix, STANDARD_INPUT, columns), STANDARD_INPUT)


def _not_empty(documents: Iterator[Document | Skipped], name: str) -> Iterator[Document | Skipped]:
    read_any = False
    for document in documents:
        read_any = True
        yield document
    if not read_any:
        raise DocumentError(f"{name} is empty: give a file that holds text", unread=False)


def _read(stream: BinaryIO, suffix: str, name: str, columns: Columns) -> Iterator[Document | Skipped]:
    if suffix in _LINES:
        yield from read_json_lines(stream, name, columns)
        return
    data = stream.read()
    if not data.strip():
        return
    if suffix == ".json":
        yield from read_json(data, name, columns)
    elif suffix in _TABLES:
        yield from read_csv(data, name, columns)
    elif suffix in _FEEDS:
        yield from read_feed(data, name)
    elif suffix == ".zip":
        yield from _read_zip(data, name, columns)
    elif suffix == ".pdf":
        yield read_pdf(data, name)
    elif suffix == ".docx":
        yield read_docx(data, name)
    elif suffix == ".eml":
        yield read_email(data, name)
    else:
        yield from _read_text(data, suffix, name)


def _read_text(data: bytes, suffix: str, name: str) -> Iterator[Document | Skipped]:
    decoded = decode(data, name, declared_in(data) if suffix in _HTML else None)
    if decoded.damage:
        yield Skipped(name, decoded.damage)
    if suffix in _HTML:
        yield read_html(decoded.text, name)
    elif decoded.text.strip():
        yield Document(text=decoded.text, origin=name)


def _read_zip(data: bytes, name: str, columns: Columns) -> Iterator[Document | Skipped]:
    """Read the files of an archive as those of a folder; an archive inside it is not opened."""
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, UnicodeDecodeError) as error:  # the latter of the names in it
        raise DocumentError(f"{name} is no zip archive: {error}; pack it again") from error
    with archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            path = PurePosixPath(member.filename)
            if member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in path.parts):
                continue
            inner = f"{name}/{member.filename}"
            suffix = path.suffix.lower()
            try:
                if suffix not in FORMATS or suffix == ".zip":
                    raise DocumentError(
                        f"{inner} is of a format that Footnote does not read inside an archive: unpack it",
                        unread=False,
                    )
                if member.file_size > _LARGEST_MEMBER:
                    raise DocumentError(f"{inner} is larger than 1 GiB: unpack it")
                with archive.open(member) as stream:
                    for document in _not_empty(_read(stream, suffix, inner, columns), inner):  # type: ignore[arg-type]  # is read alike
                        yield document if isinstance(document, Skipped) else replace(document, origin=name)
            except DocumentError as error:
                yield Skipped(inner, str(error), error.unread)
            except (OSError, EOFError, zlib.error, BadZipFile, RuntimeError, NotImplementedError) as error:
                reason = (str(error) or type(error).__name__).splitlines()[0]
                yield Skipped(inner, f"{inner} cannot be read: {reason}; unpack the archive", unread=True)
