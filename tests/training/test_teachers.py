from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.errors import ConfigError
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.training.teachers import taught
from twelvelead.training.train import new_classifier, train

OPTIONS = TrainOptions(network="resnet1d_wang", network_options="channels=8", epochs=1, batch_size=32)


def dataset_of(parts: DataParts) -> RecordDataset:
    _, rows, labels = parts.part("train")
    return RecordDataset(parts.store.signals, rows, labels)


@pytest.fixture
def teachers(simulated: Path, tmp_path: Path) -> list[str]:
    parts = load_parts(simulated, DataOptions())
    names = []
    for number in range(2):
        classifier = new_classifier(parts, OPTIONS, Standardizer(np.zeros(12), np.ones(12)))
        save_classifier(classifier, tmp_path / f"{number}" / "model")
        names.append(str(tmp_path / f"{number}"))
    return names


def test_labels_are_mixed_with_the_teachers_mean(simulated, teachers):
    parts = load_parts(simulated, DataOptions())
    dataset = dataset_of(parts)
    soft, sources = taught(dataset, ", ".join(teachers), 0.3, parts)
    mean = np.mean([Predictor(load_classifier(name)).predict_dataset(dataset) for name in teachers], axis=0)
    np.testing.assert_allclose(soft.labels, 0.7 * dataset.labels + 0.3 * mean, atol=1e-6)
    assert len(sources) == 2 and sources[0]["weights_sha256"] != sources[1]["weights_sha256"]
    signals, labels = soft[np.array([3, 1])]
    np.testing.assert_allclose(labels.numpy(), soft.labels[[3, 1]])
    assert signals.shape == (2, 1000, 12)


def test_a_teacher_of_other_classes_is_refused(simulated, teachers):
    parts = load_parts(simulated, DataOptions(task="rhythm"))
    with pytest.raises(ConfigError, match="has the classes NORM, MI, STTC, CD, HYP at 100 Hz; this training has"):
        taught(dataset_of(parts), teachers[0], 0.5, parts)


def test_the_run_names_its_teachers(simulated, teachers, tmp_path):
    train(simulated, tmp_path / "run", options=replace(OPTIONS, teachers=",".join(teachers), teaching=0.5))
    info = load_classifier(tmp_path / "run").info
    assert [source["network"] for source in info.trained_on["teachers"]] == ["resnet1d_wang"] * 2
    assert info.thresholds is not None


def test_teaching_needs_teachers():
    with pytest.raises(ConfigError, match="--teaching has no meaning without --teachers"):
        TrainOptions(teaching=0.5)
