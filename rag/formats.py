"""PDF, Word and e-mail as documents, each read by the library that is made for it."""

from __future__ import annotations

import io

from rag.authors import author_names
from rag.dates import iso_date
from rag.decoding import without_surrogates
from rag.documents import Document
from rag.errors import DocumentError
from rag.markup import plain_text


def read_pdf(data: bytes, name: str) -> Document:
    """Read the text of a PDF file; a form feed stands between pages, so the page of an offset can be counted.

    Raises:
        DocumentError: the file is no PDF, is locked with a password, or holds pictures of pages without text.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [without_surrogates(page.extract_text()) for page in reader.pages]
        title = str(reader.metadata.title or "") if reader.metadata else ""
        author = without_surrogates(str(reader.metadata.author or "")) if reader.metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError) as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        raise DocumentError(f"{name} cannot be read as PDF: {reason}; save it again without a password") from error
    text = "\f".join(page.strip() for page in pages)
    if not text.strip():
        raise DocumentError(f"{name} holds no text, only pictures of it: run character recognition over it first")
    return Document(
        text=text, origin=name, title=" ".join(without_surrogates(title).split()), authors=author_names(author)
    )


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
        text=text,
        origin=name,
        title=(about.title or "").strip(),
        authors=author_names(without_surrogates(about.author or "")),
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
        head = {
            name: without_surrogates(str(message[name] or "")) for name in ("subject", "from", "date", "message-id")
        }
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:  # what its parser trips over
        raise DocumentError(f"{name} cannot be read as a message: {error}; save its text as .txt") from error
    if is_html:
        content = plain_text(content)
    if not content.strip():
        raise DocumentError(f"{name} has no text: give a message that has")
    sender, address = parseaddr(head["from"])
    return Document(
        text=without_surrogates(content),
        origin=name,
        title=" ".join(head["subject"].split()),
        source=sender or address or None,
        published=iso_date(head["date"] or None),
        id=head["message-id"].strip("<> ") or None,
        whole=True,
    )
