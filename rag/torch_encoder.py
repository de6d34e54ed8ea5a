"""Passages and questions to vectors, with sentence-transformers.

A passage and its sentences are embedded in one forward pass: a sentence's vector is made of the vectors that its
tokens have inside the passage, so it knows what "he" and "there" mean ("late chunking", arXiv 2409.04701).
"""

from __future__ import annotations

import copy
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.encoder import OFF_UNIT, TITLE_CHARACTERS, Encoder, PassageText, PassageVectors, default_model
from rag.errors import ModelError
from rag.sentence_pooling import SentencePooling
from rag.torch_model import fingerprint, open_model, reason

if TYPE_CHECKING:
    from torch import Tensor

    from rag.arrays import Flags, Floats


def can_embed() -> bool:
    """Whether sentence-transformers is installed; a machine that only answers does without."""
    return importlib.util.find_spec("sentence_transformers") is not None


def open_encoder(name: str) -> Encoder:
    """Load the encoder of that name.

    Args:
        name: "default" for all-MiniLM-L6-v2 from the package that carries it, else the path or the name of a
            sentence-transformers model whose tokens are pooled.

    Raises:
        ModelError: sentence-transformers or the model is not installed, the model cannot be used here, or the default
            model's files are not the known ones.
    """
    if not can_embed():
        raise ModelError(
            "sentence-transformers is not installed here, and indexing needs it: pip install sentence-transformers"
        )
    path = default_model() if name == "default" else name
    return SentenceTransformerEncoder(name, str(path))


class SentenceTransformerEncoder:
    """A sentence-transformers model of a transformer whose tokens it pools. Safe to use from several threads.

    Args:
        name: as in the settings.
        path: a model folder, or a name that sentence-transformers knows.

    Attributes:
        model: the model itself.
        read_tokens: the most tokens of a text that it reads, special tokens and a prompt included.
        in_use: held by the thread that uses the model.

    Raises:
        ModelError: the model cannot be loaded, or gives no vectors of passages, sentences and questions that compare.
    """

    batch_size = 16

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.model = open_model(name, path)
        self._sentences = SentencePooling(name, self.model)
        # Calling the model's tokenizer switches truncation on inside it; counting needs one that reads to the end.
        self._counter = copy.deepcopy(self.model.tokenizer.backend_tokenizer)
        self._counter.no_truncation()
        self._counter.no_padding()
        # Its tokenizer cannot be used by two threads at once ("Already borrowed").
        self.in_use = threading.Lock()
        self._prompt = self.model.prompts.get("document") or ""
        self.read_tokens = int(self.model.get_max_seq_length() or 512)
        self.max_tokens = self.read_tokens - len(self.token_starts(self._prompt))
        self.dimension = self._tried()
        self.fingerprint = fingerprint(self.model)

    def _tried(self) -> int:
        """The length of the vectors of a trial, once they are found to be ones that can be compared."""
        try:
            (passage,) = self.embed_passages([PassageText("A trial", "One sentence. Another.", ((0, 13), (14, 22)))])
            question = self.embed_question("Is this one?")
        except Exception as error:  # whatever a model's code raises comes through
            raise ModelError(f"encoder {self.name!r} cannot be used ({reason(error)}): use another") from error
        rows = (passage.whole, *passage.sentences, question)
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            told = " and ".join(map(str, sorted(lengths)))
            raise ModelError(f"encoder {self.name!r} gives vectors of {told} numbers, which cannot be compared")
        if not all(abs(float(row @ row) - 1) < OFF_UNIT for row in rows):
            raise ModelError(f"encoder {self.name!r} gives vectors that are no numbers: get it again, or use another")
        return lengths.pop()

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
            with self.in_use:
                done.update(zip(rows, self._embed_batch([passages[i] for i in rows]), strict=True))
        for i in range(len(passages)):
            yield done[i]

    def _embed_batch(self, batch: Sequence[PassageText]) -> Iterator[PassageVectors]:
        import torch
        from sentence_transformers.util import batch_to_device

        heads = [_head(passage.title) for passage in batch]
        texts = [head + passage.text for head, passage in zip(heads, batch, strict=True)]
        features = self.model.preprocess(texts, prompt=self._prompt or None, task="document")
        encodings = self.model.tokenizer(
            [self._prompt + text for text in texts],
            return_offsets_mapping=True,
            truncation=True,
            max_length=self.read_tokens,
        )
        places = []
        for head, passage, offsets in zip(heads, batch, encodings["offset_mapping"], strict=True):
            shift = len(self._prompt) + len(head)
            places.append(_inside(offsets, [(start + shift, end + shift) for start, end in passage.sentences]))
        with torch.inference_mode():
            output = self.model(batch_to_device(features, self.model.device), task="document")
            whole = self._sentences.cut(output["sentence_embedding"]).cpu().numpy()
            sentences = self._embed_sentences(output["token_embeddings"].cpu(), places)
        for row, inside in enumerate(places):
            rows = sentences[: len(inside)]
            sentences = sentences[len(inside) :]
            rows[~inside.any(axis=1)] = whole[row]  # where all the tokens of a sentence were cut off
            yield PassageVectors(whole[row], rows)

    def _embed_sentences(self, tokens: Tensor, places: Sequence[Flags]) -> Floats:
        """A row for each sentence of a batch, from the vectors of tokens, shape (batch, t, d), and where they lie."""
        import torch

        left = self.model.tokenizer.padding_side == "left"
        pooled = []
        for text, inside in zip(tokens, places, strict=True):
            read = inside.shape[1]
            unpadded = text[len(text) - read :] if left else text[:read]
            pooled.append(self._sentences.pooled(unpadded, torch.from_numpy(inside)))
        rows: Floats = self._sentences.finished(torch.cat(pooled).to(self.model.device)).cpu().numpy()
        return rows

    def embed_question(self, question: str) -> Floats:
        """The vector of a question, of shape (d,), with the model's own query prompt if it has one."""
        with self.in_use:
            vector: Floats = self.model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return vector


def _head(title: str) -> str:
    """What stands in front of a passage's text: most of what a passage is about is in its article's title."""
    return f"{title[:TITLE_CHARACTERS]}\n\n" if title else ""


def _inside(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> Flags:
    """Which tokens, by their offsets in a text, lie in which span of it, shape (spans, tokens)."""
    import numpy as np

    starts, ends = np.array(offsets, dtype=np.int64).reshape(-1, 2).T
    first, last = np.array(spans, dtype=np.int64).reshape(-1, 2, 1).transpose(1, 0, 2)
    inside: Flags = (starts >= first) & (ends <= last) & (ends > starts)
    return inside
