"""Convolutions over time as convolutions over pictures that are one sample high: the same numbers, sooner.

ONNX Runtime keeps channels in blocks of the processor's width for two dimensions only.
"""

from collections.abc import Iterator
from typing import Any

from twelvelead.errors import needs_extra

__all__ = ["as_flat_images"]

HEIGHT = 2
"""Axis of the height in `(batch, channel, height, time)`."""

_AXIS = "axis_of_the_height"
_HIGH = "_one_high"

_POOLING = ("AveragePool", "MaxPool")
_ALONG_FIRST = ("BatchNormalization", "Clip", "Relu", "Sigmoid")
_ALONG_ALL = ("Add", "Concat", "Mul")
"""What gives the same numbers with a height and without, if its first input has one, or all have; `Concat` only along
the channels."""


def as_flat_images(model: Any) -> None:
    """Give the convolutions and poolings over time of an `onnx.ModelProto` a height, and what lies between them.

    A convolution whose kernel is no constant stays as it is, and so does a graph with others inside.
    """
    with needs_extra("export"):
        import onnx

    graph = model.graph
    if any(attribute.HasField("g") or attribute.graphs for node in graph.node for attribute in node.attribute):
        return
    rewriting = _Rewriting(onnx, {tensor.name: tensor for tensor in graph.initializer})
    nodes = [new for node in graph.node for new in rewriting.instead_of(node)]
    nodes += [new for output in graph.output for new in rewriting.lowered(output.name)]
    used = {name for node in nodes for name in node.input}
    made = {name for node in nodes for name in node.output}
    tensors = [tensor for tensor in rewriting.constants.values() if tensor.name in used]
    shapes = [shape for shape in graph.value_info if shape.name in made]
    for field, content in ((graph.node, nodes), (graph.initializer, tensors), (graph.value_info, shapes)):
        del field[:]
        field.extend(content)


class _Rewriting:
    """One pass over a graph's nodes, in their order.

    Args:
        onnx: the package.
        constants: the graph's, by name; kernels with a height are added.
    """

    def __init__(self, onnx: Any, constants: dict[str, Any]) -> None:
        self.constants = constants
        self._onnx = onnx
        self._high: set[str] = set()
        """Values that there are with a height."""
        self._plain: set[str] = set()
        """Those of them that there are without it as well."""

    def instead_of(self, node: Any) -> Iterator[Any]:
        """The node as it is to be, and before it what gives or takes the height of its inputs."""
        if self._is_over_time(node):
            yield from self._raised(node.input[0])
            self._widen(node)
            yield self._with_height(node)
        elif self._goes_along(node):
            yield self._with_height(node)
        else:
            for name in node.input:
                yield from self.lowered(name)
            yield node

    def lowered(self, name: str) -> Iterator[Any]:
        """What makes the value without a height, the first time that it is needed."""
        if name in self._high - self._plain:
            self._plain.add(name)
            yield self._change("Squeeze", name + _HIGH, name)

    def _raised(self, name: str) -> Iterator[Any]:
        if name not in self._high:
            self._high.add(name)
            self._plain.add(name)
            yield self._change("Unsqueeze", name, name + _HIGH)

    def _change(self, kind: str, given: str, made: str) -> Any:
        axis = self._onnx.helper.make_tensor(_AXIS, self._onnx.TensorProto.INT64, [1], [HEIGHT])
        self.constants.setdefault(_AXIS, axis)
        return self._onnx.helper.make_node(kind, [given, _AXIS], [made], name=f"{kind}_{made}")

    def _with_height(self, node: Any) -> Any:
        for i, name in enumerate(node.input):
            if name in self._high:
                node.input[i] = name + _HIGH
        self._high.add(node.output[0])
        node.output[0] += _HIGH
        return node

    def _is_over_time(self, node: Any) -> bool:
        if node.op_type == "Conv":
            kernel = self.constants.get(node.input[1])
            return kernel is not None and len(kernel.dims) == 3
        return node.op_type in _POOLING and len(node.output) == 1 and len(_attribute(node, "kernel_shape").ints) == 1

    def _widen(self, node: Any) -> None:
        for name in ("kernel_shape", "strides", "dilations"):
            if (found := _attribute(node, name)) is not None:
                found.ints.insert(0, 1)
        if (pads := _attribute(node, "pads")) is not None:
            begin, end = pads.ints
            pads.ints[:] = [0, begin, 0, end]
        if node.op_type == "Conv":
            kernel = self._onnx.TensorProto()
            kernel.CopyFrom(self.constants[node.input[1]])
            kernel.name += _HIGH
            kernel.dims.insert(HEIGHT, 1)
            self.constants[kernel.name] = kernel
            node.input[1] = kernel.name

    def _goes_along(self, node: Any) -> bool:
        if len(node.output) != 1:
            return False
        if node.op_type in _ALONG_FIRST:
            return node.input[0] in self._high
        if node.op_type == "Concat" and _attribute(node, "axis").i != 1:
            return False
        return node.op_type in _ALONG_ALL and all(name in self._high for name in node.input)


def _attribute(node: Any, name: str) -> Any:
    return next((found for found in node.attribute if found.name == name), None)
