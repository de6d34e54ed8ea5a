"""Web pages: main text, title, date and outlet, by trafilatura (Barbaresi 2021, ACL demo 15)."""

from __future__ import annotations

from rag.dates import iso_date
from rag.documents import Document
from rag.errors import DocumentError


def read_html(text: str, name: str) -> Document:
    """Read a saved web page.

    Args:
        text: the page as HTML; nothing that it refers to is fetched.
        name: the path, for ``Document.origin`` and errors.

    Raises:
        DocumentError: the page holds no main text.
    """
    from trafilatura import bare_extraction

    page = (
        bare_extraction(text, with_metadata=True, include_comments=False, include_tables=True) if text.strip() else None
    )
    found = page.as_dict() if page is not None and not isinstance(page, dict) else {}
    body = str(found.get("text") or "")
    if not body.strip():
        raise DocumentError(
            f"{name} holds no article text: save the page again once it has loaded, or save its text as .txt"
        )
    return Document(
        text=body.replace("\n", "\n\n"),
        origin=name,
        title=" ".join(str(found.get("title") or "").split()),
        source=found.get("sitename") or found.get("hostname") or None,
        url=found.get("url") or None,
        published=iso_date(found.get("date")),
        whole=True,
    )
