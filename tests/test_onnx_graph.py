"""A guard against what is not a number goes, and what is computed stays the same."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from rag.onnx_graph import drop_nan_guards


def graph() -> onnx.ModelProto:
    """A softmax behind a guard, and a choice between two values that is none."""
    nodes = [
        helper.make_node("Softmax", ["x"], ["soft"], axis=-1),
        helper.make_node("IsNaN", ["soft"], ["broken"]),
        helper.make_node("Where", ["broken", "zero", "soft"], ["guarded"]),
        helper.make_node("Greater", ["guarded", "half"], ["large"]),
        helper.make_node("Where", ["large", "zero", "guarded"], ["y"]),
    ]
    shape = [2, 3]
    constants = [
        helper.make_tensor(name, TensorProto.FLOAT, [], [value]) for name, value in (("zero", 0), ("half", 0.5))
    ]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y"))
    made = helper.make_graph(nodes, "guards", [x], [y], initializer=constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def run(model: onnx.ModelProto, x: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> list[list[float]]:
    import onnxruntime  # type: ignore[import-untyped]  # it ships no types

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    values: list[list[float]] = session.run(None, {"x": x})[0].tolist()
    return values


def test_a_guard_goes_and_another_choice_stays() -> None:
    model, x = graph(), np.array([[0.1, 2.0, -1.0], [0.3, 0.2, 0.1]], dtype=np.float32)
    before = run(model, x)
    assert drop_nan_guards(model) == 1
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["Softmax", "Greater", "Where"]
    assert run(model, x) == before
    assert drop_nan_guards(model) == 0


def test_the_shipped_reader_has_none() -> None:
    model = onnx.load(str(Path(str(files("rag"))) / "models" / "reader" / "model.onnx"))
    assert drop_nan_guards(model) == 0
