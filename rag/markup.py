"""Web pages: main text, title, date and outlet, by trafilatura (Barbaresi 2021, ACL demo 15) in its precise mode.

Two habits of news pages are mended after it: a story that goes on in a second container of the same class (an
advertisement stands between) is read on, and lines that are nothing but a link (to another story) are left out, for
which link density is the measure (Kohlschütter et al. 2010, "Boilerplate detection using shallow text features").
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from rag.authors import author_names
from rag.decoding import without_surrogates
from rag.documents import Document
from rag.errors import DocumentError
from rag.page_dates import published, updated

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml ships no types

_WORD = re.compile(r"\w+")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|em|rem|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_BLOCKS = "p|div|li|h[1-6]|blockquote|tr|br|ul|ol|table|section|article|figure"
_LINK_SHARE = 0.75
_LONGEST_LINK = 30
_PARAGRAPH = 80
_FEWEST_PARAGRAPHS = 3


def read_html(text: str, name: str) -> Document:
    """Read a saved web page.

    Args:
        text: the page as HTML; nothing that it refers to is fetched.
        name: the path, for ``Document.origin`` and errors.

    Raises:
        DocumentError: the page holds no main text.
    """
    found = _extract(text)
    title = " ".join(str(found.get("title") or "").split())
    lines = [line for line in str(found.get("text") or "").split("\n") if line.strip()]
    tree = _visible(text)
    if tree is None or not lines:
        raise DocumentError(f"{name} holds no article text: save the page once it has loaded, or its text as .txt")
    lines = _mended(tree, lines)
    if title and _words(lines[0]) in _words(title):
        lines = lines[1:] or lines
    url = found.get("url") or None
    return Document(
        text="\n\n".join(lines),
        origin=name,
        title=title,
        source=found.get("sitename") or found.get("hostname") or None,
        url=url,
        published=published(tree, url),
        authors=author_names(found.get("author")),
        updated=updated(text),
        whole=True,
    )


def plain_text(html: str) -> str:
    """The text of a piece of HTML, a blank line between its blocks."""
    from lxml.html import fromstring

    broken = re.sub(rf"(?i)<(/?)({_BLOCKS})\b", r"&#10;&#10;<\1\2", html)
    if not html.strip():
        return ""
    tree = fromstring(f"<div>{broken}</div>")
    for element in tree.xpath("//script|//style|//head"):
        element.drop_tree()
    lines = (" ".join(line.split()) for line in str(tree.text_content()).split("\n"))
    return without_surrogates("\n\n".join(line for line in lines if line))


def _extract(text: str) -> dict[str, Any]:
    from trafilatura import bare_extraction

    tree = _visible(text)
    if tree is None:
        return {}
    page = bare_extraction(tree, with_metadata=True, include_comments=False, favor_precision=True)
    return page if isinstance(page, dict) else page.as_dict() if page is not None else {}


def _visible(text: str) -> HtmlElement | None:
    """The page without what its own markup hides, where instructions to machines are planted; None if it is none.

    What holds most of the page is kept: some pages hide all of themselves until a script shows them.
    """
    from trafilatura import load_html

    tree = load_html(text) if text.strip() else None
    if tree is None:
        return None
    whole = len(_text(tree))
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        hidden = "hidden" in element.attrib or _HIDING.search(element.get("style", ""))
        if hidden and len(_text(element)) < whole / 2:
            element.drop_tree()
    return tree


def _mended(tree: HtmlElement, lines: list[str]) -> list[str]:
    links = _link_lines(tree)
    kept = [line for line in lines if _words(line) not in links]
    return (kept or lines) + _continuation(tree, lines)


def _link_lines(tree: HtmlElement) -> set[str]:
    """The words of each line of the page that is mostly one link or several."""
    found: set[str] = set()
    for element in tree.iter("p", "li", "h3", "h4", "h5"):
        line = _text(element)
        words = line.split()
        linked = sum(len(_text(link)) for link in element.iter("a"))
        if 3 <= len(words) <= _LONGEST_LINK and linked >= _LINK_SHARE * len(line):
            found.add(_words(line))
            found.update(_words(_text(link)) for link in element.iter("a") if len(_text(link).split()) >= 3)
    return found


def _continuation(tree: HtmlElement, lines: list[str]) -> list[str]:
    """Paragraphs below the text found, in containers of the same tag and class as the one that holds it."""
    read = {_words(line) for line in lines}
    homes = Counter(
        _signature(parent)
        for paragraph in tree.iter("p")
        if (parent := paragraph.getparent()) is not None and _words(_text(paragraph)) in read
    )
    home, count = homes.most_common(1)[0] if homes else ("", 0)
    if not home or count < _FEWEST_PARAGRAPHS:
        return []
    begun = False
    more: list[str] = []
    for container in tree.iter(home.split(" ", 1)[0]):
        if _signature(container) != home:
            continue
        paragraphs = [_text(child) for child in container.iterchildren("p")]
        known = any(_words(paragraph) in read for paragraph in paragraphs)
        long = [paragraph for paragraph in paragraphs if len(paragraph) >= _PARAGRAPH]
        if begun and not known and len(long) >= _FEWEST_PARAGRAPHS:
            more += [paragraph for paragraph in paragraphs if paragraph]
        begun = begun or known
    return more


def _signature(element: HtmlElement) -> str:
    """The tag and classes of an element, or "" where it has no class."""
    classes = element.get("class", "").split()
    return " ".join([str(element.tag), *classes]) if classes else ""


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
