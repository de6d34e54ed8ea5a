"""A library as JSON Lines, a record an article, which ``index`` reads back to the same articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.library import open_library
from rag.records import EXPORT_MARK, EXPORT_VERSION
from rag.schema import Article


def export(folder: Path) -> Iterator[str]:
    """Write the articles of a library as lines of JSON, in the order in which they were added.

    Args:
        folder: where the library lies.

    Yields:
        A line for each article, without its line end, under the names that BEIR and most tools use.

    Raises:
        LibraryError: there is no library, or it is damaged.
    """
    for article, origins in open_library(folder).each_article():
        yield json.dumps(_record(article, origins), ensure_ascii=False)


def _record(article: Article, origins: tuple[str, ...]) -> dict[str, Any]:
    return {
        "_id": article.id,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "url": article.url,
        "date": article.published,
        "updated": article.updated,
        "authors": list(article.authors),
        "kind": article.kind,
        "first_page": article.first_page,
        "origins": list(origins),
        EXPORT_MARK: EXPORT_VERSION,
    }
