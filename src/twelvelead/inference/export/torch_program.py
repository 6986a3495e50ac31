"""A classifier as a program of `torch.export`: one file that PyTorch runs without this package."""

import warnings
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from twelvelead.inference.backend import CHUNK_RECORDS
from twelvelead.inference.export.module import ExportedModule, example_signals
from twelvelead.inference.exported import INPUT
from twelvelead.models.classifier import Classifier
from twelvelead.models.info import ModelInfo

__all__ = ["TorchProgram", "to_torch_program"]


def to_torch_program(classifier: Classifier, metadata: dict[str, str]) -> bytes:
    """The content of a `.pt2` file: signals in millivolts to probabilities, any batch.

    Args:
        classifier: in evaluation mode.
        metadata: become the file's extra files.
    """
    module = ExportedModule(deepcopy(classifier).cpu())
    content = BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of PyTorch's own parts, and of how an LSTM keeps its weights
        program = torch.export.export(
            module,
            (example_signals(classifier),),
            dynamic_shapes={INPUT: {0: torch.export.Dim("batch", min=1)}},
        )
        program.example_inputs = None  # only zeros
        # Else the file would say in which folders its maker keeps the package.
        graphs = [part.graph for part in program.graph_module.modules() if isinstance(part, torch.fx.GraphModule)]
        for node in (node for graph in graphs for node in graph.nodes):
            node.meta.pop("stack_trace", None)
        torch.export.save(program, content, extra_files=dict(metadata))
    return content.getvalue()


class TorchProgram:
    """Probabilities from a program that was just written, to compare them with the classifier's.

    Args:
        path: the `.pt2` file; one's own, because PyTorch's reader of these is not made for anybody's.
        info: what the classifier is.
    """

    def __init__(self, path: Path, info: ModelInfo) -> None:
        self.info = info
        self._program = torch.export.load(BytesIO(path.read_bytes())).module()

    def predict(self, signals_mv: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Probabilities `(record, class)` of `(record, time, lead)` millivolts."""
        starts = range(0, len(signals_mv), CHUNK_RECORDS)
        return np.concatenate([self._probabilities(signals_mv[i : i + CHUNK_RECORDS]) for i in starts])

    def _probabilities(self, signals_mv: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        with torch.no_grad():
            found: Tensor = self._program(torch.as_tensor(np.asarray(signals_mv, dtype=np.float32)))
        return found.double().numpy()
