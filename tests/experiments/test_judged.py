import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from judged import Judged, judge
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.labels import SUPERCLASSES
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


def test_runs_together_are_one_model_of_mean_probabilities(simulated, tmp_path):
    options = {"network": "resnet1d_wang", "network_options": "channels=8", "epochs": 1, "batch_size": 32}
    runs = [train(simulated, tmp_path / str(seed), options=TrainOptions(**options, seed=seed)).run for seed in (0, 1)]
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    dataset = RecordDataset(parts.store.signals, rows, labels)
    mean = np.mean([Predictor(load_classifier(run)).predict_dataset(dataset) for run in runs], axis=0)
    scored = labels.any(axis=0) & ~labels.all(axis=0)
    found = judge(runs, simulated, DataOptions(), "val", together=True)
    assert found.areas == (pytest.approx(roc_auc_score(labels[:, scored], mean[:, scored])),)


def test_finer_classes_are_judged_as_superclasses(simulated, tmp_path):
    options = TrainOptions(network="resnet1d_wang", network_options="channels=8", epochs=1, batch_size=32)
    run = train(simulated, tmp_path / "run", DataOptions(task="subdiagnostic"), options).run
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    finer = load_classifier(run)
    scores = Predictor(finer).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    table = pd.read_csv(simulated / "scp_statements.csv").dropna(subset="diagnostic_subclass")
    superclass = dict(zip(table["diagnostic_subclass"], table["diagnostic_class"]))
    areas = []
    for i, name in enumerate(SUPERCLASSES):
        members = [j for j, fine in enumerate(finer.info.classes) if superclass[fine] == name]
        if 0 < labels[:, i].sum() < len(labels):
            areas.append(roc_auc_score(labels[:, i], 1 - np.prod(1 - scores[:, members], axis=1)))
    assert judge([run], simulated, DataOptions(), "val").mean == pytest.approx(np.mean(areas))


def test_a_difference_is_paired():
    rng = np.random.default_rng(0)
    hard = rng.normal(scale=0.05, size=1000)
    one = Judged((0.90,), 0.90 + hard, 60.0)
    other = Judged((0.91,), 0.91 + hard + rng.normal(scale=1e-3, size=1000), 60.0)
    value, between = other.minus(one)
    assert value == pytest.approx(0.01)
    assert 0.007 < between.low < 0.01 < between.high < 0.013
