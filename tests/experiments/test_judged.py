import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from judged import Judged, judge
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.train import train


def test_the_mean_of_seeds_is_scikit_learns(simulated, tmp_path):
    options = {"network": "resnet1d_wang", "network_options": "channels=8", "epochs": 1, "batch_size": 32}
    runs = [tmp_path / "0", tmp_path / "1"]
    for seed, run in enumerate(runs):
        train(simulated, run, options=TrainOptions(**options, seed=seed))
    found = judge(runs, simulated, DataOptions(), "val")
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    dataset = RecordDataset(parts.store.signals, rows, labels)
    scored = labels.any(axis=0) & ~labels.all(axis=0)
    for area, run in zip(found.areas, runs):
        scores = Predictor(load_classifier(run)).predict_dataset(dataset)
        assert area == pytest.approx(roc_auc_score(labels[:, scored], scores[:, scored]))
    assert found.mean == pytest.approx(np.mean(found.areas))
    assert found.interval.low <= found.mean <= found.interval.high


def test_a_difference_is_paired():
    rng = np.random.default_rng(0)
    hard = rng.normal(scale=0.05, size=1000)
    one = Judged((0.90,), 0.90 + hard, 60.0)
    other = Judged((0.91,), 0.91 + hard + rng.normal(scale=1e-3, size=1000), 60.0)
    value, between = other.minus(one)
    assert value == pytest.approx(0.01)
    assert 0.007 < between.low < 0.01 < between.high < 0.013
