"""What a file holds before it is cut into articles."""

from __future__ import annotations

from dataclasses import dataclass


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
        whole: whether the document is one article by its nature, as a record or a web page is, and is not to be split.
    """

    text: str
    origin: str
    title: str = ""
    source: str | None = None
    url: str | None = None
    published: str | None = None
    id: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or record that was not read, and why, in one line that names it."""

    path: str
    reason: str
