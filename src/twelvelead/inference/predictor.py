"""`Predictor`: the one road from signals to probabilities, for command line, evaluation, report and service."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from twelvelead.data.dataset import RecordDataset
from twelvelead.inference.backend import CHUNK_RECORDS, check_signals, computed, usable_cores
from twelvelead.inference.single_threaded import single_threaded
from twelvelead.models.classifier import Classifier
from twelvelead.models.info import ModelInfo

__all__ = ["Predictor"]


class Predictor:
    """Probabilities from a classifier.

    Args:
        classifier: in evaluation mode.
        workers: CPU threads; 0: one for each core that this process may use. On a GPU one is used.
    """

    def __init__(self, classifier: Classifier, workers: int = 0) -> None:
        self._classifier = classifier.eval()
        self._device = classifier.mean_mv.device
        self._workers = 1 if self._device.type == "cuda" else workers or usable_cores()

    @property
    def info(self) -> ModelInfo:
        """What the classifier is."""
        return self._classifier.info

    @property
    def classifier(self) -> Classifier:
        """What computes the probabilities, in evaluation mode."""
        return self._classifier

    def predict(self, signals_mv: NDArray[np.floating]) -> NDArray[np.float64]:
        """Probabilities `(record, class)`, 0 to 1.

        Args:
            signals_mv: `(record, time, lead)` millivolts, at the model's rate, leads in its order.

        Raises:
            DataError: the array has another shape.
        """
        check_signals(signals_mv, self.info)
        starts = range(0, len(signals_mv), CHUNK_RECORDS)
        blocks = (signals_mv[i : i + CHUNK_RECORDS] for i in starts)
        return self._collect(torch.as_tensor(np.asarray(block, dtype=np.float32)) for block in blocks)

    def predict_dataset(self, dataset: RecordDataset) -> NDArray[np.float64]:
        """Probabilities `(record, class)` of a part of a signal store, in its order; memory does not grow with it."""
        order = np.arange(len(dataset))
        starts = range(0, len(order), CHUNK_RECORDS)
        return self._collect(_announced(dataset, order[i : i + 2 * CHUNK_RECORDS]) for i in starts)

    def _collect(self, blocks: Iterable[torch.Tensor]) -> NDArray[np.float64]:
        results = list(self._map(blocks))
        return np.concatenate(results) if results else np.zeros((0, len(self.info.classes)))

    def _map(self, blocks: Iterable[torch.Tensor]) -> Iterator[NDArray[np.float64]]:
        """Probabilities of each block, in order; few blocks are in memory at once."""
        if self._device.type == "cuda":
            yield from map(self._probabilities, blocks)
            return
        with single_threaded(self._workers) as pool:
            yield from computed(pool, self._workers, self._probabilities, blocks)

    def _probabilities(self, signals_mv: torch.Tensor) -> NDArray[np.float64]:
        with torch.inference_mode():
            logits = self._classifier(signals_mv.to(self._device))
            probabilities: NDArray[np.float64] = torch.sigmoid(logits.double()).cpu().numpy()
        return probabilities


def _announced(dataset: RecordDataset, order: NDArray[np.int64]) -> torch.Tensor:
    """The signals of a chunk, while the disk reads those of the next one."""
    dataset.announce(order[CHUNK_RECORDS:])
    return dataset[order[:CHUNK_RECORDS]].signals
