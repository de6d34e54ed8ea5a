"""What torch's exporter writes into an ONNX graph and no model of this project needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx


def drop_nan_guards(model: onnx.ModelProto) -> int:
    """Take out what turns the attention of a text that is masked as a whole, which is not a number, into zeros.

    No such text is ever read, as each has at least the marks of its beginning and end; and the guard goes over every
    weight of attention twice, a twentieth of the time of a reading.

    Args:
        model: changed in place.

    Returns:
        How many guards there were.
    """
    made_by = {name: node for node in model.graph.node for name in node.output}
    guards = []
    for node in model.graph.node:
        if node.op_type == "Where" and len(node.input) == 3:
            test = made_by.get(node.input[0])
            if test is not None and test.op_type == "IsNaN" and test.input[0] == node.input[2]:
                guards.append((test, node))
    plain = {guard.output[0]: guard.input[2] for _, guard in guards}
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            if name in plain:
                node.input[place] = plain[name]
    gone = {id(node) for pair in guards for node in pair}
    kept = [node for node in model.graph.node if id(node) not in gone]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return len(guards)
