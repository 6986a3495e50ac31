"""Small ONNX files made by hand, right and wrong."""

import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from twelvelead.inference.exported import INFO_KEY, INPUT, OUTPUT
from twelvelead.models.info import ModelInfo
from twelvelead.models.info_file import info_values

INFO = ModelInfo("cnn_lstm", ("A", "B"), 100, 2.5, thresholds=(0.5, 0.4))


def made_model(
    samples: int = 250, classes: int = 2, name: str = INPUT, batch: str | int = "batch", activation: str = "Sigmoid"
) -> ModelProto:
    """Mean over time, a dense layer, an activation; with `INFO` in its metadata."""
    rng = np.random.default_rng(0)
    weights = numpy_helper.from_array(rng.normal(size=(12, classes)).astype(np.float32), "weights")
    axes = numpy_helper.from_array(np.array([1]), "axes")
    nodes = [
        helper.make_node("ReduceMean", [name, "axes"], ["mean"], keepdims=0),
        helper.make_node("MatMul", ["mean", "weights"], ["logits"]),
        helper.make_node(activation, ["logits"], [OUTPUT]),
    ]
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, samples, 12])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [batch, classes])],
        [weights, axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    helper.set_model_props(model, {INFO_KEY: json.dumps(info_values(INFO))})
    return model


def with_metadata(**changes: object) -> ModelProto:
    """The right model with other values in its description."""
    model = made_model()
    helper.set_model_props(model, {INFO_KEY: json.dumps(info_values(INFO) | changes)})
    return model


def with_text(text: str | None) -> ModelProto:
    """The right model with another description, or none."""
    model = made_model()
    del model.metadata_props[:]
    if text is not None:
        helper.set_model_props(model, {INFO_KEY: text})
    return model


def with_weights_in(location: str) -> ModelProto:
    """The right model with its weights in another file."""
    model = made_model()
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "96")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return model


def written(model: ModelProto, folder: Path) -> Path:
    path = folder / "made.onnx"
    path.write_bytes(model.SerializeToString())
    return path
