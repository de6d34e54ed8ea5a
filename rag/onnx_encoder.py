"""Questions to vectors without torch: the model that indexed, exported to ONNX and kept in the user's cache.

Loading torch takes many seconds; ONNX Runtime starts in a fraction of one and gives the same vectors. An export's files
are checked by hash before they are loaded.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rag.encoder import QuestionEncoder, check_files
from rag.errors import ModelError
from rag.inference import Session

if TYPE_CHECKING:
    from rag.arrays import Floats

MODEL, WEIGHTS, TOKENIZER, RECORD = "model.onnx", "model.onnx.data", "tokenizer.json", "export.json"
"""The files of an export."""

_OTHER_LOADS = "delete it, and it is made again where sentence-transformers is installed"


def cached(fingerprint: str) -> Path:
    """Where the export of the encoder with that fingerprint lies, or would lie."""
    from platformdirs import user_cache_path

    return user_cache_path("footnote", appauthor=False) / "encoders" / fingerprint[:32]


def is_exported(fingerprint: str) -> bool:
    """Whether the encoder with that fingerprint has been exported on this machine, as far as this user may know."""
    return os.path.isfile(cached(fingerprint) / RECORD)  # noqa: PTH113 - Path's raises where a folder may not be passed


def open_exported(name: str, fingerprint: str) -> QuestionEncoder | None:
    """The exported encoder with that fingerprint, or None where there is none on this machine that may be read.

    Raises:
        ModelError: one of its files was altered.
    """
    folder = cached(fingerprint)
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        hashes: dict[str, str] = record["sha256"]
        prompt, max_tokens, inputs = record["prompt"], record["max_tokens"], record["inputs"]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"exported encoder {folder} cannot be read: {_OTHER_LOADS}") from error
    check_files(folder, hashes, _OTHER_LOADS)
    return OnnxEncoder(folder, name, fingerprint, prompt, max_tokens, inputs)


class OnnxEncoder:
    """An exported encoder. Safe to use from several threads.

    Args:
        folder: holds the files of an export.
        name: as in the settings.
        fingerprint: of the model that was exported.
        prompt: what the model wants in front of a question.
        max_tokens: the most tokens that it reads, special tokens included.
        inputs: names of the model's inputs.
    """

    def __init__(
        self, folder: Path, name: str, fingerprint: str, prompt: str, max_tokens: int, inputs: list[str]
    ) -> None:
        from tokenizers import Tokenizer

        self._session = Session(folder / MODEL)
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._prompt = prompt
        self._inputs = inputs
        self.name = name
        self.fingerprint = fingerprint

    def embed_question(self, question: str) -> Floats:
        """The vector of a question, of shape (d,)."""
        import numpy as np

        encoding = self._tokenizer.encode(self._prompt + question)
        values = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        fed = {name: np.array([values[name]], dtype=np.int64) for name in self._inputs}
        vector: Floats = self._session.run(fed)[0][0]
        return vector / max(math.sqrt(float(vector @ vector)), 1e-12)
