from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.models.checkpoint import load_classifier, save_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.training.start import find_start
from twelvelead.training.train import new_classifier, train

OPTIONS = TrainOptions(network="resnet1d_wang", network_options="channels=8", epochs=1, batch_size=32)


def new(parts: DataParts, options: TrainOptions = OPTIONS) -> Classifier:
    return new_classifier(parts, options, Standardizer(np.zeros(12), np.ones(12)))


@pytest.fixture
def parts(simulated: Path) -> DataParts:
    return load_parts(simulated, DataOptions())


@pytest.fixture
def started(parts: DataParts, tmp_path: Path) -> Classifier:
    classifier = new(parts)
    save_classifier(classifier, tmp_path / "model")
    return classifier


def test_a_training_begins_with_the_weights(parts, started, tmp_path):
    classifier = new(parts)
    find_start(str(tmp_path), "resnet1d_wang", parts).apply(classifier)
    for key, value in classifier.network.state_dict().items():
        assert torch.equal(value, started.network.state_dict()[key]), key
    source = classifier.info.trained_on["started_from"]
    assert source["new_layers"] == [] and source["data_version"].startswith("simulated")


def test_layers_of_another_shape_begin_anew(simulated, started, tmp_path):
    parts = load_parts(simulated, DataOptions(task="rhythm"))
    classifier = new(parts)
    find_start(str(tmp_path), "resnet1d_wang", parts).apply(classifier)
    assert classifier.info.trained_on["started_from"]["new_layers"] == ["head.layers.6.bias", "head.layers.6.weight"]
    stem = started.network.stem[0].weight
    assert torch.equal(classifier.network.stem[0].weight, stem)


def test_what_does_not_fit_is_refused(parts, started, tmp_path):
    with pytest.raises(ConfigError, match="is a resnet1d_wang; --network is cnn_lstm"):
        find_start(str(tmp_path), "cnn_lstm", parts)
    with pytest.raises(CheckpointError, match="no run folder"):
        find_start(str(tmp_path / "none"), "resnet1d_wang", parts)
    start = find_start(str(tmp_path), "resnet1d_wang", parts)
    narrow = new(parts, replace(OPTIONS, network_options="channels=4"))
    with pytest.raises(ConfigError, match=r"most layers have another shape; .* {'channels"):
        start.apply(narrow)


def test_records_of_another_split_must_not_slip_in(parts, started, tmp_path, monkeypatch):
    learnt = {**started.info.trained_on, "data_version": "PTB-XL 1.0.3", "split": "strat_fold: train 1-9, val 10"}
    started.info = replace(started.info, trained_on=learnt)
    save_classifier(started, tmp_path / "model")
    find_start(str(tmp_path), "resnet1d_wang", parts)  # simulated records are nobody's test records
    described = {**parts.describe(), "data_version": "PTB-XL 1.0.3"}
    monkeypatch.setattr(DataParts, "describe", lambda self: described)
    with pytest.raises(DataError, match="may have seen records of the validation or test part"):
        find_start(str(tmp_path), "resnet1d_wang", parts)


def test_nor_by_way_of_a_model_in_between(parts, started, tmp_path, monkeypatch):
    learnt = {**started.info.trained_on, "data_version": "PTB-XL 1.0.3", "split": "strat_fold: train 1-9, val 10"}
    started.info = replace(started.info, trained_on=learnt)
    save_classifier(started, tmp_path / "model")
    between = new(parts)  # on simulated records, from a model of PTB-XL
    find_start(str(tmp_path), "resnet1d_wang", parts).apply(between)
    save_classifier(between, tmp_path / "between" / "model")
    described = {**parts.describe(), "data_version": "PTB-XL 1.0.3"}
    monkeypatch.setattr(DataParts, "describe", lambda self: described)
    with pytest.raises(DataError, match=r"by another split \(strat_fold: train 1-9, val 10\)"):
        find_start(str(tmp_path / "between"), "resnet1d_wang", parts)


def test_the_run_says_what_it_learnt_elsewhere(simulated, tmp_path):
    train(simulated, tmp_path / "first", options=OPTIONS)
    train(simulated, tmp_path / "second", options=replace(OPTIONS, start=str(tmp_path / "first")))
    learnt = load_classifier(tmp_path / "second").info.trained_on
    assert learnt["started_from"]["network"] == "resnet1d_wang"
    assert learnt["epoch_chosen_by"] == "least loss on the validation part"
