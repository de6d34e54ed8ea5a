"""Attention goes into one node where nothing else than that node does is done, and what is computed stays the same."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rag.encoder import Encoder
from rag.onnx_encoder import MODEL
from rag.onnx_export import export
from rag.onnx_graph import OPSET, fuse_attention
from rag.torch_encoder import SentenceTransformerEncoder

WIDTH, HEADS = 8, 2


def graph(keys: str = "x", causal: int = 0, mask: str = "attention_mask") -> onnx.ModelProto:
    """Self-attention over ``x``, as the exporter writes it; over ``y`` where ``keys`` says so."""
    random = np.random.default_rng(0)
    constants = {"heads": np.array([0, 0, HEADS, WIDTH // HEADS]), "whole": np.array([0, 0, WIDTH])}
    nodes = [
        helper.make_node("Cast", [mask], ["seen"], to=TensorProto.BOOL),
        helper.make_node("Unsqueeze", ["seen", "across"], ["columns"]),
        helper.make_node("Unsqueeze", ["seen", "down"], ["rows"]),
        helper.make_node("And", ["rows", "columns"], ["shown"]),
    ]
    constants |= {"across": np.array([1, 2]), "down": np.array([1, 3])}
    for name, text in (("q", "x"), ("k", keys), ("v", keys)):
        constants |= {f"{name}_w": random.normal(size=(WIDTH, WIDTH)), f"{name}_b": random.normal(size=WIDTH)}
        nodes += [
            helper.make_node("MatMul", [text, f"{name}_w"], [f"{name}_product"]),
            helper.make_node("Add", [f"{name}_product", f"{name}_b"], [f"{name}_linear"]),
            helper.make_node("Reshape", [f"{name}_linear", "heads"], [f"{name}_cut"]),
            helper.make_node("Transpose", [f"{name}_cut"], [name], perm=[0, 2, 1, 3]),
        ]
    nodes += [
        helper.make_node(
            "Attention", ["q", "k", "v", "shown"], ["seen_by_heads"], scale=0.5, is_causal=causal, softcap=0.0
        ),
        helper.make_node("Transpose", ["seen_by_heads"], ["turned"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["turned", "whole"], ["outcome"]),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["b", "s", WIDTH]) for name in ("x", "y")]
    inputs.append(helper.make_tensor_value_info(mask, TensorProto.INT64, ["b", "s"]))
    output = helper.make_tensor_value_info("outcome", TensorProto.FLOAT, ["b", "s", WIDTH])
    kinds = {"f": np.float32, "i": np.int64}
    kept = [numpy_helper.from_array(value.astype(kinds[value.dtype.kind]), name) for name, value in constants.items()]
    made = helper.make_graph(nodes, "attention", inputs, [output], initializer=kept)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def run(model: onnx.ModelProto, mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """What the tokens that are not masked get."""
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types

    random = np.random.default_rng(1)
    fed = {name: random.normal(size=(*mask.shape, WIDTH)).astype(np.float32) for name in ("x", "y")}
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    named = [value.name for value in session.get_inputs()]
    outcome = session.run(None, {name: fed.get(name, mask) for name in named})[0]
    shown: NDArray[np.float32] = outcome[mask.astype(bool)]
    return shown


def test_attention_goes_into_one_node_and_gives_the_same_where_texts_are_padded() -> None:
    model, mask = graph(), np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    before = run(model, mask)
    assert fuse_attention(model) == 1
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["Cast", "Attention"]
    np.testing.assert_allclose(run(model, mask), before, atol=1e-5)
    assert fuse_attention(model) == 0


def test_attention_that_tells_nothing_of_its_scale_has_the_usual_one() -> None:
    model, mask = graph(), np.array([[1, 1, 1], [1, 1, 0]])
    (attention,) = (node for node in model.graph.node if node.op_type == "Attention")
    del attention.attribute[:]
    before = run(model, mask)
    assert fuse_attention(model) == 1
    np.testing.assert_allclose(run(model, mask), before, atol=1e-5)


@pytest.mark.parametrize("other", [{"keys": "y"}, {"causal": 1}, {"mask": "another_mask"}])
def test_attention_of_another_kind_stays(other: dict[str, str | int]) -> None:
    model = graph(**other)  # type: ignore[arg-type]  # each has the type of its name
    before = model.SerializeToString()
    assert fuse_attention(model) == 0
    assert model.SerializeToString() == before


@pytest.mark.usefixtures("seed_library")  # exported with it, once
def test_every_attention_of_the_encoder_and_the_shipped_readers_is_in_one_node(encoder: Encoder) -> None:
    assert isinstance(encoder, SentenceTransformerEncoder)
    shipped = [Path(str(files("rag"))) / "models" / name / "model.onnx" for name in ("reader", "support")]
    for file in (export(encoder) / MODEL, *shipped):
        model = onnx.load(str(file), load_external_data=False)
        kinds = Counter((node.domain, node.op_type) for node in model.graph.node)
        assert kinds["com.microsoft", "Attention"] == 6
        assert not kinds["", "Softmax"] + kinds["", "Attention"]
