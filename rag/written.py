"""A model's sentences, each checked against the passages before anyone sees it, become an Answer.

What is shown is true of the articles by the support check's word, never by the model's: which passage carries a
sentence, its marker and its citation are chosen here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rag.answer import NO_READER, cite
from rag.choice import plain
from rag.encoder import QuestionEncoder
from rag.errors import WriterError
from rag.leaning import Told, goes_on, leans
from rag.overlap import held
from rag.prompt import INSTRUCTIONS, within_reach
from rag.retrieval import Found
from rag.schema import Answer, Citation
from rag.support import Verdict
from rag.wording import LONGEST, alien, is_piece, misquotes, names_only, prose, says_something, sentences, stutters

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.library import Library
    from rag.sentences import Span

QUOTED_INSTEAD = "The articles are quoted instead"
ALL_REMOVED = f"{QUOTED_INSTEAD}: they do not support what the writer wrote."
NOTHING_WRITTEN = f"{QUOTED_INSTEAD}: the writer wrote nothing."
WITHHELD = "(a sentence that repeats the writer's instructions)"

_MOST_SHOWN = 3
_MOST_READ = 8
"""How many sentences of a model are looked at before it is stopped."""

_NEAR = 0.4
"""The least score of a passage that a model is given, as a share of the best one's: what has little to do with the
question is not sent."""

_MOSTLY_HELD, _SURE = 0.75, 0.6
"""A sentence with a lesser share of its words in its quote is shown only if it is that likely to follow. Of pairs that
look alike and are not supported a third fewer pass (VitaminC, FEVER), at 4 to 7 in 100 of the supported ones."""

_STEP = 0.5
"""Seconds after which whoever shows an answer may let go of it, though no sentence has come."""

_REMOVED_CHARACTERS = 300
_ECHO = 7
"""A run of so many words of the instructions repeats them."""

_DELIMITER = re.compile(r"passage-[0-9a-f]{8}")


class Support(Protocol):
    """Anything that looks for the words that carry a sentence; ``rag.support.SupportCheck`` is the one that ships."""

    def check(self, sentence: str, vector: Floats, found: Sequence[Found]) -> Verdict:
        """Look for the words that carry a sentence best.

        Args:
            sentence: as it was written, without markers.
            vector: its unit-length vector, shape (d,).
            found: passages that may support it.
        """
        ...


def offered(answer: Answer, found: Sequence[Found]) -> tuple[Found, ...]:
    """The passages that a model is given: those that the quotes are from, then others that are near the question.

    Args:
        answer: the quotes.
        found: passages, best first.
    """
    quoted = [item for item in found if any(_holds(item, citation) for citation in answer.citations)]
    best = max((item.hit.score for item in found), default=0.0)
    others = [item for item in found if item not in quoted and item.hit.score >= _NEAR * best]
    offered = (*quoted, *others)
    return offered[: len(within_reach([item.hit for item in offered]))]


def _holds(item: Found, citation: Citation) -> bool:
    passage = item.stored.passage
    return passage.article.id == citation.article.id and passage.start <= citation.start < passage.end


def write(
    quotes: Answer,
    pieces: Iterator[str],
    found: Sequence[Found],
    check: Support,
    encoder: QuestionEncoder,
    library: Library,
) -> Generator[Answer, None, Answer]:
    """Check what a model writes, sentence by sentence.

    Args:
        quotes: the answer in quotes; it is what is left if the model fails or none of its sentences is supported.
        pieces: of the model's text; closed when enough was read, or this iterator is closed.
        found: the passages that the model was given.
        check: looks for the words that support a sentence.
        encoder: of the library's vectors.
        library: where the passages are from.

    Yields:
        The answer so far, after each sentence that is shown or removed while something is shown, and begun anew where
        what was read turns out to have been thoughts; and about each half second, even if nothing is shown yet and its
        text is empty, the same one again: it can be closed only there.

    Returns:
        The whole answer.
    """
    draft = _Draft(quotes, found, library)
    so_far = draft.answer()
    try:
        for sentence in sentences(_paced(pieces)):
            if sentence is None:  # what was read were thoughts
                draft = _Draft(quotes, found, library)
                so_far = draft.answer()
                continue
            if not sentence:
                yield so_far
                continue
            grown = draft.add(sentence, check, encoder)
            if draft.full:
                break
            if grown and draft.citations:
                so_far = draft.answer()
                yield so_far
    except WriterError as error:
        return replace(quotes, note=_noted(quotes, f"{QUOTED_INSTEAD}: {error}"), removed=draft.removed)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    if draft.citations:
        return draft.answer()
    note = _noted(quotes, ALL_REMOVED if draft.removed else NOTHING_WRITTEN)
    return replace(quotes, note=note, removed=draft.removed)


def _paced(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, and about each ``_STEP`` an empty one, however many of those a writer gives."""
    last = time.monotonic()
    for piece in pieces:
        if piece:
            yield piece
        if time.monotonic() - last >= _STEP:
            yield ""
            last = time.monotonic()


