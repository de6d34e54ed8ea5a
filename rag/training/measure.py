"""What a trained reader is worth on documents that it was not trained on, and the calibration of its score."""

from __future__ import annotations

import math
import random
import re
import string
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.reader import Reader, Reading, open_reader
from rag.training.data import Row
from rag.training.windows import WINDOW_SENTENCES, Pair, WindowIndex, near_pair, window_pair

QUESTIONS = 500
SOURCES = {"squad2": 0.7, "qamr": 0.2, "new_wiki": 0.1}


def measure(folder: Path, held: Sequence[Row], questions: int = QUESTIONS) -> tuple[dict[str, float], dict[str, Any]]:
    """Read questions of held-apart documents with the reader in ``folder``.

    Args:
        folder: of an exported reader.
        held: the rows held apart.
        questions: how many to ask at most.

    Returns:
        The calibration (``scale`` and ``bias`` of a logistic function of the score) and the figures: ``window_em``
        and ``window_f1`` read the one window that answers; ``context_em`` and ``context_f1`` take the best of all
        windows of the context; ``windows_auroc`` tells windows that answer from near ones that do not;
        ``questions_auroc`` tells questions that the context answers from SQuAD 2.0's that it does not.
    """
    reader = open_reader(str(folder))
    assert reader is not None
    rng = random.Random(0)
    index = WindowIndex(held)
    rows = [row for source, share in SOURCES.items() for row in _some(held, source, round(share * questions), rng)]
    scored: list[tuple[float, bool]] = []
    exact, f1 = [], []
    for row in rows:
        pair = window_pair(index, row, rng, WINDOW_SENTENCES)
        near = near_pair(index, row, rng, WINDOW_SENTENCES) if row.answer else None
        pairs = [each for each in (pair, near) if each]
        for each, reading in zip(pairs, _read(reader, row.question, pairs), strict=True):
            scored.append((reading.score, each.start >= 0))
            if each.golds:
                short = each.window[reading.start : reading.end]
                exact.append(max(exact_match(short, gold) for gold in each.golds))
                f1.append(max(token_f1(short, gold) for gold in each.golds))
    scale, bias = fit_logistic(scored)
    figures = {
        "questions": len(rows),
        "window_em": _mean(exact),
        "window_f1": _mean(f1),
        "windows_auroc": round(auroc(scored), 4),
        **_contexts(reader, index, rows),
    }
    return {"scale": scale, "bias": bias}, figures


def _some(rows: Sequence[Row], source: str, count: int, rng: random.Random) -> list[Row]:
    of_source = [row for row in rows if row.source == source]
    return rng.sample(of_source, min(count, len(of_source)))


def _read(reader: Reader, question: str, pairs: Sequence[Pair]) -> tuple[Reading, ...]:
    return reader.read(question, [pair.window for pair in pairs], [pair.title for pair in pairs])


def _contexts(reader: Reader, index: WindowIndex, rows: Sequence[Row]) -> dict[str, float]:
    """Read every window of each context, as answering does, and take the best."""
    scored, exact, f1 = [], [], []
    for row in rows:
        cuts = index.cuts[row.context]
        groups = [cuts[n : n + WINDOW_SENTENCES] for n in range(max(1, len(cuts) - WINDOW_SENTENCES + 1))][:12]
        windows = [row.context[group[0][0] : group[-1][1]] for group in groups]
        readings = reader.read(row.question, windows, [row.title] * len(windows))
        best = max(range(len(windows)), key=lambda n: readings[n].score)
        scored.append((readings[best].score, bool(row.answer)))
        if row.answer:
            short = windows[best][readings[best].start : readings[best].end]
            exact.append(max(exact_match(short, gold) for gold in row.golds))
            f1.append(max(token_f1(short, gold) for gold in row.golds))
    return {"context_em": _mean(exact), "context_f1": _mean(f1), "questions_auroc": round(auroc(scored), 4)}


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / max(1, len(values)), 4)


def normal_words(text: str) -> list[str]:
    """Words as SQuAD compares them: lower case, without punctuation and articles (arXiv 1606.05250)."""
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def exact_match(answer: str, gold: str) -> float:
    """1.0 where the answers have the same words, else 0.0."""
    return float(normal_words(answer) == normal_words(gold))


def token_f1(answer: str, gold: str) -> float:
    """Harmonic mean of the precision and recall of the answer's words against the gold answer's."""
    mine, theirs = normal_words(answer), normal_words(gold)
    shared = sum((Counter(mine) & Counter(theirs)).values())
    if not mine or not theirs:
        return float(mine == theirs)
    return 2 * shared / (len(mine) + len(theirs))


def auroc(scored: Sequence[tuple[float, bool]]) -> float:
    """The chance that a random positive scores above a random negative; 0.5 where either is missing."""
    positives = sorted(score for score, label in scored if label)
    negatives = sorted(score for score, label in scored if not label)
    if not positives or not negatives:
        return 0.5
    wins = sum(float((a > b) + 0.5 * (a == b)) for a in positives for b in negatives)
    return wins / (len(positives) * len(negatives))


def fit_logistic(scored: Sequence[tuple[float, bool]], rounds: int = 50) -> tuple[float, float]:
    """Scale and bias of Platt's logistic fit, by Newton's method with a faint pull to scale 1 and bias 0.

    Args:
        scored: scores with whether they were right.
        rounds: of Newton's method; it settles in about ten.
    """
    scale, bias, pull = 0.3, 0.0, 0.01
    for _ in range(rounds):
        gradient = [pull * (scale - 1), pull * bias]
        curve = [pull, 0.0, pull]
        for score, label in scored:
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, scale * score + bias))))
            slope = chance * (1 - chance)
            gradient[0] += (chance - label) * score
            gradient[1] += chance - label
            curve[0] += slope * score * score
            curve[1] += slope * score
            curve[2] += slope
        determinant = curve[0] * curve[2] - curve[1] ** 2
        scale -= (curve[2] * gradient[0] - curve[1] * gradient[1]) / determinant
        bias -= (curve[0] * gradient[1] - curve[1] * gradient[0]) / determinant
    return round(scale, 4), round(bias, 4)
