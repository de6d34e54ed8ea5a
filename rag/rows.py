"""Articles and passages as rows of SQLite, each with a checksum of everything that it says."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from typing import Any

from rag.schema import Article

ARTICLE_COLUMNS = "articles.id, title, text, source, url, published, kind, authors, updated, first_page"
"""The columns of an article, in the order that ``to_row`` writes and ``from_row`` reads."""


def to_row(article: Article) -> tuple[str | int | None, ...]:
    """The values of ``ARTICLE_COLUMNS``."""
    return (
        article.id,
        article.title,
        article.text,
        article.source,
        article.url,
        article.published,
        article.kind,
        json.dumps(article.authors, ensure_ascii=False),
        article.updated,
        article.first_page,
    )


def from_row(row: Sequence[Any]) -> Article:
    """The article of a row of ``ARTICLE_COLUMNS``.

    Raises:
        ValueError: the row is damaged.
    """
    article_id, title, text, source, url, published, kind, authors, updated, first_page = row
    names = tuple(json.loads(authors))
    return Article(article_id, title, text, source, url, published, kind, names, updated, first_page)


def article_digest(article: Article) -> str:
    """SHA-256 of everything that the article says of itself; it tells a changed article from an unchanged one.

    Each value is preceded by its length, so that no two articles are told in the same bytes.
    """
    told = []
    for value in to_row(article):
        data = b"" if value is None else str(value).encode("utf-8", "surrogatepass")
        told += [b"%d:" % (-1 if value is None else len(data)), data]
    return hashlib.sha256(b"".join(told)).hexdigest()


def content_digest(article: Article) -> bytes:
    """What two articles share whose title and text are the same, whatever else is told of them."""
    content = f"{article.title}\x1f{article.text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()


def passage_check(digest: str, first: int, last: int, sentences: bytes, whole: bytes, vectors: bytes) -> int:
    """CRC-32 of a passage and of the article that it belongs to: a page of the file that went bad changes it."""
    check = zlib.crc32(f"{digest}:{first}:{last}".encode())
    for part in (sentences, whole, vectors):
        check = zlib.crc32(part, check)
    return check
