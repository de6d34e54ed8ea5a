"""Whether the articles support a sentence that somebody wrote, and by which of their words.

A sentence is supported where a few neighbouring sentences of one article hold all its numbers and names, and a model
that reads the two together says that the one follows from the other. Whoever wrote it is not asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cross_encoder import CrossEncoder
from rag.demands import DEMANDS, MOST_NEIGHBOURS, fits, lacking, says
from rag.encoder import TITLE_CHARACTERS
from rag.facts import openers
from rag.overlap import telling_words
from rag.retrieval import Found
from rag.schema import Surety

if TYPE_CHECKING:
    from rag.arrays import Floats
    from rag.sentences import Span

WINDOWS = 8
"""How many runs of sentences the model reads for a written sentence."""

_QUESTION = re.compile(r"\?(?!\w)")
"""The mark of a question; not that of a web address, which goes on behind it."""

_REMEDY = "install Footnote again, or unset all RAG_WRITER_ variables to answer without a writer"


@dataclass(frozen=True, slots=True)
class Source:
    """A text to look for support in.

    Attributes:
        sentences: in their order.
        vectors: the unit-length row of each, shape (sentences, d).
        title: of the whole; it tells whom "he" stands for, and a name that it holds need not stand in the sentences.
        outlet: where it appeared; its name need not stand in the sentences either.
    """

    sentences: tuple[str, ...]
    vectors: Floats
    title: str = ""
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of one source, ``first`` to ``last``, both counted, and how likely they support.

    Attributes:
        source: the number of the source, from 0.
        first: the number of its first sentence that is meant.
        last: the number of the last.
        probability: that what is written follows from them; 0 where a number or a name is missing.
        missing: the numbers and names that they lack.
    """

    source: int
    first: int
    last: int
    probability: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the articles say to a sentence.

    Attributes:
        supported: whether it may be shown.
        probability: that it follows from the span, in 0..1.
        found: the passage that comes nearest to supporting it, or None where there is none.
        span: where its words stand in ``found``'s article, in characters, or None.
    """

    supported: bool
    probability: float
    found: Found | None = None
    span: Span | None = None


class SupportCheck:
    """The check that comes with Footnote. Safe to use from several threads.

    Args:
        folder: of a model that ``python -m rag.training --model support`` wrote; None for the shipped one.
        surety: by which of its thresholds, and of ``DEMANDS``, a sentence counts as supported; see
            ``Settings.writer_check``.

    Raises:
        ModelError: where the model is missing or altered.
    """

    def __init__(self, folder: Path | None = None, surety: Surety = "strict") -> None:
        shipped = Path(__file__).parent / "models" / "support"
        self._model = CrossEncoder(folder or shipped, "support check", _REMEDY)
        calibration = self._model.manifest["calibration"]
        self._scale, self._bias = float(calibration["scale"]), float(calibration["bias"])
        self.threshold = float(calibration["thresholds"][surety])
        self._demand = DEMANDS[surety]

    def check(self, sentence: str, vector: Floats, found: Sequence[Found]) -> Verdict:
        """Look for the words that support a sentence in the passages that were found.

        Args:
            sentence: one sentence, without markers.
            vector: its unit-length vector, shape (d,), of the encoder that made the passages' own.
            found: the passages.

        Returns:
            The shortest run of sentences that supports it; where none does, the nearest that there is.
        """
        sources = [_source(item) for item in found]
        best = pick(self.windows(sentence, vector, sources), self.threshold)
        if best is None:
            return Verdict(False, 0.0)
        item = found[best.source]
        spans = item.stored.sentences
        span = (spans[best.first][0], spans[best.last][1])
        supported = best.probability >= self.threshold
        return Verdict(supported, best.probability, item, span)

    def windows(self, sentence: str, vector: Floats, sources: Sequence[Source]) -> tuple[Window, ...]:
        """The runs of sentences that are nearest to a sentence, each with the probability that it supports it.

        Args:
            sentence: one sentence, without markers.
            vector: its unit-length vector, shape (d,).
            sources: where to look.
        """
        runs = sorted(_runs(sentence, vector, sources), key=lambda run: -run.likeness)
        known = openers(sentence, [text for source in sources for text in source.sentences])
        judged = [
            (run, lacking(sentence, run.texts, f"{run.title}\n{run.outlet}", self._demand, known))
            for run in runs[: 4 * WINDOWS]
        ]
        fit = [run for run, gone in judged if not gone and fits(sentence, run.texts, run.title, self._demand, known)]
        whole = fit[:WINDOWS]
        probabilities = self.probabilities([(sentence, beside(run.title, run.text)) for run in whole])
        read = [
            Window(run.source, run.first, run.last, 1.0 if says(run.text, sentence) else probability)
            for run, probability in zip(whole, probabilities, strict=True)
        ]
        short = [Window(run.source, run.first, run.last, 0.0, gone) for run, gone in judged if gone]
        return (*read, *sorted(short, key=lambda window: len(window.missing))[:1])

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """That each pair's first text follows from its second, in 0..1, by the model alone."""
        return [self._probability(odds) for odds in self.log_odds(pairs)]

    def log_odds(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The same before it is calibrated: the log-odds of "supported" against the two other labels."""
        return [_against_rest(logits[0]) for _, logits in self._model.read(pairs)] if pairs else []

    def _probability(self, odds: float) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self._scale * odds + self._bias))))


def _against_rest(logits: Floats) -> float:
    first, *others = (float(value) for value in logits)
    highest = max(others)
    return first - highest - math.log(sum(math.exp(value - highest) for value in others))


def beside(title: str, text: str) -> str:
    """What the model reads of a source: the title, as far as passages are embedded with it, and then the text."""
    title = title[:TITLE_CHARACTERS].rstrip(" .")
    return f"{title}. {text}" if title else text


def pick(windows: Sequence[Window], threshold: float) -> Window | None:
    """The shortest window that is likely enough, the likeliest of these; where none is, the likeliest of all."""
    enough = [window for window in windows if window.probability >= threshold]
    if enough:
        return min(enough, key=lambda window: (window.last - window.first, -window.probability))
    return max(windows, key=lambda window: (window.probability, -len(window.missing)), default=None)


@dataclass(frozen=True, slots=True)
class _Run:
    source: int
    first: int
    last: int
    texts: tuple[str, ...]
    title: str
    outlet: str
    likeness: float

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def _runs(sentence: str, vector: Floats, sources: Sequence[Source]) -> Iterator[_Run]:
    """Every run of neighbouring sentences, with how like it is to a sentence: the best cosine and the words shared.

    But for runs with a question, which states nothing and yet reads much like its answer.
    """
    words = telling_words(sentence)
    for number, source in enumerate(sources):
        cosines = source.vectors @ vector
        shared = [words & telling_words(text) for text in source.sentences]
        for first in range(len(source.sentences)):
            for last in range(first, min(first + MOST_NEIGHBOURS, len(source.sentences))):
                if _QUESTION.search(source.sentences[last]):
                    break
                held = set().union(*shared[first : last + 1])
                overlap = len(held) / max(len(words), 1)
                # A longer run must bring words: it would else always be the nearest.
                likeness = float(cosines[first : last + 1].max()) + overlap - 0.05 * (last - first)
                texts = source.sentences[first : last + 1]
                yield _Run(number, first, last, texts, source.title, source.outlet, likeness)


def _source(found: Found) -> Source:
    article = found.stored.passage.article
    sentences = tuple(article.text[start:end] for start, end in found.stored.sentences)
    return Source(sentences, found.stored.vectors, article.title, article.source or "")
