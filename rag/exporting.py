"""A library as JSON Lines, a record an article, which ``index`` reads back to the same articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import RagError
from rag.files import replacing
from rag.library import open_library
from rag.records import EXPORT_MARK, EXPORT_VERSION
from rag.schema import Article


def export(folder: Path) -> Iterator[str]:
    """The articles of a library as lines of JSON, in the order in which they were added.

    Args:
        folder: where the library lies.

    Returns:
        A line for each article, without its line end, under the names that BEIR and most tools use.

    Raises:
        LibraryError: there is no library, or it is damaged, which may be told between two lines.
    """
    library = open_library(folder)
    return (json.dumps(_record(article, origins), ensure_ascii=False) for article, origins in library.each_article())


def export_to(folder: Path, file: Path) -> None:
    """Write the lines of ``export`` to a file, in place of what it held once all of them are written.

    Raises:
        LibraryError: there is no library, or it is damaged; the file is as it was.
        RagError: the file cannot be written.
    """
    lines = export(folder)
    try:
        with replacing(file) as stream:
            stream.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise RagError(
            f"cannot write {file}: {error.strerror}; name a file that you may write, in a folder that is there"
        ) from error


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
