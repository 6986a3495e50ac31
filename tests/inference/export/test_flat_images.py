"""Graphs with a height give the numbers of those without, by ONNX's own reference; and the height goes all the way."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from twelvelead.inference.export.flat_images import as_flat_images

RNG = np.random.default_rng(0)
SIGNALS = RNG.normal(size=(2, 4, 20)).astype(np.float32)
CONSTANTS = {
    "kernel": RNG.normal(size=(4, 4, 3)).astype(np.float32),
    "grouped": RNG.normal(size=(4, 1, 5)).astype(np.float32),
    "bias": RNG.normal(size=4).astype(np.float32),
    "spread": np.abs(RNG.normal(size=4)).astype(np.float32),
    "picture": RNG.normal(size=(4, 4, 1, 3)).astype(np.float32),
    "low": np.float32(0),
    "axes": np.array([2], dtype=np.int64),
}

Node = tuple[Any, ...]
"""Operator, inputs, output, attributes."""

CONV = ("Conv", "x kernel bias", "a", {"pads": [1, 1]})
GRAPHS: dict[str, Sequence[Node]] = {
    "one convolution": [CONV],
    "residual block": [
        CONV,
        ("Relu", "a", "b"),
        ("Conv", "b kernel", "c", {"pads": [1, 1], "kernel_shape": [3]}),
        ("BatchNormalization", "c bias bias bias spread", "d"),
        ("Add", "d a", "e"),
        ("MaxPool", "e", "f", {"kernel_shape": [3], "strides": [2], "pads": [0, 1]}),
        ("Clip", "f low", "g"),
        ("ReduceMean", "g axes", "h", {"keepdims": 0}),
    ],
    "groups, strides and dilations": [
        ("Conv", "x grouped", "a", {"group": 4, "strides": [2], "dilations": [2], "pads": [4, 4]}),
        ("AveragePool", "a", "b", {"kernel_shape": [3], "strides": [2], "pads": [1, 1]}),
    ],
    "side by side": [
        CONV,
        ("AveragePool", "x", "b", {"kernel_shape": [3], "strides": [1], "pads": [1, 1]}),
        ("Concat", "a b", "c", {"axis": 1}),
        ("Sigmoid", "c", "d"),
        ("Mul", "d c", "e"),
    ],
    "one after the other": [CONV, ("Concat", "a x", "b", {"axis": 2}), ("Relu", "b", "c")],
    "needed with and without": [CONV, ("Tanh", "a", "b"), ("Relu", "a", "c"), ("Add", "b c", "d")],
    "a kernel that is computed": [("Relu", "kernel", "k"), ("Conv", "x k", "a", {"pads": [1, 1]})],
    "a picture already": [
        ("Unsqueeze", "x axes", "a"),
        ("Conv", "a picture", "b", {"pads": [0, 1, 0, 1]}),
        ("Relu", "b", "c"),
    ],
}


def made(nodes: Sequence[Node]) -> Any:
    """The model of these nodes; its output is that of the last one."""
    axes = {"ReduceMean": 2}.get(nodes[-1][0], 4 if nodes[0][0] == "Unsqueeze" else 3)
    made_nodes = [
        helper.make_node(kind, given.split(), [name], **(more[0] if more else {})) for kind, given, name, *more in nodes
    ]
    used = {name for node in made_nodes for name in node.input}
    graph = helper.make_graph(
        made_nodes,
        "graph",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["batch", 4, 20])],
        [helper.make_tensor_value_info(nodes[-1][2], onnx.TensorProto.FLOAT, [None] * axes)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in CONSTANTS.items() if name in used],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_the_numbers_stay_the_same(nodes: Sequence[Node]) -> None:
    model = made(nodes)
    (before,) = ReferenceEvaluator(model).run(None, {"x": SIGNALS})
    as_flat_images(model)
    onnx.checker.check_model(model, full_check=True)
    (after,) = ReferenceEvaluator(model).run(None, {"x": SIGNALS})
    np.testing.assert_allclose(after, before, rtol=1e-5, atol=1e-6)


CHANGES = {
    "one convolution": (1, 1),
    "residual block": (1, 1),
    "side by side": (1, 1),
    "needed with and without": (1, 2),
    "a kernel that is computed": (0, 0),
}
"""How often the height comes, and how often it goes."""


@pytest.mark.parametrize(("name", "changes"), CHANGES.items())
def test_the_height_goes_all_the_way(name: str, changes: tuple[int, int]) -> None:
    model = made(GRAPHS[name])
    as_flat_images(model)
    found = Counter(node.op_type for node in model.graph.node)
    assert (found["Unsqueeze"], found["Squeeze"]) == changes
    if found["Unsqueeze"]:
        assert all(len(tensor.dims) != 3 for tensor in model.graph.initializer), "a kernel without a height is left"
