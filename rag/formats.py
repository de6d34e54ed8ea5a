"""PDF, Word and e-mail as documents, each read by the library that is made for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.authors import author_names
from rag.dates import iso_date
from rag.decoding import without_surrogates
from rag.documents import Document
from rag.errors import DocumentError
from rag.markup import plain_text

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


_OLE = b"\xd0\xcf\x11\xe0"
_WORD_DEFAULTS = ("Word Document", "python-docx")
"""Title and author that python-docx puts where nobody named any."""


def read_pdf(data: bytes, name: str) -> Document:
    """Read the text of a PDF file; a form feed stands between pages, so the page of an offset can be counted.

    Raises:
        DocumentError: the file is no PDF, is locked with a password, or holds pictures of pages without text.
    """
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    with _parsing(f"{name} cannot be read as PDF", "save it again as PDF, or its text as .txt"):
        try:
            reader = PdfReader(io.BytesIO(data))
            pages = [without_surrogates(page.extract_text()) for page in reader.pages]
            about = reader.metadata
        except FileNotDecryptedError as error:
            raise DocumentError(f"{name} is locked with a password: save it again without one") from error
        title = str(about.title or "") if about else ""
        author = without_surrogates(str(about.author or "")) if about else ""
    text = "\f".join(page.strip() for page in pages)
    if not text.strip():
        raise DocumentError(
            f"{name} holds no text, only pictures of it: run character recognition over it first", unread=False
        )
    return Document(
        text=text, origin=name, title=" ".join(without_surrogates(title).split()), authors=author_names(author)
    )


def read_docx(data: bytes, name: str) -> Document:
    """Read the paragraphs and tables of a Word file, in their order.

    Raises:
        DocumentError: the file is no .docx, is locked with a password, or holds no text.
    """
    import docx
    from docx.table import Table

    if data.startswith(_OLE):
        raise DocumentError(f"{name} is locked with a password, or is an old .doc: save it again as .docx without one")
    with _parsing(f"{name} cannot be read as .docx", "save it again as .docx or .txt"):
        word = docx.Document(io.BytesIO(data))
        parts = [
            "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
            if isinstance(block, Table)
            else block.text
            for block in word.iter_inner_content()
        ]
        title, author = _named_in(word)
    text = "\n\n".join(part for part in parts if part.strip())
    if not text:
        raise DocumentError(f"{name} is empty: give a file that holds text", unread=False)
    return Document(text=text, origin=name, title=title, authors=author_names(without_surrogates(author)))


def _named_in(word: WordDocument) -> tuple[str, str]:
    """Title and author where the file names them itself; python-docx makes some up where it does not."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    if all(link.reltype != RELATIONSHIP_TYPE.CORE_PROPERTIES for link in word.part.package.rels.values()):
        return "", ""
    about = word.core_properties
    title, author = (value if value not in _WORD_DEFAULTS else "" for value in (about.title, about.author))
    return title.strip(), author


@contextmanager
def _parsing(failure: str, remedy: str) -> Iterator[None]:
    """Tell in one line what a library made of a file that it was not made for."""
    try:
        yield
    except (DocumentError, MemoryError):
        raise
    except Exception as error:  # a parser may trip over a damaged file in any way; one file must not end a run
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:120]
        raise DocumentError(f"{failure}: {reason}; {remedy}") from error


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
        raise DocumentError(f"{name} has no text: give a message that has", unread=False)
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
