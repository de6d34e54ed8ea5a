"""The model that indexed, exported to ONNX into the user's cache, for questions to be encoded without torch.

An export is compared with the model on texts of several lengths before it is kept.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.files import sha256
from rag.onnx_encoder import MODEL, RECORD, TOKENIZER, WEIGHTS, OnnxEncoder, cached, is_exported
from rag.onnx_graph import OPSET, fuse_attention
from rag.torch_model import reason

if TYPE_CHECKING:
    import onnx
    import torch

    from rag.torch_encoder import SentenceTransformerEncoder

LEAST_COSINE = 0.9999
_TRIALS = ("Why?", "Who met\nwith the refugees on 9 May, and where?", "один 一 🙂 naïve", "word " * 90, "x " * 900)
_ABANDONED = 3600.0
"""Seconds after which an export is no longer under way; it takes less than a minute."""

_EXPORTING = threading.Lock()
"""Held while any model is exported: torch's exporter changes torch itself meanwhile, what a module's call does among
it, and warnings are silenced, for the whole process; two exports at once would each put back what the other had set."""


def export(encoder: SentenceTransformerEncoder) -> Path:
    """Export an encoder to the user's cache, unless it lies there already.

    Its attention is put into single nodes where that leaves its vectors as they are, which it does in a plain BERT.

    Returns:
        The folder that it lies in.

    Raises:
        ModelError: the model cannot be exported, the export gives other vectors, or the cache cannot be written.
    """
    target = cached(encoder.fingerprint)
    try:
        _sweep(target.parent)
        if not is_exported(encoder.fingerprint):
            target.parent.mkdir(parents=True, exist_ok=True)
            with _EXPORTING:
                if not is_exported(encoder.fingerprint):  # as it is once another thread, which was waited for, did it
                    _make(encoder, target)
    except OSError as error:
        told = error.strerror or reason(error)
        raise ModelError(
            f"the export of encoder {encoder.name!r} cannot be kept in {target.parent} ({told})"
        ) from error
    return target


def _make(encoder: SentenceTransformerEncoder, target: Path) -> None:
    """Write an export beside its place, and put it there once it is whole."""
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    try:
        draft.chmod(0o755)  # whoever may read the cache may read the export, which a folder made for a while forbids
        record = _recorded(encoder, draft)
        record["sha256"] = {name: sha256(draft / name) for name in (MODEL, WEIGHTS, TOKENIZER)}
        (draft / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        _put(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put(draft: Path, target: Path) -> None:
    """Have an export lie at its place, unless another process was quicker; what is there without its record goes."""
    with contextlib.suppress(OSError):
        draft.rename(target)
    if not (target / RECORD).is_file():
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)


def cannot_be_exported(fingerprint: str) -> bool:
    """Whether it was tried on this machine, and failed, so that only indexing tries it again."""
    return os.path.isfile(_refusal(fingerprint))  # noqa: PTH113 - Path's raises where a folder may not be passed


def _refusal(fingerprint: str) -> Path:
    return cached(fingerprint).with_suffix(".refused")


def _recorded(encoder: SentenceTransformerEncoder, folder: Path) -> dict[str, Any]:
    """What ``_write`` does; where that fails, why is left beside the place of the export."""
    try:
        return _write(encoder, folder)
    except ModelError as error:
        with contextlib.suppress(OSError):  # why it cannot be exported is what is to be told
            _refusal(encoder.fingerprint).write_text(f"{error}\n", encoding="utf-8")
        raise


def _write(encoder: SentenceTransformerEncoder, folder: Path) -> dict[str, Any]:
    """Write the files of an export, and return what is to be recorded of it."""
    prompt = encoder.model.prompts.get("query") or ""
    with encoder.in_use:  # to export a model its weights are taken out for a while: nobody may compute with it
        encoder.model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        inputs, plain = _graph(encoder)
    for graph in _quickest_first(plain):
        _save(graph, folder)
        try:
            exported = OnnxEncoder(folder, encoder.name, encoder.fingerprint, prompt, encoder.read_tokens, inputs)
            worst = min(float(exported.embed_question(text) @ encoder.embed_question(text)) for text in _TRIALS)
        except Exception as error:
            if not type(error).__module__.startswith("onnxruntime"):  # its own errors have no parent but Exception
                raise
            wrong = f"cannot be used by ONNX Runtime ({reason(error)})"
            continue
        if worst >= LEAST_COSINE:
            return {"encoder": encoder.name, "prompt": prompt, "max_tokens": encoder.read_tokens, "inputs": inputs}
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
        with contextlib.suppress(OSError):  # another process sweeps, too, or it is another user's
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                shutil.rmtree(draft, ignore_errors=True)


def _graph(encoder: SentenceTransformerEncoder) -> tuple[list[str], onnx.ModelProto]:
    """The names of the inputs and the graph of the whole model, pooling and normalisation included."""
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
            return self.model({**given, **fixed})["sentence_embedding"][:, : encoder.model.truncate_dim]

    try:
        return inputs, graph_of(Whole(), inputs, ["vector"], encoder.read_tokens)
    except Exception as error:  # the exporter has no error of its own: whatever a model's code raises comes through
        raise ModelError(f"encoder {encoder.name!r} cannot be exported to ONNX ({reason(error)})") from error


def graph_of(
    module: torch.nn.Module, inputs: Sequence[str], outputs: Sequence[str], most_tokens: int
) -> onnx.ModelProto:
    """Export a module that reads texts in tokens, for any number of them at a time.

    Args:
        module: called with tensors of 64-bit numbers, shape (texts, tokens), by name.
        inputs: their names.
        outputs: names of what it gives.
        most_tokens: of a text.

    Returns:
        The graph, of opset ``OPSET``. Whatever the exporter or the module's code raises comes through.
    """
    import torch

    example = {name: torch.ones(2, 17, dtype=torch.int64) for name in inputs}
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=most_tokens)}
    with _quiet_exporter():
        program = torch.onnx.export(
            module.eval(),
            kwargs=example,
            dynamo=True,
            dynamic_shapes=dict.fromkeys(inputs, shape),
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=OPSET,
            verbose=False,
        )
        assert program is not None  # only the old exporter returns nothing
        return program.model_proto


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
