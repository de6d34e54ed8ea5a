"""What is shown, read back as a browser reads it; and an answer to show."""

from __future__ import annotations

from html.parser import HTMLParser

from rag import Answer, Article, Citation

TEXT = (
    "First words.\n\nThe ship left on Monday. About 40 people were aboard. It has not been seen since.\n\nLast words."
)
NEWS = Article("a1", "Ship missing", TEXT, "The Gazette", "https://gazette.example/ship?a=1&b=2", "2025-03-14T08:00Z")


def cite(number: int, quote: str, article: Article = NEWS) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


def answered(text: str, *citations: Citation, short: str | None = None, **other: object) -> Answer:
    fields: dict[str, object] = {
        "question": "How many?",
        "standalone": "How many?",
        "refused": False,
        "confidence": 0.93,
        **other,
    }
    return Answer(text=text, short=short, citations=citations, **fields)  # type: ignore[arg-type]  # given by name


FORTY = answered("About 40 people were aboard. [1]", cite(1, "About 40 people were aboard."), short="About 40")


class Page(HTMLParser):
    """The tags and the text of some HTML, and the text inside each ``mark``."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("path",):
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes, and it is the one that opened last."""
        assert self._open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that holds nothing."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)
        if "mark" in self._open:
            self.marked[-1] += data

    def having(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the tags of a class."""
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]
