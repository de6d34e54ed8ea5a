"""What a question's encoder costs at the least by a common library: its bare matrix products, with numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def bare_products(model: SentenceTransformer) -> Callable[[str], object]:
    """What multiplies a row for each token of a question, shape (tokens, size), with each linear layer of the model.

    In 32 bits, and without attention, activations and norms. It is a yardstick, no bound: another library may multiply
    quicker. A head that pools is left out, since it reads one token only, where it is used at all.
    """
    import numpy as np
    import torch

    weights = [
        np.ascontiguousarray(layer.weight.detach().numpy().T)
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and "pooler" not in name
    ]
    rng = np.random.default_rng(0)
    sizes = {len(weight) for weight in weights}
    rows = {size: rng.standard_normal((model.max_seq_length or 512, size), dtype=np.float32) for size in sizes}

    def multiply(question: str) -> object:
        tokens = len(model.tokenizer(question)["input_ids"])
        return [rows[len(weight)][:tokens] @ weight for weight in weights]

    return multiply
