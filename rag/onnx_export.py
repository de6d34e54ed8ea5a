"""The model that indexed, exported to ONNX into the user's cache, for questions to be encoded without torch.

An export is compared with the model on texts of several lengths before it is kept.
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

from rag.errors import ModelError
from rag.files import sha256
from rag.onnx_encoder import MODEL, RECORD, TOKENIZER, WEIGHTS, OnnxEncoder, cached
from rag.onnx_graph import OPSET, fuse_attention

if TYPE_CHECKING:
    import onnx

    from rag.torch_encoder import SentenceTransformerEncoder

LEAST_COSINE = 0.9999
_TRIALS = ("Why?", "Who met\nwith the refugees on 9 May, and where?", "один 一 🙂 naïve", "word " * 90, "x " * 900)
_ABANDONED = 3600.0
"""Seconds after which an export is no longer under way; it takes less than a minute."""


def export(encoder: SentenceTransformerEncoder) -> Path:
    """Export an encoder to the user's cache, unless it lies there already.

    Its attention is put into single nodes where that leaves its vectors as they are, which it does in a plain BERT.

    Returns:
        The folder that it lies in.

    Raises:
        ModelError: the model cannot be exported, or the export gives other vectors.
    """
    target = cached(encoder.fingerprint)
    _sweep(target.parent)
    if (target / RECORD).is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    try:
        record = _recorded(encoder, draft)
        record["sha256"] = {name: sha256(draft / name) for name in (MODEL, WEIGHTS, TOKENIZER)}
        (draft / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        if not target.exists():
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def cannot_be_exported(fingerprint: str) -> bool:
    """Whether it was tried on this machine, and failed, so that only indexing tries it again."""
    return _refusal(fingerprint).is_file()


def _refusal(fingerprint: str) -> Path:
    return cached(fingerprint).with_suffix(".refused")


def _recorded(encoder: SentenceTransformerEncoder, folder: Path) -> dict[str, Any]:
    """What ``_write`` does; where that fails, why is left beside the place of the export."""
    try:
        return _write(encoder, folder)
    except ModelError as error:
        _refusal(encoder.fingerprint).write_text(f"{error}\n", encoding="utf-8")
        raise


def _write(encoder: SentenceTransformerEncoder, folder: Path) -> dict[str, Any]:
    """Write the files of an export, and return what is to be recorded of it."""
    encoder.model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    prompt = encoder.model.prompts.get("query") or ""
    inputs, plain = _graph(encoder, folder)
    for graph in _quickest_first(plain):
        _save(graph, folder)
        try:
            exported = OnnxEncoder(folder, encoder.name, encoder.fingerprint, prompt, encoder.max_tokens, inputs)
            worst = min(float(exported.embed_question(text) @ encoder.embed_question(text)) for text in _TRIALS)
        except Exception as error:
            if not type(error).__module__.startswith("onnxruntime"):  # its own errors have no parent but Exception
                raise
            wrong = f"cannot be used by ONNX Runtime ({str(error).splitlines()[0]})"
            continue
        if worst >= LEAST_COSINE:
            return {"encoder": encoder.name, "prompt": prompt, "max_tokens": encoder.max_tokens, "inputs": inputs}
        wrong = f"gives other vectors (cosine {worst:.4f})"
    raise ModelError(f"the export of encoder {encoder.name!r} {wrong}")


def _quickest_first(plain: onnx.ModelProto) -> Iterator[onnx.ModelProto]:
    import onnx

    fused = onnx.ModelProto()
    fused.CopyFrom(plain)
    if fuse_attention(fused):
        yield fused
    yield plain


def _save(graph: onnx.ModelProto, folder: Path) -> None:
    """Write a graph; its weights get a file of their own, which is mapped into memory, not read, when it is opened."""
    import onnx

    for name in (MODEL, WEIGHTS):
        (folder / name).unlink(missing_ok=True)  # or the weights would be written after those that are there
    onnx.save(graph, str(folder / MODEL), save_as_external_data=True, location=WEIGHTS)


def _sweep(folder: Path) -> None:
    """Delete what exports that were killed have left, and none that may still be under way."""
    for draft in folder.glob("draft-*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps, too
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                shutil.rmtree(draft, ignore_errors=True)


def _graph(encoder: SentenceTransformerEncoder, folder: Path) -> tuple[list[str], onnx.ModelProto]:
    """The names of the inputs and the graph of the whole model, pooling and normalisation included."""
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
                opset_version=OPSET,
                verbose=False,
            )
        except Exception as error:  # the exporter has no error of its own: whatever a model's code raises comes through
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"encoder {encoder.name!r} cannot be exported to ONNX ({reason})") from error
    assert program is not None  # only the old exporter returns nothing
    program.save(str(folder / MODEL), external_data=True)
    return inputs, onnx.load(str(folder / MODEL))


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
