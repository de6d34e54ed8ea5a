"""A document -> its articles, and a map of the document in which every character has a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

from rag.authors import authors_in
from rag.cleaning import label_lines
from rag.dates import date_in
from rag.documents import Document
from rag.headlines import CLOSING, find_headlines, is_body
from rag.lines import Line
from rag.provenance import is_byline, is_date_line, outlet_of
from rag.schema import Article, Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document.

    Attributes:
        start: offset of its first character.
        end: offset after its last; the next piece begins there.
        kind: "title" and "text" are an article's, "furniture" is no one's.
        name: "article" or "notice" for what belongs to one, else which piece of furniture it is.
        article: place of its article in ``Split.articles``, or None.
    """

    start: int
    end: int
    kind: Literal["title", "text", "furniture"]
    name: str
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """The articles of a document, and the pieces that tile its text from the first character to the last."""

    text: str
    articles: tuple[Article, ...]
    pieces: tuple[Piece, ...]

    @property
    def furniture(self) -> tuple[Piece, ...]:
        """The pieces that belong to no article."""
        return tuple(piece for piece in self.pieces if piece.kind == "furniture")

    def to_dict(self) -> dict[str, Any]:
        """The split as JSON types: the articles, the furniture with its text, and the map of the whole document."""
        keys = ("title", "text", "kind", "source", "authors", "url", "published", "updated", "id")
        return {
            "articles": [{key: getattr(article, key) for key in keys} for article in self.articles],
            "furniture": [
                {"name": piece.name, "start": piece.start, "end": piece.end, "text": self.text[piece.start : piece.end]}
                for piece in self.furniture
            ],
            "map": [
                {key: getattr(piece, key) for key in ("start", "end", "kind", "name", "article")}
                for piece in self.pieces
            ],
        }


def split(document: Document) -> Split:
    """Cut a document into articles, a publisher's own messages, and page furniture.

    Args:
        document: what a loader read; one that is ``whole`` is one article, with what furniture there is cut out.

    Returns:
        The articles in order, each text a slice of the document or several slices joined by a blank line where
        furniture was cut out between them; and the map of the whole document.
    """
    if document.clean:
        return _as_it_stands(document)
    lines = list(label_lines(document.text))
    groups = [_whole(document, lines)] if document.whole else _groups(document.text, lines)
    articles: list[Article] = []
    owners: dict[int, tuple[Literal["title", "text"], int]] = {}
    for group in groups:
        text = _joined(document.text, lines, group.body)
        if text:
            owners |= dict.fromkeys(group.title, ("title", len(articles)))
            owners |= dict.fromkeys(group.body, ("text", len(articles)))
            articles.append(_article(document, lines, group, text, alone=len(groups) == 1))
    return Split(document.text, tuple(articles), _pieces(document.text, lines, owners, articles))


def _as_it_stands(document: Document) -> Split:
    article = _article(document, (), _Group(document.kind or "article", (), ()), document.text, alone=True)
    return Split(document.text, (article,), (Piece(0, len(document.text), "text", article.kind, 0),))


@dataclass(frozen=True, slots=True)
class _Group:
    """The places of the lines that make an article, and of those around it that may name its outlet or date."""

    kind: Kind
    title: tuple[int, ...]
    body: tuple[int, ...]
    around: tuple[int, ...] = ()


def _whole(document: Document, lines: list[Line]) -> _Group:
    """One article of everything that is not furniture; of everything, where nothing else would be left."""
    _name_head(lines, 0, len(lines))
    title = tuple(place for place, line in enumerate(lines[:1]) if line.text == document.title)
    body = tuple(place for place, line in enumerate(lines) if line.role != "furniture" and place not in title)
    everything = tuple(range(len(lines)))
    return _Group("article", title, body, everything) if body else _Group("article", (), everything, everything)


def _groups(text: str, lines: list[Line]) -> list[_Group]:
    """The articles and notices of a dump, in the order in which they begin."""
    heads = find_headlines(text, lines)
    starts = heads if heads and not any(is_body(line) for line in lines[: heads[0]]) else (0, *heads)
    groups = _notices(lines)
    if heads:
        _name_rest(lines, 0, starts[0])
    for start, end in zip(starts, (*starts[1:], len(lines)), strict=True):
        title = (start,) if start in heads else ()
        _name_head(lines, start + len(title), end)
        _name_tail(lines, start, end, end < len(lines))
        body = tuple(place for place in range(start + len(title), end) if lines[place].role == "text")
        groups.append(_Group("article", title, body, tuple(range(start, end))))
    return sorted(groups, key=lambda group: (group.title + group.body or (len(lines),))[0])


