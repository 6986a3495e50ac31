"""An ONNX model with weights of 8 bits, by ONNX Runtime's quantisation.

Convolutions and dense layers: static, each output channel's weights with a scale of its own, the activations' ranges
from records. An LSTM has no static form; its weights are 8 bits and its activations are scaled at every call. The first
convolution stays as it is: it sees the signal itself, whose few high peaks would leave the rest of it a few steps only.
"""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import needs_extra
from twelvelead.inference.exported import INPUT

__all__ = ["quantize"]

STATIC = ["Conv", "Gemm", "MatMul"]
DYNAMIC = ["LSTM"]


def quantize(model: Any, batches: Iterable[NDArray[np.float32]]) -> Any:
    """The model with weights of 8 bits.

    Args:
        model: an `onnx.ModelProto` of `to_onnx`.
        batches: signals `(record, time, lead)`, millivolts, from which the activations' ranges are taken; never those
            that the result is judged on.
    """
    with needs_extra("export"):
        from onnxruntime import quantization as ort

    weights = {"per_channel": True, "weight_type": ort.QuantType.QInt8}
    if any(node.op_type in DYNAMIC for node in model.graph.node):
        model = _rewritten(
            model, lambda m, path: ort.quantize_dynamic(m, path, op_types_to_quantize=DYNAMIC, **weights)
        )
    first = [node.name for node in model.graph.node if node.op_type == "Conv"][:1]
    return _rewritten(
        model,
        lambda m, path: ort.quantize_static(
            m,
            path,
            _reader(ort, batches),
            quant_format=ort.QuantFormat.QDQ,
            op_types_to_quantize=STATIC,
            nodes_to_exclude=first,
            activation_type=ort.QuantType.QUInt8,
            **weights,
        ),
    )


def _rewritten(model: Any, rewrite: Callable[[Any, Path], object]) -> Any:
    import onnx
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    copy = onnx.ModelProto.FromString(model.SerializeToString())
    add_pre_process_metadata(copy)  # else it is advised to simplify the graph, which the exporter has done
    with tempfile.TemporaryDirectory() as folder, _quiet():
        path = Path(folder) / "model.onnx"
        rewrite(copy, path)
        return onnx.load(path)


def _reader(ort: Any, batches: Iterable[NDArray[np.float32]]) -> Any:
    class Reader(ort.CalibrationDataReader):  # type: ignore[misc]
        """Gives the batches one after the other, then None."""

        def __init__(self, batches: Iterator[NDArray[np.float32]]) -> None:
            self._batches = batches

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
            batch = next(self._batches, None)
            return None if batch is None else {INPUT: batch}

    return Reader(iter(batches))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the quantisation prints on stdout, which is for results."""
    with redirect_stdout(io.StringIO()):
        yield
