"""PDF, Word, e-mail and feeds as documents, each read by the library that is made for it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from rag.authors import author_names
from rag.dates import iso_date
from rag.documents import Document, Skipped
from rag.errors import DocumentError

_BLOCKS = "p|div|li|h[1-6]|blockquote|tr|br|ul|ol|table|section|article|figure"
_FEED_ITEMS = ("item", "entry")


def read_pdf(data: bytes, name: str) -> Document:
    """Read the text of a PDF file; a form feed stands between pages, so the page of an offset can be counted.

    Raises:
        DocumentError: the file is no PDF, is locked with a password, or holds pictures of pages without text.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [_clean(page.extract_text()) for page in reader.pages]
        title = str(reader.metadata.title or "") if reader.metadata else ""
        author = _clean(str(reader.metadata.author or "")) if reader.metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError) as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        raise DocumentError(f"{name} cannot be read as PDF: {reason}; save it again without a password") from error
    text = "\f".join(page.strip() for page in pages)
    if not text.strip():
        raise DocumentError(f"{name} holds no text, only pictures of it: run character recognition over it first")
    return Document(text=text, origin=name, title=" ".join(_clean(title).split()), authors=author_names(author))


def read_docx(data: bytes, name: str) -> Document:
    """Read the paragraphs and tables of a Word file, in their order.

    Raises:
        DocumentError: the file is no .docx, or holds no text.
    """
    from zipfile import BadZipFile

    import docx
    from docx.opc.exceptions import OpcError
    from docx.table import Table

    try:
        word = docx.Document(io.BytesIO(data))
        parts = [
            "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
            if isinstance(block, Table)
            else block.text
            for block in word.iter_inner_content()
        ]
    except (BadZipFile, OpcError, KeyError, ValueError) as error:
        raise DocumentError(f"{name} cannot be read as .docx: save it again as .docx or .txt") from error
    text = "\n\n".join(part for part in parts if part.strip())
    if not text:
        raise DocumentError(f"{name} is empty: give a file that holds text")
    about = word.core_properties
    return Document(
        text=text, origin=name, title=(about.title or "").strip(), authors=author_names(_clean(about.author or ""))
    )


def read_email(data: bytes, name: str) -> Document:
    """Read a message: its subject as title, its sender as source, its date, and its plain text or else its HTML.

    Raises:
        DocumentError: the message has no text.
    """
    from email import message_from_bytes, policy
    from email.errors import MessageError
    from email.utils import parseaddr

    try:
        message = message_from_bytes(data, policy=policy.default)
        part = message.get_body(preferencelist=("plain", "html"))
        content = str(part.get_content()) if part is not None else ""
        is_html = part is not None and part.get_content_type() == "text/html"
        head = {name: _clean(str(message[name] or "")) for name in ("subject", "from", "date", "message-id")}
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:  # what its parser trips over
        raise DocumentError(f"{name} cannot be read as a message: {error}; save its text as .txt") from error
    if is_html:
        content = plain_text(content)
    if not content.strip():
        raise DocumentError(f"{name} has no text: give a message that has")
    sender, address = parseaddr(head["from"])
    return Document(
        text=_clean(content),
        origin=name,
        title=" ".join(head["subject"].split()),
        source=sender or address or None,
        published=iso_date(head["date"] or None),
        id=head["message-id"].strip("<> ") or None,
        whole=True,
    )


def read_feed(data: bytes, name: str) -> Iterator[Document | Skipped]:
    """Read the entries of an RSS or Atom feed that carry their text; nothing that a feed links to is fetched.

    Raises:
        DocumentError: the file is not well-formed XML, or no feed.
    """
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{name} is not well-formed XML: {str(error.msg)[:120]}; save it again") from error
    items = [element for element in root.iter() if _tag(element) in _FEED_ITEMS]
    if not items:
        raise DocumentError(f"{name} is no RSS or Atom feed: save what it holds as .html, .txt or .json")
    outlet = next((_content(child) for child in root.iter() if _tag(child) == "title"), "")
    for number, item in enumerate(items, start=1):
        yield _entry(item, name, number, outlet)


def plain_text(html: str) -> str:
    """The text of a piece of HTML, a blank line between its blocks."""
    from lxml.html import fromstring  # type: ignore[import-untyped]  # lxml ships no types

    broken = re.sub(rf"(?i)<(/?)({_BLOCKS})\b", r"&#10;&#10;<\1\2", html)
    if not html.strip():
        return ""
    tree = fromstring(f"<div>{broken}</div>")
    for element in tree.xpath("//script|//style|//head"):
        element.drop_tree()
    lines = (" ".join(line.split()) for line in str(tree.text_content()).split("\n"))
    return _clean("\n\n".join(line for line in lines if line))


def _entry(item: Any, name: str, number: int, outlet: str) -> Document | Skipped:
    found: dict[str, str] = {}
    for child in item:
        tag, content = _tag(child), _content(child)
        if tag == "link" and not content:
            content = child.get("href", "") if child.get("rel", "alternate") == "alternate" else ""
        if content:
            found.setdefault("body" if tag == "encoded" else tag, content)
    text = plain_text(next((found[tag] for tag in ("body", "content", "description", "summary") if tag in found), ""))
    if not text:
        return Skipped(f"{name}:{number}", f"{name}:{number} carries no text")
    dates = (found[tag] for tag in ("pubDate", "published", "date", "updated") if tag in found)
    changed = found.get("updated") or found.get("modified")
    return Document(
        text=text,
        origin=name,
        title=plain_text(found.get("title", "")),
        source=found.get("source") or outlet or None,
        url=found.get("link"),
        published=iso_date(next(dates, None)),
        id=found.get("guid") or found.get("id"),
        authors=author_names(found.get("creator") or found.get("author")),
        updated=iso_date(changed),
        whole=True,
    )


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _content(element: Any) -> str:
    return str(element.xpath("string()")).strip()


def _clean(text: str) -> str:
    """Text without lone surrogates, which libraries pass on from broken files and no later write takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
