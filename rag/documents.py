"""What a file holds before it is cut into articles."""

from __future__ import annotations

from dataclasses import dataclass

from rag.schema import Kind


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file, or of one record of a file that holds many.

    Attributes:
        text: what was read, with the line ends that it had.
        origin: path of the file that it was read from; all records of a file share it.
        title: the title that the file names apart from its text, or "".
        source: the outlet that the file names, or None.
        url: where the file says that it was published, or None.
        published: the date that the file names, in ISO 8601, or None.
        id: the record's own id, or None.
        authors: who wrote it, as the file names them.
        updated: when the file says that it was last changed, in ISO 8601, or None.
        first_page: the page that an exported article began on, or None.
        kind: what the file says that it is, or None.
        columns: which names of a record stood for which columns, as in ``("title", "headline")``.
        whole: whether the document is one article by its nature, as a record or a web page is, and is not to be split.
        clean: whether its text is taken as it stands, as that of an exported article is.
    """

    text: str
    origin: str
    title: str = ""
    source: str | None = None
    url: str | None = None
    published: str | None = None
    id: str | None = None
    authors: tuple[str, ...] = ()
    updated: str | None = None
    first_page: int | None = None
    kind: Kind | None = None
    columns: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or record that was not read, and why, in one line that names it.

    Attributes:
        path: of the file, or its path and the number of the record.
        reason: why.
        unread: whether it may hold articles that could not be read this time; not where all was read that it holds.
    """

    path: str
    reason: str
    unread: bool = False
