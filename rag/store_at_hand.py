"""What was lately read from a generation's file and found sound, at hand for the next question."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path

from rag.errors import LibraryError
from rag.recent import Recent
from rag.schema import Article
from rag.store import Store, StoredPassage

_ROOM = 16 * 2**20
"""How many bytes, roughly, of articles and again of passages stay in memory: of news, some thousand of each."""

_FEW = 2_000
"""How many passages, as some two hundred articles have, may be read ahead; they take some 10 MiB."""

_MOST_KNOWN = 100_000
"""Of how many passages it stays in memory to which article they belong."""

_READ_AHEAD = 20_000
"""Of how many it is read with the first question: that takes some milliseconds once, not .2 of each new question's."""


class StoreAtHand(Store):
    """A file that no longer changes, as a library is answered from.

    Questions that follow one another are about the same articles. To read, check and unpack them again each time was a
    twelfth of a question (``CHANGELOG.md``).

    Args:
        file: where it lies.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self._articles: Recent[int, tuple[Article, str, int]] = Recent(_ROOM)
        self._passages: Recent[int, StoredPassage] = Recent(_ROOM)
        self._ahead: dict[int, StoredPassage] = {}
        self._articles_of: dict[int, int] = {}

    def read_ahead(self) -> None:
        """Have all passages at hand before the first question, if they are few; it takes some 25 ms."""
        few = self.first_article_rows(_FEW + 1)
        if len(few) <= _FEW:
            self._articles_of.update(few)
            with contextlib.suppress(LibraryError):  # a question that comes upon what is damaged says so
                self._ahead = super().passages(list(few))

    def passages(self, numbers: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of those numbers."""
        if self._ahead:
            return {number: self._ahead[number] for number in numbers if number in self._ahead}
        found = self._passages.held(numbers)
        if missing := [number for number in numbers if number not in found]:
            for number, passage in super().passages(missing).items():
                found[number] = passage
                size = len(passage.passage.article.text) + passage.halves.nbytes
                self._passages.put(number, passage, size)
        return found

    def article_rows(self, numbers: Sequence[int]) -> dict[int, int]:
        """The row of the article of each of the numbered passages."""
        known = self._articles_of
        if not known:
            known.update(self.first_article_rows(_READ_AHEAD))
        found = {number: row for number in numbers if (row := known.get(number)) is not None}
        if missing := [number for number in numbers if number not in found]:
            told = super().article_rows(missing)
            if len(known) < _MOST_KNOWN:
                known.update(told)
            found |= told
        return found

    def _by_row(self, rows: Collection[int]) -> dict[int, tuple[Article, str, int]]:
        found = self._articles.held(rows)
        if missing := [row for row in rows if row not in found]:
            for row, (article, digest, story) in super()._by_row(missing).items():
                found[row] = article, digest, story
                self._articles.put(row, found[row], len(article.text))
        return found
