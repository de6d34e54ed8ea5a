"""How near a question's encoder is to the floor: what its bare matrix products take, without all the rest of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def bare_products(model: SentenceTransformer) -> Callable[[str], object]:
    """What multiplies a row for each token of a question with each weight of the model, in 32 bits, with numpy.

    No attention, no activation, no norm: whatever gives the same vectors in 32 bits does at least these products.
    """
    import numpy as np

    weights = [
        np.ascontiguousarray(weight.detach().numpy().T)
        for name, weight in model.named_parameters()
        if weight.ndim == 2 and "embeddings" not in name and "pooler" not in name
    ]
    rng = np.random.default_rng(0)
    sizes = {len(weight) for weight in weights}
    rows = {size: rng.standard_normal((model.max_seq_length or 512, size), dtype=np.float32) for size in sizes}

    def multiply(question: str) -> object:
        tokens = len(model.tokenizer(question)["input_ids"])
        return [rows[len(weight)][:tokens] @ weight for weight in weights]

    return multiply
