"""The nouns: what articles, passages, search hits, citations and answers are.

Every record is frozen and slotted; sequences are tuples. Offsets count characters (Python string indices) and
are half-open, so ``article.text[start:end]`` is always the text that a pair of offsets means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["article", "notice"]

Refusal = Literal["strict", "balanced", "generous", "never"]
"""How sure an answer must be to be shown; see ``Settings.refusal``."""

Surety = Literal["strict", "balanced", "lenient"]
"""How sure the check must be of a sentence that a model wrote; see ``Settings.writer_check``."""

_MARKER = re.compile(r"\s*\[\d{1,4}\]")


@dataclass(frozen=True, slots=True)
class Article:
    """One article, or one message of a publisher about itself.

    Attributes:
        id: unique in its library; the record's own id where it has one, else derived from the content.
        title: the headline, or "" where there is none.
        text: the text that citations point into, exactly as it was read.
        source: the outlet that it first appeared in, or None where neither the text nor its metadata says so.
        url: where it was published, or None.
        published: an ISO 8601 date or date and time, with the zone where one is known, or None.
        kind: "article", or "notice" for a publisher's own message.
        authors: who wrote it, as the file names them.
        updated: when it was last changed, in the form of ``published``, or None.
        first_page: the page of the file that its text begins on, from 1; None where the file has no pages. A form
            feed in ``text`` begins the next page.
    """

    id: str
    title: str
    text: str
    source: str | None = None
    url: str | None = None
    published: str | None = None
    kind: Kind = "article"
    authors: tuple[str, ...] = ()
    updated: str | None = None
    first_page: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, small enough for the encoder to read at once."""

    article: Article
    start: int
    end: int

    @property
    def id(self) -> str:
        """The article's id and the passage's offsets, as in ``"a1:0-412"``."""
        return f"{self.article.id}:{self.start}-{self.end}"

    @property
    def text(self) -> str:
        """The characters of the passage."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found.

    Attributes:
        passage: what was found.
        score: what the hits are ranked by, higher is better; comparable within one question only. It is the fused score
            of the search, and in an answer a little more for a passage with a sentence that seems to answer.
        dense_rank: place among the vector hits, from 1, or None where they do not hold it.
        lexical_rank: place among the word hits, from 1, or None where they do not hold it.
        reader_score: the reader's probability that the passage answers, or None where it was not read.
        also_in: the articles of other passages found that say the same in nearly the same words, as copies of a wire
            story do; only this one of them is a hit.
    """

    passage: Passage
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    reader_score: float | None = None
    also_in: tuple[Article, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON types, with what is known of the article but its text in place of the article."""
        article = self.passage.article
        return {
            "article": _article_dict(article),
            "passage": self.passage.id,
            "start": self.passage.start,
            "end": self.passage.end,
            "text": self.passage.text,
            "score": self.score,
            "dense_rank": self.dense_rank,
            "lexical_rank": self.lexical_rank,
            "reader_score": self.reader_score,
            "also_in": [_article_dict(article) for article in self.also_in],
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact characters of an article that a sentence of an answer rests on.

    Attributes:
        number: of its marker in the answer's text.
        article: what is quoted.
        start: offset of the quote's first character in ``article.text``.
        end: offset after its last.
        also_in: other articles that hold the very same words, as copies of a wire story do; of more than 20 copies,
            those among the first 20.
    """

    number: int
    article: Article
    start: int
    end: int
    also_in: tuple[Article, ...] = ()

    @property
    def quote(self) -> str:
        """``article.text[start:end]``, word for word."""
        return self.article.text[self.start : self.end]

    @property
    def page(self) -> int | None:
        """The page of the file that the quote begins on, from 1, or None where the article has no pages."""
        first = self.article.first_page
        return None if first is None else first + self.article.text.count("\f", 0, self.start)

    def to_dict(self) -> dict[str, Any]:
        """The citation as JSON types."""
        return {
            "number": self.number,
            "article": _article_dict(self.article),
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "page": self.page,
            "also_in": [_article_dict(article) for article in self.also_in],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What Footnote says to a question, and what it rests on.

    Attributes:
        question: as it was asked.
        standalone: the question as it was understood from the conversation, in words that evidence is judged by; it
            differs from ``question`` for a follow-up.
        text: the answer with markers [1], [2] at the end of the sentences that they support, numbered in order
            of first use; of a refusal, the sentence that says so. Its sentences are quotes, each of what its first
            marker cites, or a writer's own words that were found to follow from the quotes. A further marker of a
            sentence cites what another article says that gives the same answer.
        short: the few words of the cited text that answer, or None where they cannot be told.
        refused: True where the articles do not answer, Footnote asks back, or nothing was asked; then there are no
            citations.
        confidence: calibrated probability, in 0..1, that what is shown answers the question; of a refusal, that what
            would have been shown does.
        citations: one for each marker, in order of number.
        note: what else there is to know of the answer, in one line: that articles give different figures, that no
            reader was used, that the day did not count, or why the writer's words are not shown or it did not rewrite a
            follow-up; or None.
        hits: the passages that were found, best first; a refusal carries them too, but where nothing was asked.
        timings: milliseconds by stage, with ``"total"`` for the whole.
        removed: the sentences of a writer that the articles do not support, in order; they are no part of ``text``.
        readings: the two questions that a follow-up may stand for, where the articles answer both and nothing tells
            which is meant: then ``refused`` is True and ``text`` asks back.
        asked: the day of the question, where it was told and counted: articles of that day were found.
    """

    question: str
    standalone: str
    text: str
    short: str | None
    refused: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    note: str | None = None
    removed: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    asked: date | None = None

    @property
    def unmarked(self) -> str:
        """The text without its markers."""
        return _MARKER.sub("", self.text)

    @property
    def removal(self) -> str | None:
        """How many sentences were removed and why, in one line, or None where none was."""
        if not self.removed:
            return None
        if len(self.removed) == 1:
            return "1 sentence removed: the articles do not support it"
        return f"{len(self.removed)} sentences removed: the articles do not support them"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON contract of the command line, the web API and the evaluation."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "text": self.text,
            "short": self.short,
            "refused": self.refused,
            "confidence": self.confidence,
            "citations": [citation.to_dict() for citation in self.citations],
            "hits": [hit.to_dict() for hit in self.hits],
            "timings": dict(self.timings),
            "note": self.note,
            "removed": list(self.removed),
            "readings": list(self.readings),
            "asked": None if self.asked is None else self.asked.isoformat(),
        }


def _article_dict(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": article.published,
        "kind": article.kind,
        "authors": list(article.authors),
        "updated": article.updated,
    }
