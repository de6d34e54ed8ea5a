"""Records of JSON, JSON Lines and CSV files, their columns recognised by the names that such files usually use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO

from rag.authors import author_names
from rag.dates import iso_date
from rag.decoding import decode
from rag.documents import Document, Skipped
from rag.errors import DocumentError

# The first name of a column that a record holds a value under wins; case, spaces, "-" and "_" do not matter.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "articlebody", "maintext", "fulltext", "articletext", "body", "content", "contents", "article"),
    "title": ("title", "headline", "heading", "name"),
    "url": ("url", "link", "uri", "weburl", "canonicalurl", "permalink", "sourceurl"),
    "published": ("published", "publishedat", "datepublished", "publisheddate", "publishdate", "publicationdate",
                  "pubdate", "date", "datetime", "timestamp", "time", "createdat"),
    "updated": ("updated", "updatedat", "dateupdated", "modified", "datemodified", "modifiedat", "lastmodified",
                "lastupdated", "dateupdate"),
    "authors": ("authors", "author", "byline", "creator", "creators", "writer", "writers"),
    "source": ("source", "publisher", "outlet", "publication", "sitename", "site", "newspaper", "domain"),
    "id": ("id", "docid", "documentid", "articleid", "guid", "uuid"),
}  # fmt: skip
Columns = Mapping[str, str]
"""What a file calls each column of ``NAMES`` that is told rather than recognised."""

NO_COLUMNS: Columns = MappingProxyType({})


def check_columns(columns: Columns) -> None:
    """Raise DocumentError where a column that is told is none of ``NAMES``, or is told no name."""
    for column, name in columns.items():
        if column not in NAMES or not name.strip():
            raise DocumentError(f"column {column}={name}: give one of {', '.join(NAMES)}, '=' and its name")


EXPORT_MARK, EXPORT_VERSION = "footnote", 1
"""The key, and its value, of a record that Footnote exported."""

_LISTS = ("articles", "documents", "data", "items", "results", "records", "rows", "docs", "entries", "hits")


def read_json_lines(stream: BinaryIO, name: str, columns: Columns = NO_COLUMNS) -> Iterator[Document | Skipped]:
    """Read one record a line, in memory for one line at a time.

    Args:
        stream: the bytes of the file, UTF-8 with or without a byte order mark.
        name: the path, for ``Document.origin`` and errors.
        columns: what the file calls a column, where it is told.

    Yields:
        A document a record; in its place what cannot be read, with its line: a line that is not JSON is skipped, and of
        a line that is not UTF-8 the rest is read and the place of the first byte in the way is told.

    Raises:
        DocumentError: no line is JSON.
    """
    offset = 0
    first, any_record = None, False
    for number, line in enumerate(stream, start=1):
        encoding = "utf-8-sig" if number == 1 else "utf-8"
        try:
            text = line.decode(encoding).strip()
        except UnicodeDecodeError as error:
            text = line.decode(encoding, "replace").strip()
            place = f"byte {offset + error.start} of the file cannot be decoded as UTF-8"
            yield Skipped(f"{name}:{number}", f"{name}, line {number}: {place}; the rest of the line was read")
        offset += len(line)
        if not text:
            continue
        try:
            record = _parsed(text, f"{name}, line {number}")
        except DocumentError as error:
            first = first or error
            yield Skipped(f"{name}:{number}", str(error), unread=True)
        else:
            any_record = True
            yield _to_document(record, name, number, columns)
    if first and not any_record:
        raise first


def read_json(data: bytes, name: str, columns: Columns = NO_COLUMNS) -> Iterator[Document | Skipped]:
    """Read a list of records, a record, an object that holds a list of records or a record for each id, or JSON Lines.

    Raises:
        DocumentError: the file is not JSON, or no list of records can be found in it.
    """
    decoded = decode(data, name)
    of_lines = _holds_lines(decoded.text)
    value = None if of_lines else _parsed(decoded.text, name)
    if decoded.damage:
        yield Skipped(name, decoded.damage)
    if of_lines:
        yield from read_json_lines(io.BytesIO(decoded.text.encode("utf-8", "replace")), name, columns)
        return
    for number, record in enumerate(_records(value, name, columns), start=1):
        yield _to_document(record, name, number, columns)


def read_csv(data: bytes, name: str, columns: Columns = NO_COLUMNS) -> Iterator[Document | Skipped]:
    """Read a table whose first row names the columns, parted by commas, semicolons, tabs or bars.

    Yields:
        A document a row; in its place a row of more cells than there are columns: one of its texts was cut in two.

    Raises:
        DocumentError: there is no column of texts, or a row cannot be read.
    """
    decoded = decode(data, name)
    text = decoded.text
    if decoded.damage:
        yield Skipped(name, decoded.damage)
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    limit = csv.field_size_limit(2**31 - 1)  # an article may be longer than the module's 131,072 characters
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        fields = [field or "" for field in rows.fieldnames or ()]
        missing = [column for column in columns.values() if _plain(column) not in map(_plain, fields)]
        if missing:
            raise DocumentError(f"{name} has no column {missing[0]!r}: its columns are {', '.join(fields)}")
        if not any(_plain(field) in _names("text", columns) for field in fields):
            raise DocumentError(
                f"{name} has no column of texts, its columns are {', '.join(fields)[:200]}: "
                "tell which it is with --column text=NAME"
            )
        for number, row in enumerate(rows, start=1):
            beyond = row.pop(None, ())  # the cells after the last column
            if any(cell.strip() for cell in beyond):
                place = f"{name}, line {rows.line_num} has more cells than the {len(fields)} columns"
                remedy = f"put quotation marks around a text that holds {delimiter!r}"
                yield Skipped(f"{name}:{number}", f"{place}: {remedy}", unread=True)
                continue
            yield _to_document(row, name, number, columns)
    except csv.Error as error:
        raise DocumentError(f"{name} cannot be read as CSV: {error}; save it again as CSV in UTF-8") from error
    finally:
        csv.field_size_limit(limit)


def _holds_lines(text: str) -> bool:
    """Whether the first of several lines is an object by itself."""
    first, _, rest = text.strip().partition("\n")
    try:
        return bool(rest) and isinstance(_parsed(first, "line 1"), dict)
    except DocumentError:
        return False


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            f"{place} is not JSON: {str(error).splitlines()[0]}; mend the line or leave it out"
        ) from error


def _records(value: Any, name: str, columns: Columns) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if _value(value, "text", columns).strip():
            return [value]
        lists = [value[key] for key in _LISTS if isinstance(value.get(key), list)]
        if lists:
            return next((list(records) for records in lists if records), [])
        if value and all(isinstance(record, dict) and _value(record, "text", columns) for record in value.values()):
            return [{"_id": key} | record for key, record in value.items()]
    raise DocumentError(f'{name} holds no records: it must be a list of objects with a "text" (or --column text=NAME)')


def _to_document(record: Any, name: str, number: int, columns: Columns) -> Document | Skipped:
    place = f"{name}:{number}"
    if not isinstance(record, dict):
        return Skipped(place, f"{place} is not an object with named values", unread=True)

    def value(column: str) -> str:
        return _value(record, column, columns)

    text = value("text")
    if not text.strip():
        return Skipped(place, f"{place} has no text")
    return Document(
        text=text,
        origin=name,
        title=" ".join(value("title").split()),
        source=value("source") or None,
        url=value("url") or None,
        published=iso_date(_raw(record, "published", columns)),
        id=value("id") or None,
        authors=author_names(_raw(record, "authors", columns)),
        updated=iso_date(_raw(record, "updated", columns)),
        columns=_used(record, columns),
        whole=True,
        **_of_an_export(record),
    )


def _of_an_export(record: Mapping[Any, Any]) -> dict[str, Any]:
    """What only a record has that Footnote exported itself: its text was cleaned before."""
    if record.get(EXPORT_MARK) != EXPORT_VERSION:
        return {}
    kind, page = record.get("kind"), record.get("first_page")
    return {
        "clean": True,
        "kind": kind if kind in ("article", "notice") else None,
        "first_page": page if isinstance(page, int) else None,
    }


def _value(record: Mapping[Any, Any], column: str, columns: Columns) -> str:
    value = _raw(record, column, columns)
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "title", "id", "url") if isinstance(value.get(key), str)), None)
    if isinstance(value, list) and column == "text":
        value = "\n\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str | int | float) or (column == "text" and not isinstance(value, str)):
        return ""
    # A lone surrogate, which JSON can spell and UTF-8 cannot, would break every later write.
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if column == "text" else text.strip()


def _raw(record: Mapping[Any, Any], column: str, columns: Columns) -> Any:
    plain = {_plain(str(key)): value for key, value in record.items() if value not in (None, "", [], {})}
    return next((plain[name] for name in _names(column, columns) if name in plain), None)


def _names(column: str, columns: Columns) -> tuple[str, ...]:
    return (_plain(columns[column]),) if column in columns else NAMES[column]


def _used(record: Mapping[Any, Any], columns: Columns) -> tuple[tuple[str, str], ...]:
    """Which of the record's own names stands for which column."""
    own = {_plain(str(key)): str(key) for key in record}
    found = ((column, next((own[name] for name in _names(column, columns) if name in own), "")) for column in NAMES)
    return tuple((column, name) for column, name in found if name)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
