"""Labels softened by other models' probabilities: distillation (Hinton, Vinyals & Dean 2015, arXiv 1503.02531).

A label says that a record has a class; the mean of several trained models' probabilities says how clearly it shows.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts
from twelvelead.errors import ConfigError
from twelvelead.inference.predictor import Predictor
from twelvelead.training.learnt_from import learn_from

__all__ = ["taught"]


def taught(
    dataset: RecordDataset, teachers: str, weight: float, parts: DataParts
) -> tuple[RecordDataset, list[dict[str, Any]]]:
    """The records with softened labels, and what the teachers learnt from.

    Args:
        dataset: the training part.
        teachers: models, with commas between.
        weight: of the teachers' mean probability, 0 to 1; the rest is the label's.
        parts: what the dataset is of.

    Raises:
        ConfigError: a teacher has other classes, rate or leads.
        CheckpointError, DataError: as `learn_from`.
    """
    scores: list[NDArray[np.float64]] = []
    sources: list[dict[str, Any]] = []
    for name in filter(None, (piece.strip() for piece in teachers.split(","))):
        teacher, source = learn_from("--teachers", name, parts)
        info = teacher.info
        if (info.classes, info.rate_hz) != (parts.labels.classes, parts.store.rate_hz):
            raise ConfigError(
                f"--teachers {name} has the classes {', '.join(info.classes)} at {info.rate_hz} Hz; this training has "
                f"{', '.join(parts.labels.classes)} at {parts.store.rate_hz} Hz."
            )
        scores.append(Predictor(teacher).predict_dataset(dataset))
        sources.append(source)
    soft = (1 - weight) * dataset.labels + weight * np.mean(scores, axis=0)
    return dataset.with_labels(soft.astype(np.float32)), sources
