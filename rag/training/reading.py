"""Training of the reader: windows of like length, short ones first, and the loss of where their answers lie."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.training.data import Row
from rag.training.mix import Mix
from rag.training.model import Features, batch_tensors, new_model, new_tokenizer, span_loss
from rag.training.run import State
from rag.training.windows import WINDOW_SENTENCES

if TYPE_CHECKING:
    import torch

BATCH = 8  # a short run learns more from many small steps
CHUNK_QUESTIONS = 240
SHORT_WINDOWS_UNTIL = 0.7  # of the run: windows of one or two sentences, which are quicker to read


class ReaderTask:
    """Questions and windows in; the first and the last token of the answer out, or none."""

    head = "qa_outputs"

    def __init__(self, rows: Sequence[Row]) -> None:
        """Train on ``rows``."""
        self._rows = rows

    def new_model(self) -> Any:
        """MiniLM-L6 with a fresh question-answering head."""
        return new_model()

    def batches(self, seed: int, state: State, progress: Callable[[], float]) -> Iterator[list[Features]]:
        """Batches of windows of like length, chunk after chunk, without end."""
        mix = Mix(self._rows, seed)
        tokenizer = new_tokenizer()
        while True:
            longest = WINDOW_SENTENCES - (progress() < SHORT_WINDOWS_UNTIL)
            pairs = mix.chunk(state.chunk, CHUNK_QUESTIONS, longest)
            features = sorted((Features(tokenizer, pair) for pair in pairs), key=lambda each: len(each.ids))
            batches = [features[n : n + BATCH] for n in range(0, len(features), BATCH)]
            random.Random(f"{seed}:{state.chunk}").shuffle(batches)
            yield from batches
            state.chunk += 1

    def loss(self, model: Any, batch: Sequence[Features]) -> torch.Tensor:
        """Mean cross-entropy of the answer's first and last token."""
        return span_loss(model, batch_tensors(batch))
