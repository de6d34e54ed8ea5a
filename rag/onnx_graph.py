"""Attention in an ONNX graph, as torch's exporter writes it, put into the one node that ONNX Runtime is quickest with.

From opset 23 on, the exporter writes attention as a node of its own between reshapings, behind three products with the
same text. ONNX Runtime's own operator "Attention" (see its documentation of contrib operators) does all of it at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import onnx

OPSET = 23
"""Of the exports: the first that has attention as a node."""

_MASK = "attention_mask"
_FUSED = "com.microsoft"
_HIDDEN = -3.0e38
"""What is added to the weight of a token that is masked, as good as the least 32-bit number."""


def fuse_attention(model: onnx.ModelProto) -> int:
    """Put each self-attention over the text that ``attention_mask`` masks into one node.

    Whatever else hides a token, or is added to its weight, is lost: compare what the model gives before and after.

    Args:
        model: of opset ``OPSET``; changed in place.

    Returns:
        How many were put into one.
    """
    from onnx import helper

    graph = _Graph(model.graph)
    found = [attention for node in model.graph.node if (attention := graph.attention(node)) is not None]
    if not found or _MASK not in {value.name for value in model.graph.input}:
        return 0
    nodes = {id(attention.last): attention for attention in found}
    hides = f"{_MASK}_32"
    made = [helper.make_node("Cast", [_MASK], [hides], to=6)]  # int32
    for node in model.graph.node:
        one = nodes.get(id(node))
        made.append(node if one is None else _one_node(model.graph, one, hides))
    _keep_needed(model.graph, made)
    if _FUSED not in {each.domain for each in model.opset_import}:
        model.opset_import.append(helper.make_opsetid(_FUSED, 1))
    return len(found)


@dataclass(frozen=True, slots=True)
class _Attention:
    """What one attention reads, its three products' weights and biases, and the node that gives its outcome."""

    text: str
    weights: tuple[Any, ...]
    biases: tuple[Any, ...]
    heads: int
    scale: float
    last: onnx.NodeProto


class _Graph:
    """A graph's nodes by what they give and read, and its constants."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._made_by = {name: node for node in graph.node for name in node.output}
        self._constants = {constant.name: constant for constant in graph.initializer}
        self._readers: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self._readers[name].append(node)

    def attention(self, node: onnx.NodeProto) -> _Attention | None:
        """The attention of a node, or None where it is another node, or is wired in another way."""
        told = {attribute.name: attribute for attribute in node.attribute}
        if node.op_type != "Attention" or node.domain:
            return None
        if any(name in told and (told[name].i or told[name].f) for name in ("is_causal", "softcap")):
            return None
        products = [self._product(name) for name in node.input[:3]]
        last = self._only_reader(node.output[0], "Transpose")
        last = None if last is None else self._only_reader(last.output[0], "Reshape")
        if last is None or None in products or len({each[0] for each in products if each}) != 1:
            return None
        texts, weights, biases, sizes = zip(*(each for each in products if each), strict=True)
        if len({weight.shape for weight in weights}) != 1 or len(set(sizes)) != 1 or weights[0].shape[1] % sizes[0]:
            return None
        scale = told["scale"].f if "scale" in told else sizes[0] ** -0.5
        return _Attention(texts[0], weights, biases, weights[0].shape[1] // sizes[0], scale, last)

    def _product(self, name: str) -> tuple[str, Any, Any, int] | None:
        """The text, the weight, the bias and the size of a head, of a product that is cut into heads."""
        cut = self._maker(name, "Transpose")
        cut = cut and self._maker(cut.input[0], "Reshape")
        add = cut and self._maker(cut.input[0], "Add")
        if not cut or not add:
            return None
        for one, other in (add.input, reversed(add.input)):
            product, bias = self._maker(one, "MatMul"), self._constant(other)
            weight = None if product is None else self._constant(product.input[1])
            size = self._last_number(cut.input[1])
            if product is not None and bias is not None and weight is not None and size:
                return product.input[0], weight, bias, size
        return None

    def _maker(self, name: str, kind: str) -> onnx.NodeProto | None:
        node = self._made_by.get(name)
        return node if node is not None and node.op_type == kind else None

    def _only_reader(self, name: str, kind: str) -> onnx.NodeProto | None:
        readers = self._readers[name]
        return readers[0] if len(readers) == 1 and readers[0].op_type == kind else None

    def _constant(self, name: str) -> Any:
        from onnx import numpy_helper

        return numpy_helper.to_array(self._constants[name]) if name in self._constants else None

    def _last_number(self, shape: str) -> int:
        """The last number of a shape, where that is known; else 0."""
        joined = self._maker(shape, "Concat")
        numbers = self._constant(shape if joined is None else joined.input[-1])
        return int(numbers[-1]) if numbers is not None and numbers.size else 0


def _one_node(graph: onnx.GraphProto, attention: _Attention, hides: str) -> onnx.NodeProto:
    import numpy as np
    from onnx import helper, numpy_helper

    outcome = attention.last.output[0]
    weight = numpy_helper.from_array(np.concatenate(attention.weights, axis=1), f"{outcome}_weight")
    bias = numpy_helper.from_array(np.concatenate(attention.biases), f"{outcome}_bias")
    graph.initializer.extend([weight, bias])
    return helper.make_node(
        "Attention",
        [attention.text, weight.name, bias.name, hides],
        [outcome],
        domain=_FUSED,
        num_heads=attention.heads,
        scale=attention.scale,
        mask_filter_value=_HIDDEN,
    )


def _keep_needed(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """Have the graph consist of those nodes and constants that its outcome needs."""
    needed = {value.name for value in graph.output}
    kept = []
    for node in reversed(nodes):  # each stands behind those that it reads from
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    constants = [constant for constant in graph.initializer if constant.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