def _notices(lines: Sequence[Line]) -> list[_Group]:
    groups: list[_Group] = []
    title: tuple[int, ...] = ()
    body: tuple[int, ...] = ()
    for place, line in enumerate(lines):
        if body and (line.role in ("text", "notice title")):
            groups, title, body = [*groups, _Group("notice", title, body)], (), ()
        if line.role == "notice title":
            title = (place,)
        elif line.role == "notice":
            body = (*body, place)
    return [*groups, _Group("notice", title, body)] if body else groups


def _name_head(lines: list[Line], start: int, end: int) -> None:
    """Name the bylines and dates between a headline and the first paragraph."""
    for place in range(start, end):
        if is_body(lines[place]):
            return
        if lines[place].role == "text" and is_byline(lines[place].text):
            lines[place] = lines[place].named("byline")
        elif lines[place].role == "text" and is_date_line(lines[place].text):
            lines[place] = lines[place].named("date line")


def _name_tail(lines: list[Line], start: int, end: int, another_follows: bool) -> None:
    """Name the short lines after the last paragraph that stand among buttons, or as a label above the next headline."""
    last = max((place for place in range(start, end) if is_body(lines[place])), default=start)
    closing = next((place for place in range(last + 1, end) if lines[place].name in CLOSING), end)
    _name_rest(lines, closing, end)
    if another_follows and lines[end - 1].role == "text" and end - 1 > last and lines[end - 1].words <= 3:
        lines[end - 1] = lines[end - 1].named("section label")


def _name_rest(lines: list[Line], start: int, end: int) -> None:
    for place in range(start, end):
        if lines[place].role == "text":
            lines[place] = lines[place].named("navigation")


def _joined(text: str, lines: Sequence[Line], body: Sequence[int]) -> str:
    """The body's lines with what stands between them, or a blank line where a line between them was cut out."""
    parts: list[str] = []
    for at, place in enumerate(body):
        if at:
            gap = text[lines[body[at - 1]].end : lines[place].start]
            follows = body[at - 1] == place - 1
            parts.append(gap if follows else "\f" * gap.count("\f") or "\n\n")
        parts.append(lines[place].text)
    return "".join(parts)


def _article(document: Document, lines: Sequence[Line], group: _Group, text: str, *, alone: bool) -> Article:
    title = " ".join(lines[place].text.rstrip(": ") for place in group.title) or (document.title if alone else "")
    if group.kind == "notice" and not title and not document.clean:
        title = _notice_title(lines, group.body)
    own = (lines[place].text for place in group.around if not lines[place].role.startswith("notice"))
    outlet = None if document.whole and document.source else outlet_of(own)
    dates = (date_in(lines[place].text) for place in group.around if lines[place].name == "date line")
    published = document.published or next(dates, None)
    paged = "\f" in document.text and bool(group.body)
    content = "\x1f".join((title, text, document.url or ""))
    return Article(
        id=document.id if document.id and alone else blake2b(content.encode(), digest_size=8).hexdigest(),
        title=" ".join(title.split()),  # the id is made of it as it stands, as of those that were indexed before
        text=text,
        source=outlet or document.source,
        url=document.url,
        published=published,
        kind=document.kind or group.kind,
        authors=document.authors or _authors(lines, group),
        updated=document.updated,
        first_page=1 + document.text.count("\f", 0, lines[group.body[0]].start) if paged else document.first_page,
    )


def _authors(lines: Sequence[Line], group: _Group) -> tuple[str, ...]:
    """Who the byline names."""
    bylines = (lines[place].text for place in group.around if lines[place].name == "byline")
    return authors_in(next(bylines, ""))


def _notice_title(lines: Sequence[Line], body: Sequence[int]) -> str:
    first = lines[body[0]].text.rstrip(",:! ")
    return first if len(first) <= 80 else "A message to readers"


def _pieces(
    text: str,
    lines: Sequence[Line],
    owners: dict[int, tuple[Literal["title", "text"], int]],
    articles: Sequence[Article],
) -> tuple[Piece, ...]:
    """The lines as pieces; the whitespace after a line goes with it, and like pieces that touch are one."""
    pieces: list[Piece] = []
    kind: Literal["title", "text", "furniture"]
    article: int | None
    for place, line in enumerate(lines):
        owner = owners.get(place)
        kind, article = owner or ("furniture", None)
        name = articles[owner[1]].kind if owner else line.name or "unnamed"
        start = line.start if place else 0
        end = lines[place + 1].start if place + 1 < len(lines) else len(text)
        if pieces and (pieces[-1].kind, pieces[-1].name, pieces[-1].article) == (kind, name, article):
            start = pieces.pop().start
        pieces.append(Piece(start, end, kind, name, article))
    if text and not pieces:
        pieces.append(Piece(0, len(text), "furniture", "blank"))
    return tuple(pieces)
