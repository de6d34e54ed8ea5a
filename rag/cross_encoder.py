"""A small model that reads two texts at once, from a folder with a manifest, on ONNX Runtime; it needs no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.files import sha256
from rag.inference import Session

if TYPE_CHECKING:
    from tokenizers import Encoding

    from rag.arrays import Floats

PAIR_TOKENS = 256
BATCH_PAIRS = 4
"""The most pairs that are read at once: a smaller working set, two fifths quicker than 12."""

_BATCH_COST = 40
"""What a batch costs besides its tokens, in tokens: reading one pair at a time takes an eighth longer than four."""

MANIFEST = "manifest.json"

_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


class CrossEncoder:
    """Opens the model of a folder: ``model.onnx``, ``tokenizer.json`` and ``manifest.json`` with their sha256.

    Args:
        folder: that ``python -m rag.training`` wrote.
        what: the model, for errors: "reader".
        remedy: what to do where it is missing or altered.

    Attributes:
        manifest: what the folder says of itself.

    Raises:
        ModelError: where the manifest or a file is missing or altered.
    """

    def __init__(self, folder: Path, what: str, remedy: str) -> None:
        self.manifest = checked_manifest(folder, what, remedy)
        from tokenizers import Tokenizer

        self._session = Session(folder / "model.onnx")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(PAIR_TOKENS, strategy="longest_first")

    def tokens(self, text: str) -> Encoding:
        """A text in the model's tokens, without those that mark its ends."""
        return self._tokenizer.encode(text, add_special_tokens=False)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[Encoding, list[Floats]]]:
        """Read pairs of texts, cut to ``PAIR_TOKENS`` together.

        Returns:
            In the order of ``pairs``: its tokens, and a row of each of the model's outputs. An output that has a
            value for each token is padded at its end.
        """
        import numpy as np

        encodings = self._tokenizer.encode_batch(list(pairs))
        read: dict[int, list[Floats]] = {}
        for batch in batches([len(encoding) for encoding in encodings]):
            width = len(encodings[batch[-1]])
            fed = {
                key: np.array([_padded(getattr(encodings[n], field), width) for n in batch], dtype=np.int64)
                for key, field in _INPUTS.items()
            }
            outputs = self._session.run(fed)
            read |= {n: [output[row] for output in outputs] for row, n in enumerate(batch)}
        return [(encodings[n], read[n]) for n in range(len(pairs))]


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Share texts of those lengths out to batches so that padding and the batches themselves cost least.

    Returns:
        The places of each batch's texts in ``lengths``, the longest last.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    cheapest = [(0, 0)]  # of the first texts: what their batches cost, and how many are in the last of them
    for count in range(1, len(order) + 1):
        width = lengths[order[count - 1]]
        sizes = range(1, min(count, BATCH_PAIRS) + 1)
        cheapest.append(min((cheapest[count - size][0] + width * size + _BATCH_COST, size) for size in sizes))
    shared, left = [], len(order)
    while left:
        size = cheapest[left][1]
        shared.append(order[left - size : left])
        left -= size
    return shared


def checked_manifest(folder: Path, what: str, remedy: str) -> dict[str, Any]:
    """Read the manifest of a model's folder and check that every file it names has the sha256 it states.

    Raises:
        ModelError: where the manifest or a file is missing or altered; it names ``what`` and ``remedy``.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated: dict[str, str] = manifest["sha256"]
        manifest["calibration"]["scale"], manifest["calibration"]["bias"]
    except OSError as error:
        raise ModelError(f"the {what}'s manifest {path} cannot be read: {remedy}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the {what}'s manifest {path} is damaged: {remedy}") from error
    for file in ("model.onnx", "tokenizer.json"):
        try:
            digest = sha256(folder / file)
        except OSError as error:
            raise ModelError(f"the {what}'s file {folder / file} cannot be read: {remedy}") from error
        if digest != stated.get(file):
            raise ModelError(f"the {what}'s file {folder / file} was altered (sha256 differs): {remedy}")
    return manifest


def _padded(values: Sequence[int], width: int) -> list[int]:
    return [*values, *[0] * (width - len(values))]
