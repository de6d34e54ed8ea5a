"""A sentence's vector from its tokens inside a passage: pooled, then put through all that the model does behind that.

A vector that is not made as those of questions are lies in another space, or has another length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor


class SentencePooling:
    """What a model does with the tokens of a text, done with those of parts of it.

    Args:
        name: of the model, as in the settings, for errors.
        model: one that pools the vectors of tokens.

    Raises:
        ModelError: it has no module of its own that pools them.
    """

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        from sentence_transformers.sentence_transformer.modules import Pooling

        modules = list(model)
        pooling = next((module for module in modules if isinstance(module, Pooling)), None)
        if pooling is None:
            raise ModelError(f"encoder {name!r} does not pool the vectors of a text's tokens: use one that does")
        self._behind = modules[modules.index(pooling) + 1 :]
        self._width = model.truncate_dim
        modes = (pooling.pooling_mode,) if isinstance(pooling.pooling_mode, str) else pooling.pooling_mode
        # A text's first or last token was trained to speak for the text; a sentence's was not: the mean stands for it.
        meant = tuple("mean" if mode in ("cls", "lasttoken") else mode for mode in modes)
        self._pooling = None if meant == ("mean",) else Pooling(pooling.embedding_dimension, meant)

    def pooled(self, tokens: Tensor, inside: Tensor) -> Tensor:
        """One row a part, from vectors of tokens, shape (t, d), and which of them each part has, shape (parts, t)."""
        if self._pooling is None:  # as the module does it, but much quicker
            return (inside.to(tokens.dtype) @ tokens) / inside.sum(dim=1, keepdim=True)
        features = {"token_embeddings": tokens.expand(len(inside), -1, -1), "attention_mask": inside.long()}
        rows: Tensor = self._pooling(features)["sentence_embedding"]
        return rows

    def finished(self, pooled: Tensor) -> Tensor:
        """The vectors, of unit length, of what was pooled."""
        features = {"sentence_embedding": pooled}
        for module in self._behind:
            features = module(features)
        return self.cut(features["sentence_embedding"])

    def cut(self, rows: Tensor) -> Tensor:
        """Rows of the length that the model is set to, scaled to unit length."""
        from torch.nn.functional import normalize

        return normalize(rows[:, : self._width], dim=1)
