"""Questions to vectors without torch: the model that indexed, exported to ONNX and kept in the user's cache.

Loading torch takes many seconds; ONNX Runtime starts in a fraction of one and gives the same vectors. The export is
compared with the model on texts of several lengths before it is kept, and its files are checked by hash before they
are loaded.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.encoder import QuestionEncoder, check_files
from rag.errors import ModelError
from rag.files import sha256
from rag.onnx_graph import drop_nan_guards

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.torch_encoder import SentenceTransformerEncoder

    Floats = NDArray[np.float32]

LEAST_COSINE = 0.9999
_TRIALS = ("Why?", "Who met\nwith the refugees on 9 May, and where?", "один 一 🙂 naïve", "word " * 90, "x " * 900)
_MODEL, _WEIGHTS, _TOKENIZER = "model.onnx", "model.onnx.data", "tokenizer.json"
_THREADS = 2
_ABANDONED = 3600.0
"""Seconds after which an export is no longer under way; it takes less than a minute."""

_OTHER_LOADS = "delete it, and it is made again when articles are indexed"


def cached(fingerprint: str) -> Path:
    """Where the export of the encoder with that fingerprint lies, or would lie."""
    from platformdirs import user_cache_path

    return user_cache_path("footnote", appauthor=False) / "encoders" / fingerprint[:32]


def open_exported(name: str, fingerprint: str) -> QuestionEncoder | None:
    """The exported encoder with that fingerprint, or None where it has not been exported on this machine.

    Raises:
        ModelError: one of its files was altered.
    """
    folder = cached(fingerprint)
    try:
        record = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        hashes: dict[str, str] = record["sha256"]
        prompt, max_tokens, inputs = record["prompt"], record["max_tokens"], record["inputs"]
    except FileNotFoundError:
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
        import onnxruntime  # type: ignore[import-untyped]  # it ships no types
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.log_severity_level = 3
        # Threads spin while a text is read, and stop at its end: left to spin, they take the cores from all else.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(folder / _MODEL, options, providers=providers)
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
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
        vector: Floats = self._session.run(None, fed)[0][0]
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def export(encoder: SentenceTransformerEncoder) -> Path:
    """Export an encoder to the user's cache, unless it lies there already.

    Returns:
        The folder that it lies in.

    Raises:
        ModelError: the model cannot be exported, or the export gives other vectors.
    """
    target = cached(encoder.fingerprint)
    _sweep(target.parent)
    if (target / "export.json").is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    try:
        inputs = _write_model(encoder, draft)
        encoder.model.tokenizer.backend_tokenizer.save(str(draft / _TOKENIZER))
        prompt = encoder.model.prompts.get("query") or ""
        exported = OnnxEncoder(draft, encoder.name, encoder.fingerprint, prompt, encoder.max_tokens, inputs)
        worst = min(float(exported.embed_question(text) @ encoder.embed_question(text)) for text in _TRIALS)
        if worst < LEAST_COSINE:
            raise ModelError(f"the export of encoder {encoder.name!r} gives other vectors (cosine {worst:.4f})")
        record = {
            "encoder": encoder.name,
            "prompt": prompt,
            "max_tokens": encoder.max_tokens,
            "inputs": inputs,
            "sha256": {name: sha256(draft / name) for name in (_MODEL, _WEIGHTS, _TOKENIZER)},
        }
        (draft / "export.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
        if not target.exists():
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _sweep(folder: Path) -> None:
    """Delete what exports that were killed have left, and none that may still be under way."""
    for draft in folder.glob("draft-*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps, too
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                shutil.rmtree(draft, ignore_errors=True)


def _write_model(encoder: SentenceTransformerEncoder, folder: Path) -> list[str]:
    """Write the whole model, pooling and normalisation included; returns the names of its inputs.

    Its weights get a file of their own, which is mapped into memory, not read and copied, when the model is opened.
    """
    import onnx
    import torch

    features = encoder.model.preprocess(["two short texts", "of one batch"])
    inputs = [name for name, value in features.items() if isinstance(value, torch.Tensor)]
    fixed = {name: value for name, value in features.items() if name not in inputs}
    if not {"input_ids", "attention_mask"} <= set(inputs) <= {"input_ids", "attention_mask", "token_type_ids"}:
        raise ModelError(f"encoder {encoder.name!r} reads {', '.join(inputs)}, which cannot be exported")

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = encoder.model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:
            fed = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
            given = {name: value for name, value in fed.items() if value is not None}
            return self.model({**given, **fixed})["sentence_embedding"]

    example = {name: torch.ones(2, 17, dtype=torch.int64) for name in inputs}
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=encoder.max_tokens)}
    with _quiet_exporter():
        try:
            program = torch.onnx.export(
                Whole().eval(),
                kwargs=example,
                dynamo=True,
                dynamic_shapes=dict.fromkeys(inputs, shape),
                input_names=inputs,
                output_names=["vector"],
                verbose=False,
            )
        except Exception as error:  # the exporter has no error of its own: whatever a model's code raises comes through
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"encoder {encoder.name!r} cannot be exported to ONNX ({reason})") from error
    assert program is not None  # only the old exporter returns nothing
    program.save(str(folder / _MODEL), external_data=True)
    graph = onnx.load(str(folder / _MODEL))
    drop_nan_guards(graph)
    for file in folder.iterdir():
        file.unlink()  # or the weights would be written after those that are there
    onnx.save(graph, str(folder / _MODEL), save_as_external_data=True, location=_WEIGHTS)
    return inputs


@contextlib.contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Silence what the exporter warns and logs of its own internals; what goes wrong, it raises."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
