"""Find the words of a window that answer a question, or say how sure it is that none do.

A window is a few whole sentences. The reader scores every token of it as the start and as the end of an answer, and
the pair's first token as "no answer", as BERT does for SQuAD 2.0 (arXiv 1810.04805, section 4.3; arXiv 1806.03822).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.cross_encoder import BATCH_PAIRS, MANIFEST, PAIR_TOKENS, CrossEncoder
from rag.errors import ModelError
from rag.long_questions import shortened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

QUESTION_TOKENS = 64
ANSWER_TOKENS = 30
ANSWERS = 3  # of one window: the right words are often the second best, in the sentence beside
TITLE_WORDS = 24
NOTHING = -30.0  # the score of a window without a single word
_REMEDY = "install Footnote again, or set RAG_READER=none to answer without a reader"

Span = tuple[int, int, float]  # start, end, score


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one window.

    Attributes:
        start: offset of the best answer's first character in the window.
        end: offset after its last; equal to ``start`` only for a window without words.
        score: log-odds of that answer against none: the sum of its two logits less the sum of "no answer"'s.
        probability: that the window answers the question, in 0..1, as calibrated on documents held apart from
            training; of a model that came without a calibration, the logistic function of ``score``.
        others: the next best answers elsewhere in the window, best first; none overlaps another.
    """

    start: int
    end: int
    score: float
    probability: float
    others: tuple[Reading, ...] = ()


class Reader(Protocol):
    """Anything that reads windows for an answer."""

    @property
    def name(self) -> str:
        """The name that it was opened by."""
        ...

    def read(self, question: str, windows: Sequence[str], titles: Sequence[str] | None = None) -> tuple[Reading, ...]:
        """Read each window for an answer to the question.

        Args:
            question: one question that stands alone; of one that has more than 64 tokens, the sentences that ask are
                read, and of the others as many as fit beside them.
            windows: text of each, read up to about 200 tokens.
            titles: of the articles that the windows are from, "" where there is none. A title helps to tell what a
                window is about; an answer is never found in it.

        Returns:
            One reading for each window, in order.
        """
        ...


def open_reader(name: str) -> Reader | None:
    """Open a reader by name.

    Args:
        name: ``"default"`` for the reader that comes with Footnote; ``"none"`` for none; else a folder that
            ``python -m rag.training`` wrote, or the path or hub name of any Hugging Face extractive
            question-answering model, for which transformers and torch must be installed.

    Returns:
        The reader, or None for ``"none"``.

    Raises:
        ModelError: where it is missing, altered, or cannot be loaded.
    """
    if name == "none":
        return None
    if needs_torch(name):
        return _open_transformers(name)
    return _OnnxReader(name, Path(__file__).parent / "models" / "reader" if name == "default" else Path(name))


def needs_torch(name: str) -> bool:
    """Whether the reader of that name, as ``open_reader`` takes it, is opened with transformers and torch."""
    return name not in ("none", "default") and not (Path(name) / MANIFEST).is_file()


class _OnnxReader:
    """Reads with ONNX Runtime; needs no torch."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._model = CrossEncoder(folder, "reader", _REMEDY)
        calibration = self._model.manifest["calibration"]
        self._scale, self._bias = calibration["scale"], calibration["bias"]

    def read(self, question: str, windows: Sequence[str], titles: Sequence[str] | None = None) -> tuple[Reading, ...]:
        asked = shortened(question, QUESTION_TOKENS, lambda text: self._model.tokens(text).offsets)
        prefixes = _prefixes(windows, titles)
        read = self._model.read([(asked, prefix + window) for prefix, window in zip(prefixes, windows, strict=True)])
        return tuple(
            _reading(best_spans(encoding, start, end, len(prefix), window), self._scale, self._bias)
            for (encoding, (start, end)), prefix, window in zip(read, prefixes, windows, strict=True)
        )


class _TransformersReader:
    """Reads with any extractive question-answering model of transformers."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name = name
        self._model, self._tokenizer = model, tokenizer
        self._longest = min(PAIR_TOKENS, tokenizer.model_max_length)

    def read(self, question: str, windows: Sequence[str], titles: Sequence[str] | None = None) -> tuple[Reading, ...]:
        import torch

        prefixes = _prefixes(windows, titles)
        asked = shortened(question, QUESTION_TOKENS, self._tokens)
        readings: list[Reading] = []
        for first in range(0, len(windows), BATCH_PAIRS):
            some = slice(first, first + BATCH_PAIRS)
            texts = [prefix + window for prefix, window in zip(prefixes[some], windows[some], strict=True)]
            fed = self._tokenizer(
                [asked] * len(texts), texts, truncation="longest_first", max_length=self._longest, padding=True,
                return_tensors="pt",
            )  # fmt: skip
            with torch.inference_mode():
                output = self._model(**fed)
            for row, encoding in enumerate(fed.encodings):
                start, end = output.start_logits[row].numpy(), output.end_logits[row].numpy()
                found = best_spans(encoding, start, end, len(prefixes[first + row]), windows[first + row])
                readings.append(_reading(found, 1.0, 0.0))
        return tuple(readings)

    def _tokens(self, text: str) -> list[tuple[int, int]]:
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return list(encoded["offset_mapping"])