def _noted(quotes: Answer, note: str) -> str:
    return f"{quotes.note} {note}" if quotes.note else note


class _Draft:
    """The sentences that were read so far: those that are shown, with their citations, and those that are not."""

    def __init__(self, quotes: Answer, found: Sequence[Found], library: Library) -> None:
        self._quotes, self._found, self._library = quotes, found, library
        self._shown: list[str] = []
        self._removed: list[str] = []
        self._citations: dict[tuple[str, Span], Citation] = {}
        self._said: set[str] = set()
        self._before: Told | None = None
        self._read = 0

    @property
    def citations(self) -> tuple[Citation, ...]:
        """In the order of their first use."""
        return tuple(self._citations.values())

    @property
    def removed(self) -> tuple[str, ...]:
        """The sentences that are not shown."""
        return tuple(self._removed)

    @property
    def full(self) -> bool:
        """Whether no further sentence is wanted."""
        return len(self._shown) == _MOST_SHOWN or self._read == _MOST_READ

    def add(self, sentence: str, check: Support, encoder: QuestionEncoder) -> bool:
        """Check a sentence as the model wrote it; returns whether anything came of it."""
        text = prose(sentence)
        self._read += 1
        if not says_something(text) or plain(text) in self._said:
            return False
        self._said.add(plain(text))
        verdict = None if len(text) > LONGEST or _repeats_instructions(text) else self._verdict(text, check, encoder)
        if verdict is None:
            withheld = WITHHELD if _repeats_instructions(text) else text
            self._removed.append(withheld[:_REMOVED_CHARACTERS])
            self._before = None
            return True
        item, span = verdict
        self._before = Told(text, item.stored.passage.article, span)
        place = (item.stored.passage.article.id, span)
        if place not in self._citations:
            self._citations[place] = cite(len(self._citations) + 1, item, span, self._library)
        self._shown.append(f"{text} [{self._citations[place].number}]")
        return True

    def _verdict(self, text: str, check: Support, encoder: QuestionEncoder) -> tuple[Found, Span] | None:
        """The passage and the span that support a sentence, or None."""
        # What states nothing would be carried by any text that has its words.
        if text.endswith("?") or names_only(text) or is_piece(text):
            return None
        verdict = check.check(text, encoder.embed_question(text), self._found)
        if not verdict.supported or verdict.found is None or verdict.span is None:
            return None
        article = verdict.found.stored.passage.article
        quote = article.text[slice(*verdict.span)]
        # What a model of meaning is fooled by most easily is words out of nowhere.
        share = held(text, f"{article.title}\n{quote}")
        doubtful = share < _MOSTLY_HELD and verdict.probability < _SURE
        invented = alien(text, quote) or misquotes(text, quote)
        if doubtful or invented or stutters(text, quote) or self._hangs(Told(text, article, verdict.span)):
            return None
        return verdict.found, verdict.span

    def _hangs(self, told: Told) -> bool:
        """Whether a sentence leans on something else than what its source goes on from.

        The first one leans on the question, and rests on an article that is quoted for it; one behind a sentence that
        was removed leans on nothing that is shown.
        """
        if not leans(told.text):
            return False
        if self._before is not None:
            return not goes_on(told, self._before)
        quoted = {citation.article.id for citation in self._quotes.citations}
        return bool(self._removed) or told.article.id not in quoted

    def answer(self) -> Answer:
        """The answer so far."""
        quotes, citations = self._quotes, self.citations
        short = quotes.short
        if short is not None and not any(short in citation.quote for citation in citations):
            short = None
        return replace(
            quotes,
            text=" ".join(self._shown),
            short=short,
            citations=citations,
            note=None if quotes.note == NO_READER else quotes.note,
            removed=self.removed,
        )


def _runs(text: str) -> frozenset[str]:
    words = plain(text).split()
    return frozenset(" ".join(words[n : n + _ECHO]) for n in range(len(words) - _ECHO + 1))


_INSTRUCTED = _runs(INSTRUCTIONS)
_SAID = f" {plain(INSTRUCTIONS)} "


def _repeats_instructions(text: str) -> bool:
    """Whether a run of words, or a whole short sentence, is the instructions' own."""
    return f" {plain(text)} " in _SAID or bool(_INSTRUCTED & _runs(text)) or _DELIMITER.search(text) is not None
