"""What a reader thinks of an answer, and the row of SQLite that it becomes, with a checksum of all that it says."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

_WORD = re.compile(r"\w+")
_OWNER = re.compile("['’]s$")  # noqa: RUF001 - articles write both apostrophes


@dataclass(frozen=True, slots=True)
class Quoted:
    """What an answer quoted: the id of the article, the quote's offsets in its text, and the whole article's digest."""

    article: str
    start: int
    end: int
    digest: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thought of an answer.

    Attributes:
        question: as it was asked.
        standalone: as it was understood from the conversation.
        answer: the text that was shown; None once an article that it cites has changed or gone.
        helpful: the verdict.
        note: the reader's own words, or "".
        confidence: of the answer, in 0..1.
        refused: whether the answer was that the articles do not tell.
        rated: when, in UTC, as ISO 8601.
        generation: of the library at that time.
        citations: what the answer quoted, in the order of its markers; none where ``answer`` is None.
    """

    question: str
    standalone: str
    answer: str | None
    helpful: bool
    note: str
    confidence: float
    refused: bool
    rated: str
    generation: int
    citations: tuple[Quoted, ...]

    def to_dict(self) -> dict[str, Any]:
        """The rating as JSON types."""
        return {**asdict(self), "citations": [asdict(quoted) for quoted in self.citations]}

    @property
    def borrowed(self) -> tuple[str, ...]:
        """Runs of words of ``standalone``, in lower case, that the question has from the conversation before it."""
        own = {word.group().lower() for word in _WORD.finditer(self.question)}
        runs: list[list[re.Match[str]]] = [[]]
        for word in _WORD.finditer(self.standalone):
            if word.group().lower() in own:
                runs.append([])
            else:
                runs[-1].append(word)
        texts = (self.standalone[run[0].start() : run[-1].end()].lower() for run in runs if run)
        return tuple(_OWNER.sub("", text) for text in texts)


RATING_COLUMNS = (
    "question", "standalone", "answer", "helpful", "note", "confidence", "refused", "rated", "generation", "citations",
    "identity", "checksum",
)  # fmt: skip
"""The columns of a rating, in the order that ``to_row`` writes and ``from_row`` reads."""


def to_row(rating: Rating) -> tuple[str | int | float | None, ...]:
    """The values of ``RATING_COLUMNS``; ratings of the same answer share their identity."""
    identity = None
    if rating.answer is not None:
        places = [(quoted.article, quoted.start, quoted.end) for quoted in rating.citations]
        said = json.dumps([rating.question, rating.standalone, rating.answer, places])
        identity = hashlib.sha256(said.encode()).hexdigest()
    values = (
        rating.question,
        rating.standalone,
        rating.answer,
        int(rating.helpful),
        rating.note,
        rating.confidence,
        int(rating.refused),
        rating.rated,
        rating.generation,
        json.dumps([astuple(quoted) for quoted in rating.citations]),
        identity,
    )
    return (*values, _checksum(values))


def from_row(row: Sequence[Any]) -> Rating:
    """The rating of a row of ``RATING_COLUMNS``.

    Raises:
        ValueError: the row is damaged.
    """
    *values, checksum = row
    if _checksum(values) != checksum:
        raise ValueError("a rating is not what was written")
    question, standalone, answer, helpful, note, confidence, refused, rated, generation, citations, _ = values
    cited = tuple(Quoted(*quoted) for quoted in json.loads(citations))
    return Rating(
        question, standalone, answer, bool(helpful), note, confidence, bool(refused), rated, generation, cited
    )  # fmt: skip


def _checksum(values: Sequence[Any]) -> int:
    return zlib.crc32(json.dumps(values, default=str).encode())
