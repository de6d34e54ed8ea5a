"""Training of the reader: windows of like length, short ones first, and the loss of where their answers lie."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.training.data import Row
from rag.training.feed import Batch, Chunks
from rag.training.mix import Mix
from rag.training.model import Features, batch_tensors, new_model, new_tokenizer, span_loss
from rag.training.windows import WINDOW_SENTENCES

if TYPE_CHECKING:
    import torch

CHUNK_BATCHES = 30
"""Batches of questions in a chunk; the windows are about 1.4 times as many."""
SHORT_WINDOWS_UNTIL = 0.7  # of the run: windows of one or two sentences, which are quicker to read


class ReaderTask:
    """Questions and windows in; the first and the last token of the answer out, or none."""

    head = "qa_outputs"
    batch = 8  # a short run learns more from many small steps

    def __init__(self, rows: Sequence[Row]) -> None:
        """Train on ``rows``."""
        self._rows = rows

    def new_model(self, dropout: float = 0.0) -> Any:
        """MiniLM-L6 with a fresh question-answering head."""
        return new_model(dropout)

    def chunks(self, seed: int, batch: int) -> Chunks:
        """Batches of windows of like length, short ones first."""
        mix = Mix(self._rows, seed)
        tokenizer = new_tokenizer()

        def chunk(number: int, progress: float) -> list[Batch]:
            longest = WINDOW_SENTENCES - (progress < SHORT_WINDOWS_UNTIL)
            pairs = mix.chunk(number, CHUNK_BATCHES * batch, longest)
            features = sorted((Features(tokenizer, pair) for pair in pairs), key=lambda each: len(each.ids))
            batches = [batch_tensors(features[n : n + batch]) for n in range(0, len(features), batch)]
            random.Random(f"{seed}:{number}").shuffle(batches)
            return batches

        return chunk

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy of the answer's first and last token."""
        return span_loss(model, batch)
