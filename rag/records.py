"""Records of JSON, JSON Lines and CSV files, their columns recognised by the names that such files usually use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
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
EXPORT_MARK, EXPORT_VERSION = "footnote", 1
"""The key, and its value, of a record that Footnote exported."""

_LISTS = ("articles", "documents", "data", "items", "results", "records", "rows", "docs", "entries", "hits")


def read_json_lines(stream: BinaryIO, name: str) -> Iterator[Document | Skipped]:
    """Read one record a line, in memory for one line at a time.

    Args:
        stream: the bytes of the file, UTF-8 with or without a byte order mark.
        name: the path, for ``Document.origin`` and errors.

    Raises:
        DocumentError: a line is not UTF-8 or not a JSON object; names the line.
    """
    offset = 0
    for number, line in enumerate(stream, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise DocumentError(
                f"{name}, line {number} is not UTF-8: byte {offset + error.start} of the file cannot be decoded; "
                "save it as UTF-8"
            ) from error
        offset += len(line)
        if text:
            yield _to_document(_parsed(text, f"{name}, line {number}"), name, number)


def read_json(data: bytes, name: str) -> Iterator[Document | Skipped]:
    """Read a list of records, a record, or an object that holds a list of records or a record for each id.

    Raises:
        DocumentError: the file is not JSON, or no list of records can be found in it.
    """
    value = _parsed(decode(data, name), name)
    for number, record in enumerate(_records(value, name), start=1):
        yield _to_document(record, name, number)


def read_csv(data: bytes, name: str) -> Iterator[Document | Skipped]:
    """Read a table whose first row names the columns, parted by commas, semicolons, tabs or bars.

    Raises:
        DocumentError: there is no column of texts, or a row cannot be read.
    """
    text = decode(data, name)
    header = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    limit = csv.field_size_limit(2**31 - 1)  # an article may be longer than the module's 131,072 characters
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        if not any(_plain(field or "") in NAMES["text"] for field in rows.fieldnames or ()):
            raise DocumentError(f'{name} has no column of texts: name one of its columns "text" in the first row')
        for number, row in enumerate(rows, start=1):
            yield _to_document(row, name, number)
    except csv.Error as error:
        raise DocumentError(f"{name} cannot be read as CSV: {error}; save it again as CSV in UTF-8") from error
    finally:
        csv.field_size_limit(limit)


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(
            f"{place} is not JSON: {str(error).splitlines()[0]}; mend the line or leave it out"
        ) from error


def _records(value: Any, name: str) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for key in _LISTS:
            if isinstance(value.get(key), list):
                return list(value[key])
        if _value(value, "text"):
            return [value]
        if value and all(isinstance(record, dict) and _value(record, "text") for record in value.values()):
            return [{"_id": key} | record for key, record in value.items()]
    raise DocumentError(f'{name} holds no records: it must be a list of objects with a "text"')


def _to_document(record: Any, name: str, number: int) -> Document | Skipped:
    place = f"{name}:{number}"
    if not isinstance(record, dict):
        return Skipped(place, f"{place} is not an object with named values")
    text = _value(record, "text")
    if not text.strip():
        return Skipped(place, f"{place} has no text")
    return Document(
        text=text,
        origin=name,
        title=" ".join(_value(record, "title").split()),
        source=_value(record, "source") or None,
        url=_value(record, "url") or None,
        published=iso_date(_raw(record, "published")),
        id=_value(record, "id") or None,
        authors=author_names(_raw(record, "authors")),
        updated=iso_date(_raw(record, "updated")),
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


def _value(record: Mapping[Any, Any], column: str) -> str:
    value = _raw(record, column)
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "title", "id", "url") if isinstance(value.get(key), str)), None)
    if isinstance(value, list) and column == "text":
        value = "\n\n".join(str(part) for part in value)
    if not isinstance(value, str | int | float) or (column == "text" and not isinstance(value, str)):
        return ""
    # A lone surrogate, which JSON can spell and UTF-8 cannot, would break every later write.
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if column == "text" else text.strip()


def _raw(record: Mapping[Any, Any], column: str) -> Any:
    plain = {_plain(str(key)): value for key, value in record.items() if value not in (None, "", [], {})}
    return next((plain[name] for name in NAMES[column] if name in plain), None)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
