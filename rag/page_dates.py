"""When a web page was published and last changed: as it states it of itself, never a date that stands in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from rag.dates import date_in, iso_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml ships no types

_MODIFIED = re.compile(
    r"""<meta\s[^>]*(?:article:modified_time|og:updated_time|dateModified)["'][^>]*?content=["'](?P<tag>[^"']{8,40})["']"""
    r"""|"dateModified"\s*:\s*"(?P<data>[^"]{8,40})\""""
)
# Of names such as "article:published_time", "dc.date.issued" and "pubdate", without what parts their words.
_PUBLISHED = re.compile(r"publish|publication|date(?:posted)?$|time(?:stamp)?$|created$|issued$")
_OTHERWISE = re.compile(r"modif|updat|expir|revi[es]|valid|start|end|event|read|birth")
_LINKED_DATA = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"', re.IGNORECASE)
_IN_ADDRESS = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>[a-z]{3,9})/(?P<day>\d{1,2})(?:/|$)", re.IGNORECASE)
_ABOUT_OTHERS = ("nav", "aside", "footer")
_LONGEST_LABELLED = 80


def published(tree: HtmlElement, url: str | None) -> str | None:
    """The day on which a page says that it was published.

    Args:
        tree: the page, whose metadata, linked data, time elements and elements that are called a date are asked.
        url: its address, which may hold the day and is asked first.
    """
    from trafilatura import extract_metadata

    values = (iso_date(value) or value for value in _stated(tree, url or ""))
    stated = "".join(f'<meta name="date" content="{escape(value)}">' for value in values)
    about = extract_metadata(f"<html><head>{stated}</head><body></body></html>", default_url=url, extensive=False)
    return iso_date(about.date) if about else None


def updated(text: str) -> str | None:
    """When a page says that it was last modified, in its metadata for search engines and social networks."""
    found = _MODIFIED.search(text)
    return iso_date(found["tag"] or found["data"]) if found else None


def _stated(tree: HtmlElement, url: str) -> Iterator[str]:
    """What may be the date of the page, the surest first."""
    address = _IN_ADDRESS.search(url)
    if address:
        yield date_in(f"{address['day']} {address['month']} {address['year']}") or ""
    for element in tree.iter("meta"):
        if any(_says_published(element.get(key, "")) for key in ("name", "property", "itemprop", "http-equiv")):
            yield element.get("content") or element.get("datetime") or ""
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json":
            yield from _LINKED_DATA.findall(script.text or "")
    for element in tree.iter("time"):
        if not _is_of_another_page(element):
            yield element.get("datetime") or date_in(_text(element)) or ""
    yield from _labelled(tree)


def _labelled(tree: HtmlElement) -> Iterator[str]:
    """Dates of short elements below the first heading that are called a date by their class, id or item property."""
    below = False
    for element in tree.iter():
        below = below or element.tag == "h1"
        if not below or not isinstance(element.tag, str):
            continue
        names = (*element.get("class", "").split(), element.get("id", ""), element.get("itemprop", ""))
        if any(map(_says_published, names)) and not _is_of_another_page(element):
            value = element.get("content") or element.get("value") or _text(element)
            if len(value) <= _LONGEST_LABELLED:
                yield iso_date(value) or ""


def _says_published(name: str) -> bool:
    plain = re.sub(r"[\W_]", "", name.lower())
    return bool(_PUBLISHED.search(plain)) and not _OTHERWISE.search(plain)


def _is_of_another_page(element: HtmlElement) -> bool:
    """Whether an element stands beside the article, or in an item of a list that links elsewhere."""
    return any(
        parent.tag in _ABOUT_OTHERS or (parent.tag == "li" and parent.find(".//a") is not None)
        for parent in element.iterancestors()
    )


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())