def _open_transformers(name: str) -> Reader:
    try:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
        model, report = AutoModelForQuestionAnswering.from_pretrained(name, output_loading_info=True)
    except ImportError as error:
        raise ModelError(f"the reader {name!r} needs {error.name}: pip install transformers torch") from error
    except Exception as error:  # transformers raises its hub's, its parsers' and plain errors alike
        cause = str(error).strip().partition("\n")[0]
        raise ModelError(f"the reader {name!r} cannot be loaded ({cause}); set RAG_READER=default or none") from error
    if missing := sorted(report["missing_keys"]):
        raise ModelError(f"{name!r} is no question-answering model: it lacks {missing[0]}; set RAG_READER=default")
    if not tokenizer.is_fast:
        raise ModelError(f"the reader {name!r} has no tokenizer that tells where its tokens stand; choose another")
    return _TransformersReader(name, model.eval(), tokenizer)


def best_spans(
    encoding: Encoding, start: NDArray[np.float32], end: NDArray[np.float32], prefix: int, window: str
) -> tuple[Span, ...]:
    """The best answers of one window: whole words, at most ``ANSWER_TOKENS`` tokens, none of them the title's.

    Args:
        encoding: of the question and of the prefix with the window behind it.
        start: logit of each token as the answer's first; the first token's means no answer. Shape [tokens].
        end: the same as its last.
        prefix: characters before the window.
        window: its text.

    Returns:
        At most ``ANSWERS``, none overlapping another, best first: start and end in the window, in characters, and the
        log-odds against no answer. One of no length where the window has no words.
    """
    import numpy as np

    words, places = encoding.word_ids, encoding.offsets
    inside = np.zeros(len(places), dtype=bool)
    for n, (sequence, (a, b)) in enumerate(zip(encoding.sequence_ids, places, strict=True)):
        inside[n] = sequence == 1 and a >= prefix and not window[a - prefix : b - prefix].isspace() and a < b
    if not inside.any():
        return ((0, 0, NOTHING),)
    count = len(places)
    first = np.array([n == 0 or words[n] is None or words[n] != words[n - 1] for n in range(count)])
    last = np.array([*first[1:], True])
    begins = np.where(inside & first, start[:count], -np.inf)
    ends = np.where(inside & last, end[:count], -np.inf)
    sums = begins[:, None] + ends[None, :]
    sums = np.where(np.triu(np.tril(np.ones((count, count), dtype=bool), ANSWER_TOKENS - 1)), sums, -np.inf)
    found: list[Span] = []
    while len(found) < ANSWERS:
        begin, stop = np.unravel_index(int(sums.argmax()), sums.shape)
        score = float(sums[begin, stop] - start[0] - end[0])
        if not math.isfinite(score):  # nothing left, or one word of more than ANSWER_TOKENS tokens
            break
        a, b = places[begin][0] - prefix, places[stop][1] - prefix
        text = window[a:b]
        found.append((a + len(text) - len(text.lstrip()), b - len(text) + len(text.rstrip()), score))
        sums[: stop + 1, begin:] = -np.inf  # every span that shares a token with this one
    return tuple(found) or ((0, 0, NOTHING),)


def _prefixes(windows: Sequence[str], titles: Sequence[str] | None) -> list[str]:
    if titles is None:
        return [""] * len(windows)
    return [
        " ".join(title.split()[:TITLE_WORDS]) + ". " if title.strip() else ""
        for title, _ in zip(titles, windows, strict=True)
    ]


def _reading(found: Sequence[Span], scale: float, bias: float) -> Reading:
    start, end, score = found[0]
    logit = max(-60.0, min(60.0, scale * score + bias))
    others = tuple(_reading([span], scale, bias) for span in found[1:])
    return Reading(start, end, score, 1 / (1 + math.exp(-logit)), others)
