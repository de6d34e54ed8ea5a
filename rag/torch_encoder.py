"""Passages and questions to vectors, with sentence-transformers.

A passage and its sentences are embedded in one forward pass: a sentence's vector is the mean of the vectors that its
tokens have inside the passage, so it knows what "he" and "there" mean ("late chunking", arXiv 2409.04701).
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.encoder import TITLE_CHARACTERS, Encoder, PassageText, PassageVectors, default_model
from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Floats = NDArray[np.float32]


def can_embed() -> bool:
    """Whether sentence-transformers is installed; a machine that only answers does without."""
    return importlib.util.find_spec("sentence_transformers") is not None


def open_encoder(name: str) -> Encoder:
    """Load the encoder of that name.

    Args:
        name: "default" for all-MiniLM-L6-v2 from the package that carries it, else the path or the name of any
            sentence-transformers model.

    Raises:
        ModelError: sentence-transformers or the model is not installed, or the default model's files are not the known
            ones.
    """
    if not can_embed():
        raise ModelError("sentence-transformers is not installed here, and indexing needs it: pip install footnote-rag")
    path = default_model() if name == "default" else name
    return SentenceTransformerEncoder(name, str(path))


class SentenceTransformerEncoder:
    """Any sentence-transformers model that runs here. Safe to use from several threads.

    Args:
        name: as in the settings.
        path: a model folder, or a name that sentence-transformers knows.

    Raises:
        ModelError: the model cannot be loaded.
    """

    batch_size = 16

    def __init__(self, name: str, path: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        try:
            self.model: SentenceTransformer = SentenceTransformer(path, trust_remote_code=False)
        except (OSError, ValueError, ImportError) as error:
            reason = str(error).strip().splitlines()[0]
            raise ModelError(
                f"encoder {name!r} cannot be loaded ({reason}): name a sentence-transformers model or its folder"
            ) from error
        if not self.model.tokenizer.is_fast:
            raise ModelError(f"encoder {name!r} has no fast tokenizer, so sentences cannot be located: use another")
        # Calling the model's tokenizer switches truncation on inside it; counting needs one that reads to the end.
        self._counter = copy.deepcopy(self.model.tokenizer.backend_tokenizer)
        self._counter.no_truncation()
        self._counter.no_padding()
        # Its tokenizer cannot be used by two threads at once ("Already borrowed").
        self._lock = threading.Lock()
        self.name = name
        self.fingerprint = _fingerprint(self.model)
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = int(self.model.get_max_seq_length() or 512)

    def token_starts(self, text: str) -> Sequence[int]:
        """Offset in characters of every token of a text of any length, special tokens left out."""
        encoding = self._counter.encode(text, add_special_tokens=False)
        return [start for start, _ in encoding.offsets]

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of the passages, in their order; computed in batches of like length, so that little is padded."""
        # The longest first: what they free is room for the shorter ones, while the other way round memory splinters.
        order = sorted(range(len(passages)), key=lambda i: -len(passages[i].title) - len(passages[i].text))
        done: dict[int, PassageVectors] = {}
        for first in range(0, len(order), self.batch_size):
            rows = order[first : first + self.batch_size]
            with self._lock:
                done.update(zip(rows, self._embed_batch([passages[i] for i in rows]), strict=True))
        for i in range(len(passages)):
            yield done[i]

    def _embed_batch(self, batch: Sequence[PassageText]) -> Iterator[PassageVectors]:
        import torch
        from sentence_transformers.util import batch_to_device

        prompt = self.model.prompts.get("document") or ""
        heads = [_head(passage.title) for passage in batch]
        texts = [head + passage.text for head, passage in zip(heads, batch, strict=True)]
        features = self.model.preprocess(texts, prompt=prompt or None)
        with torch.inference_mode():
            output = self.model(batch_to_device(features, self.model.device))
        whole = torch.nn.functional.normalize(output["sentence_embedding"], dim=1).cpu().numpy()
        tokens = output["token_embeddings"].cpu().numpy()
        encodings = self.model.tokenizer(
            [prompt + text for text in texts],
            return_offsets_mapping=True,
            truncation=True,
            max_length=self.max_tokens,
        )
        for row, passage in enumerate(batch):
            shift = len(prompt) + len(heads[row])
            spans = [(start + shift, end + shift) for start, end in passage.sentences]
            offsets = encodings["offset_mapping"][row]
            padding = tokens.shape[1] - len(offsets)
            first = padding if self.model.tokenizer.padding_side == "left" else 0
            read = tokens[row][first : first + len(offsets)]
            yield PassageVectors(whole[row], _mean_by_span(read, offsets, spans, whole[row]))

    def embed_question(self, question: str) -> Floats:
        """The vector of a question, of shape (d,), with the model's own query prompt if it has one."""
        with self._lock:
            vector: Floats = self.model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return vector


def _head(title: str) -> str:
    """What stands in front of a passage's text: most of what a passage is about is in its article's title."""
    return f"{title[:TITLE_CHARACTERS]}\n\n" if title else ""


def _mean_by_span(
    tokens: Floats, offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]], fallback: Floats
) -> Floats:
    """Mean token vector of each span, unit length; a span whose tokens were all cut off gets the fallback."""
    import numpy as np

    starts = np.array([start for start, _ in offsets])
    ends = np.array([end for _, end in offsets])
    rows = np.empty((len(spans), tokens.shape[1]), dtype=np.float32)
    for i, (first, last) in enumerate(spans):
        inside = np.flatnonzero((starts >= first) & (ends <= last) & (ends > starts))
        rows[i] = tokens[inside].mean(axis=0) if len(inside) else fallback
        rows[i] /= max(float(np.linalg.norm(rows[i])), 1e-12)
    return rows


def _fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 over the modules' description, the prompts, the read length and every weight."""
    digest = hashlib.sha256(f"{model}|{model.prompts}|{model.get_max_seq_length()}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
