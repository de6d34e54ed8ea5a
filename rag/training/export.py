"""The trained model as an ONNX file of half the size, checked against torch, with its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cross_encoder import MANIFEST
from rag.errors import ModelError
from rag.files import sha256
from rag.onnx_export import graph_of
from rag.onnx_graph import fuse_attention

if TYPE_CHECKING:
    import onnx

LARGEST_DIFFERENCE = 0.25  # of a logit, between torch's weights and the stored ones


def export_onnx(model: Any, path: Path, outputs: tuple[str, ...]) -> float:
    """Write the model as ONNX: word vectors in 8 bits a row, other weights in 16 bits, all computed in 32.

    Args:
        model: a BERT of transformers with a head.
        path: of the file to write.
        outputs: names of what the head gives.

    Returns:
        The largest difference of a logit between torch and ONNX Runtime on pairs of several lengths.

    Raises:
        ModelError: where onnx or onnxscript is missing, or the difference is over ``LARGEST_DIFFERENCE``.
    """
    try:
        import onnx
        import onnxscript  # noqa: F401  # torch's exporter needs it and says so late
    except ImportError as error:
        raise ModelError(f"the export needs {error.name}: pip install 'footnote-rag[train]'") from error

    model.config.return_dict = False
    graph = graph_of(model, _NAMES, outputs, most_tokens=512)
    fuse_attention(graph)
    _halve(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))
    difference = _difference(model, path, outputs)
    if difference > LARGEST_DIFFERENCE:
        raise ModelError(f"{path} differs from torch by {difference:.3f} in a logit: the exporter and torch do not fit")
    return difference


_NAMES = ("input_ids", "attention_mask", "token_type_ids")


def _halve(model: onnx.ModelProto) -> None:
    """Store the word vectors as int8 with a scale a row, and every other large weight as float16 cast at load."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    kept, added = [], []
    for weight in graph.initializer:
        array = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or array.size < 1000:
            kept.append(weight)
        elif array.shape[0] > 20000:
            kept.extend(_eight_bits(graph, weight.name, array))
        else:
            kept.append(numpy_helper.from_array(array.astype(np.float16), weight.name + "_half"))
            added.append(helper.make_node("Cast", [weight.name + "_half"], [weight.name], to=TensorProto.FLOAT))
    nodes = [*added, *graph.node]
    del graph.initializer[:], graph.node[:], graph.value_info[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)


def _eight_bits(graph: onnx.GraphProto, name: str, array: Any) -> list[onnx.TensorProto]:
    """Replace the look-up in a table of vectors: rows of int8 times the row's scale."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    (gather,) = (node for node in graph.node if name in node.input)
    scale = np.maximum(np.abs(array).max(axis=1, keepdims=True), 1e-8) / 127
    rows = np.round(array / scale).astype(np.int8)
    tokens, out = gather.input[1], gather.output[0]
    place = list(graph.node).index(gather)
    made = [
        helper.make_node("Gather", [name + "_rows", tokens], [out + "_rows"], axis=0),
        helper.make_node("Cast", [out + "_rows"], [out + "_cast"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [name + "_scale", tokens], [out + "_scale"], axis=0),
        helper.make_node("Mul", [out + "_cast", out + "_scale"], [out]),
    ]
    nodes = [*list(graph.node)[:place], *made, *list(graph.node)[place + 1 :]]
    del graph.node[:]
    graph.node.extend(nodes)
    return [
        numpy_helper.from_array(rows, name + "_rows"),
        numpy_helper.from_array(scale.astype(np.float32), name + "_scale"),
    ]


def _difference(model: Any, path: Path, outputs: tuple[str, ...]) -> float:
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types
    import torch

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    random = torch.Generator().manual_seed(0)
    largest = 0.0
    for count, width in ((1, 9), (3, 64), (2, 200)):
        fed = {
            "input_ids": torch.randint(1000, 30000, (count, width), generator=random),
            "attention_mask": torch.ones(count, width, dtype=torch.int64),
            "token_type_ids": torch.zeros(count, width, dtype=torch.int64),
        }
        fed["attention_mask"][0, width - 2 :] = 0
        with torch.inference_mode():
            expected = model(**fed)
        got = session.run(None, {key: value.numpy() for key, value in fed.items()})
        for mine, theirs in zip(got, expected[: len(got)], strict=True):
            difference = (torch.from_numpy(mine) - theirs).abs()
            if len(outputs) > 1:  # a logit a token; what is said of padding does not matter
                difference = difference[fed["attention_mask"].bool()]
            largest = max(largest, float(difference.max()))
    return largest


def write_manifest(folder: Path, calibration: Mapping[str, Any], figures: Mapping[str, Any]) -> None:
    """Write ``manifest.json``: the sha256 of each file, the calibration, and the figures on held-apart documents."""
    sums = {file: sha256(folder / file) for file in ("model.onnx", "tokenizer.json")}
    manifest = {"sha256": sums, "calibration": dict(calibration), "figures": dict(figures)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
