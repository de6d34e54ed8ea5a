"""RSS and Atom feeds as documents: one for each entry that carries its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from html import escape
from typing import Any

from rag.authors import author_names
from rag.dates import iso_date
from rag.documents import Document, Skipped
from rag.errors import DocumentError
from rag.markup import plain_text

_ENTRIES = ("item", "entry")
_BORROWED = (
    "http://purl.org/rss/1.0/modules/content/",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/2005/Atom",
    "http://www.w3.org/1999/xhtml",
)
"""Namespaces whose elements say of an entry what its own say; those of any other are of pictures, podcasts and such."""
_TEXTS = ("encoded", "body", "content", "description", "summary")
_NAMING = ("name", "title")
_ADDRESSED = re.compile(r"\S+@\S+\s+\((?P<name>.+)\)")
"""How RSS gives an author: an address, and the name in parentheses."""


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
    entries = [element for element in root.iter() if _tag(element) in _ENTRIES]
    if not entries:
        raise DocumentError(f"{name} is no RSS or Atom feed: save what it holds as .html, .txt or .json")
    outlet = _outlet(root)
    for number, entry in enumerate(entries, start=1):
        yield _document(entry, f"{name}:{number}", name, outlet)


def _outlet(root: Any) -> str:
    feeds = (element for element in root.iter() if _tag(element) in ("channel", "feed"))
    return next((_line(title) for feed in feeds for title in _parts(feed).get("title", ())), "")


def _document(entry: Any, place: str, name: str, outlet: str) -> Document | Skipped:
    parts = _parts(entry)

    def first(*tags: str) -> str | None:
        return next((parts[tag][0] for tag in tags if tag in parts), None)

    text = next((text for tag in _TEXTS if tag in parts and (text := plain_text(parts[tag][0]))), "")
    if not text:
        return Skipped(place, f"{place} carries no text")
    return Document(
        text=text,
        origin=name,
        title=_line(first("title") or ""),
        source=first("source") or outlet or None,
        url=first("link"),
        published=iso_date(first("pubDate", "published", "date", "updated")),
        id=first("guid", "id"),
        authors=author_names(parts.get("creator") or parts.get("author")),
        updated=iso_date(first("updated", "modified")),
        whole=True,
    )


def _parts(parent: Any) -> dict[str, list[str]]:
    """What the elements of an entry or a feed hold, by their tags; its own namespace's come before borrowed ones."""
    home = _namespace(parent)
    own = [child for child in parent if _tag(child) and _namespace(child) == home]
    borrowed = [child for child in parent if _tag(child) and home != _namespace(child) in _BORROWED]
    found: dict[str, list[str]] = {}
    for child in own + borrowed:
        content = _content(child)
        if content:
            found.setdefault(_tag(child), []).append(content)
    return found


def _content(element: Any) -> str:
    """The text of an element, an address or a name where it holds one, or its HTML where it holds elements."""
    tag = _tag(element)
    children = [child for child in element if _tag(child)]
    if tag in (*_TEXTS, "title") and children:
        return _markup(element)
    if tag in ("author", "source") and children:
        return next((_string(child) for child in children if _tag(child) in _NAMING), "")
    content = _string(element)
    addressed = _ADDRESSED.fullmatch(content) if tag == "author" else None
    if addressed:
        return addressed["name"]
    if tag == "link" and not content and element.get("rel", "alternate") == "alternate":
        return str(element.get("href", ""))
    return content


def _markup(element: Any) -> str:
    """What an element holds, as HTML, its prefixes and entities left out."""
    from lxml import etree

    copy = deepcopy(element)
    etree.strip_elements(copy, etree.Entity, with_tail=False)
    for part in copy.iter("{*}*"):
        part.tag = _tag(part)
    etree.cleanup_namespaces(copy)
    children = (etree.tostring(child, encoding="unicode", method="html") for child in copy)
    return escape(copy.text or "", quote=False) + "".join(children)


def _line(html: str) -> str:
    return " ".join(plain_text(html).split())


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _namespace(element: Any) -> str:
    return str(element.tag).rpartition("}")[0].lstrip("{")


def _string(element: Any) -> str:
    return str(element.xpath("string()")).strip()
