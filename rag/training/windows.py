"""Windows of whole sentences about a question: those that answer it, and near ones that do not."""

from __future__ import annotations

import heapq
import math
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.sentences import sentence_spans
from rag.training.data import Row

WINDOW_SENTENCES = 3
WINDOW_CHARACTERS = 620  # about 140 tokens
SAME_DOCUMENT_SHARE = 0.65  # of the windows that do not answer
LONGEST_ANSWER = 200  # characters
COMMON = 3000  # words of more windows than this find nothing near

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a window to read for it.

    Attributes:
        question: what is asked.
        title: shown before the window, never answered from; "" for none.
        window: whole sentences.
        start: where the answer starts in ``window``, in characters, or -1 where it does not answer.
        end: where it ends, or -1.
        golds: every answer that is right, of a window that answers.
    """

    question: str
    title: str
    window: str
    start: int
    end: int
    golds: tuple[str, ...] = ()


def words(text: str) -> frozenset[str]:
    """The lower-case words of a text."""
    return frozenset(_WORD.findall(text.lower()))


class WindowIndex:
    """Every window of the contexts, found by words that are rare among them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Cut each distinct context of ``rows`` into windows."""
        seen: set[tuple[str, str]] = set()
        self.cuts: dict[str, tuple[tuple[int, int], ...]] = {}
        self.windows: list[tuple[str, str, str]] = []  # document, title, text
        self.of_document: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            if (row.document, row.context) in seen:
                continue
            seen.add((row.document, row.context))
            self.cuts[row.context] = cuts = sentence_spans(row.context)
            for first in range(0, max(1, len(cuts) - 1), 2):
                group = cuts[first : first + WINDOW_SENTENCES]
                text = row.context[group[0][0] : group[-1][1]] if group else ""
                if 40 <= len(text) <= 1.5 * WINDOW_CHARACTERS:
                    self.of_document[row.document].append(len(self.windows))
                    self.windows.append((row.document, row.title, text))
        postings: dict[str, list[int]] = defaultdict(list)
        for number, (_, _, text) in enumerate(self.windows):
            for word in words(text):
                postings[word].append(number)
        self.postings = postings

    def idf(self, word: str) -> float:
        """How rare a word is among the windows, in nats."""
        return math.log((1 + len(self.windows)) / (1 + len(self.postings.get(word, ()))))

    def near(self, row: Row, same_document: bool, rng: random.Random) -> tuple[str, str] | None:
        """A window that shares words with the question and does not hold its answer: its title and text, or None."""
        scores: dict[int, float] = defaultdict(float)
        asked = {word: self.idf(word) for word in words(row.question)}
        if same_document:
            for number in self.of_document[row.document]:
                scores[number] = sum(asked[word] for word in words(self.windows[number][2]) if word in asked)
        else:
            for word, weight in asked.items():
                places = self.postings.get(word, ())
                for number in places if len(places) < COMMON else ():
                    if self.windows[number][0] != row.document:
                        scores[number] += weight
        answer = row.answer.lower()
        near = []
        for number in heapq.nlargest(20, scores, key=scores.__getitem__):
            _, title, text = self.windows[number]
            if answer not in text.lower() and text not in row.context[: len(text)]:
                near.append((title, text))
            if len(near) == 4:
                break
        return rng.choice(near) if near else None


def near_pair(index: WindowIndex, row: Row, rng: random.Random, longest: int) -> Pair | None:
    """The question beside a window of the same document or of another that shares its words and does not answer."""
    found = index.near(row, rng.random() < SAME_DOCUMENT_SHARE, rng) or index.near(row, False, rng)
    if not found:
        return None
    title, text = found
    cuts = sentence_spans(text)[:longest]
    return Pair(row.question, title if rng.random() < 0.7 else "", text[: cuts[-1][1]] if cuts else text, -1, -1)


def window_pair(index: WindowIndex, row: Row, rng: random.Random, longest: int) -> Pair | None:
    """The question beside one to ``longest`` sentences around its answer, or nearest it where there is none."""
    cuts = index.cuts[row.context]
    start, end = row.start, row.start + len(row.answer)
    if row.answer:
        inside = [n for n, (a, b) in enumerate(cuts) if a < end and start < b]
    else:
        inside = [_nearest(index, row, cuts)]
    if not inside or not cuts or len(row.answer) > LONGEST_ANSWER:
        return None
    first, last = inside[0], inside[-1]
    size = max(rng.choice((longest, longest, max(1, longest - 1))), last - first + 1)
    before = rng.randint(0, size - (last - first + 1))
    first = max(0, first - before)
    last = max(last, min(len(cuts) - 1, first + size - 1))
    while last > inside[-1] and cuts[last][1] - cuts[first][0] > WINDOW_CHARACTERS:
        last -= 1
    while first < inside[0] and cuts[last][1] - cuts[first][0] > WINDOW_CHARACTERS:
        first += 1
    begin, stop = cuts[first][0], cuts[last][1]
    title = _shown_title(row, cuts, first, rng)
    if not row.answer:
        return Pair(row.question, title, row.context[begin:stop], -1, -1)
    if not begin <= start < end <= stop:
        return None
    return Pair(row.question, title, row.context[begin:stop], start - begin, end - begin, row.golds)


def _nearest(index: WindowIndex, row: Row, cuts: Sequence[tuple[int, int]]) -> int:
    """The sentence that shares most with the question, rare words counting more."""
    asked = {word: index.idf(word) for word in words(row.question)}

    def shared(number: int) -> float:
        return sum(asked.get(word, 0.0) for word in words(row.context[slice(*cuts[number])]))

    return max(range(len(cuts)), key=shared, default=0)


def _shown_title(row: Row, cuts: Sequence[tuple[int, int]], first: int, rng: random.Random) -> str:
    """The title most of the time; else sometimes the context's opening words, as a headline gives away the story."""
    chance = rng.random()
    if row.title and chance < 0.6:
        return row.title
    if first > 0 and chance < 0.8:
        return " ".join(row.context[slice(*cuts[0])].split()[: rng.randint(8, 14)])
    return ""
