"""Training of the support check: a claim and its evidence in; supported, refuted or left open out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.encoder import default_model
from rag.errors import ModelError
from rag.training.claim_mix import ClaimMix
from rag.training.claims import LABELS, Claim
from rag.training.data import Row
from rag.training.feed import Batch, Chunks
from rag.training.model import new_tokenizer

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer

CHUNK_BATCHES = 20
"""Batches of pairs that people wrote in a chunk; what is made of them comes besides."""


class SupportTask:
    """Natural language inference by a cross-encoder (BERT, arXiv 1810.04805, figure 4a), from the encoder's weights."""

    head = "classifier"
    batch = 16

    def __init__(self, claims: Sequence[Claim], rows: Sequence[Row] = ()) -> None:
        """Train on ``claims``, and on what is made of the questions and passages of ``rows``."""
        self._claims, self._rows = claims, rows

    def new_model(self, dropout: float = 0.0) -> Any:
        """MiniLM-L6 with a fresh head over the first token; word vectors are frozen.

        Raises:
            ModelError: where torch, transformers or the encoder's package is missing.
        """
        try:
            import torch
            from transformers import BertForSequenceClassification

            model = BertForSequenceClassification.from_pretrained(
                str(default_model()), num_labels=len(LABELS), dtype=torch.float32,
                hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout,
            )  # fmt: skip
        except ImportError as error:
            raise ModelError(f"training needs {error.name}: pip install 'footnote-rag[train]'") from error
        model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        return model

    def chunks(self, seed: int, batch: int) -> Chunks:
        """Batches of pairs of like length."""
        mix = ClaimMix(self._claims, seed, self._rows)
        tokenizer = new_tokenizer()

        def chunk(number: int, _progress: float) -> list[Batch]:
            pairs = [labelled(tokenizer, claim) for claim in mix.chunk(number, CHUNK_BATCHES * batch)]
            pairs.sort(key=lambda pair: len(pair[0].ids))
            batches = [claim_tensors(pairs[n : n + batch]) for n in range(0, len(pairs), batch)]
            random.Random(f"{seed}:{number}").shuffle(batches)
            return batches

        return chunk

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy of the label."""
        import torch

        labels = batch.pop("labels")
        return torch.nn.functional.cross_entropy(model(**batch).logits, labels)


Labelled = tuple["Encoding", int]
"""A pair in tokens, and the place of its label in ``LABELS``."""


def labelled(tokenizer: Tokenizer, claim: Claim) -> Labelled:
    """Encode a pair, the claim first."""
    return tokenizer.encode(claim.claim, claim.evidence), LABELS.index(claim.label)


def claim_tensors(batch: Sequence[Labelled]) -> Batch:
    """Pad a batch to its longest: ids, types and attention, each [n, tokens]; and the labels [n]."""
    import torch

    width = max(len(encoding.ids) for encoding, _ in batch)

    def padded(name: str) -> torch.Tensor:
        rows = [getattr(encoding, name) for encoding, _ in batch]
        return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])

    return {
        "input_ids": padded("ids"),
        "token_type_ids": padded("type_ids"),
        "attention_mask": padded("attention_mask"),
        "labels": torch.tensor([label for _, label in batch]),
    }
