"""A classifier as an ONNX model."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import torch

import twelvelead
from twelvelead.errors import needs_extra
from twelvelead.inference.export.flat_images import as_flat_images
from twelvelead.inference.export.module import ExportedModule, example_signals, freeze_state_spaces
from twelvelead.inference.exported import INPUT, OUTPUT
from twelvelead.models.classifier import Classifier
from twelvelead.notice import NOTICE

__all__ = ["OPSET", "add_metadata", "to_onnx"]

OPSET = 20
"""Of ONNX's standard operators; nothing else is used, so that every runtime can read the file."""

LARGEST_CONSTANT = 2**28
"""Bytes of a tensor that is computed while exporting instead of at every start."""


def to_onnx(classifier: Classifier) -> Any:
    """The classifier as an `onnx.ModelProto`: signals in millivolts to probabilities, any batch.

    Raises:
        TwelveleadError: the packages for exporting are not installed.
    """
    with needs_extra("export"):
        import onnx  # noqa: F401
        from onnxscript import optimizer

    module = ExportedModule(deepcopy(classifier).cpu())
    signals = example_signals(classifier)
    freeze_state_spaces(module, signals)
    with torch.no_grad(), _quiet():
        program = torch.onnx.export(
            module,
            (signals,),
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes={INPUT: {0: torch.export.Dim("batch", min=1)}},
            input_names=[INPUT],
            output_names=[OUTPUT],
            external_data=False,
            verbose=False,
        )
        assert program is not None
        # PyTorch leaves large products of weights in the graph; kernels that are no constants cannot be quantised.
        optimizer.optimize_ir(program.model, input_size_limit=LARGEST_CONSTANT, output_size_limit=LARGEST_CONSTANT)
    model = program.model_proto
    as_flat_images(model)
    return model


def add_metadata(model: Any, metadata: dict[str, str]) -> None:
    """Write into an `onnx.ModelProto` what it is, in place of what the exporter says of its own working."""
    model.producer_name, model.producer_version = "twelvelead", twelvelead.__version__
    model.doc_string = NOTICE
    del model.metadata_props[:]
    for part in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        del part.metadata_props[:]
    for key, value in metadata.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what PyTorch's exporter says of its own parts, and of a package that no network here needs."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
