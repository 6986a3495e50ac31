"""Evaluation of runs: every task, thresholds and temperature chosen anew, and what may not choose them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, recall_score, roc_auc_score

from twelvelead.commands.evaluate_run import evaluate_run
from twelvelead.commands.prediction_table import read_predictions
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.labels import TASKS
from twelvelead.errors import DataError
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training.train import train

PARTS = DataOptions(train_folds="1-6", val_folds="7,8", test_folds="9,10")


@pytest.fixture(scope="module")
def trained(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    train(simulated, folder, PARTS, TrainOptions(epochs=2, lr=3e-3))
    return folder


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "run"))


@pytest.mark.parametrize("task", TASKS)
def test_every_task_goes_through_and_equals_scikit_learn(task: str, simulated: Path, tmp_path: Path) -> None:
    options = DataOptions(task=task, train_folds="1-6", val_folds="7,8", test_folds="9,10")
    train(simulated, tmp_path / "run", options, TrainOptions(epochs=1))
    result = evaluate_run(tmp_path / "run", figures=False)
    test = result.metrics["test"]
    table = pd.read_parquet(tmp_path / "run" / "predictions.parquet")
    table = table[table["part"] == "test"]
    areas, f1s = [], []
    for name, row in test["classes"].items():
        labels, scores = table[f"{name}_true"], table[name]
        threshold = test["at_thresholds"]["classes"][name]["threshold"]
        decided = test["at_thresholds"]["classes"][name]
        if labels.any():
            f1s.append(f1_score(labels, scores >= threshold, zero_division=0))
            assert decided["f1"] == pytest.approx(f1s[-1], abs=1e-9)
            assert decided["sensitivity"] == pytest.approx(recall_score(labels, scores >= threshold), abs=1e-9)
        if labels.nunique() == 2:
            areas.append(roc_auc_score(labels, scores))
            assert row["auc"] == pytest.approx(areas[-1], abs=1e-9)
            assert row["average_precision"] == pytest.approx(average_precision_score(labels, scores), abs=1e-9)
        brier = brier_score_loss(labels, scores, pos_label=1)
        assert test["calibration"]["classes"][name]["brier"] == pytest.approx(brier, abs=1e-9)
    assert test["macro_auc"] == pytest.approx(np.mean(areas), abs=1e-9)
    assert test["macro_auc_interval"]["resamples"] == 1000
    assert test["classes_scored"] == len(areas)
    assert test["at_thresholds"]["macro_f1"] == pytest.approx(np.mean(f1s), abs=1e-9)
    assert ("superclasses" in result.metrics) == (task in ("subdiagnostic", "diagnostic", "all"))
    if "superclasses" in result.metrics:
        found = read_predictions(tmp_path / "run" / "predictions_noisy_or.parquet")
        assert found.classes == ("NORM", "MI", "STTC", "CD", "HYP")


def test_subgroups_and_both_protocols_are_there(run: Path) -> None:
    metrics = evaluate_run(run, figures=False).metrics
    assert {row["variable"] for row in metrics["subgroups"]} >= {"sex", "age", "remark: any noise"}
    assert metrics["test"]["labelled_only"]["macro_auc_interval"] is not None
    assert metrics["protocol"]["patient_overlap"][1]["patients"] == 0


def test_thresholds_by_another_rule_are_saved_with_the_model(run: Path) -> None:
    before = load_classifier(run).info.thresholds
    weights = (run / "model" / "model.safetensors").read_bytes()
    metrics = evaluate_run(run, figures=False, thresholds="sensitivity=0.9").metrics
    info = load_classifier(run).info
    assert info.thresholds != before
    assert "sensitivity of at least 0.9" in info.threshold_rule == metrics["protocol"]["threshold_rule"]
    for row in metrics["val"]["at_thresholds"]["classes"].values():
        assert row["sensitivity"] >= 0.9 - 1e-9
    assert (run / "model" / "model.safetensors").read_bytes() == weights
    assert evaluate_run(run, figures=False).metrics == metrics


def test_a_temperature_is_saved_with_the_model_and_taken_away_again(run: Path, simulated: Path) -> None:
    plain = evaluate_run(run, figures=False).metrics
    scaled = evaluate_run(run, figures=False, calibrate=True).metrics
    expected = plain["temperature_scaling"]["temperature"]
    info = load_classifier(run).info
    assert info.temperature == scaled["protocol"]["temperature"] == pytest.approx(expected)
    assert scaled["test"]["macro_auc"] == plain["test"]["macro_auc"]
    assert scaled["val"]["calibration"]["cross_entropy"] <= plain["val"]["calibration"]["cross_entropy"]
    for name, row in scaled["test"]["at_thresholds"]["classes"].items():
        assert row["confusion"] == plain["test"]["at_thresholds"]["classes"][name]["confusion"]
    # What evaluation computed from probabilities is what the saved model says of signals.
    again = evaluate_run(run, figures=False).metrics["test"]
    for key in ("cross_entropy", "macro_brier", "macro_expected_calibration_error"):
        assert again["calibration"][key] == pytest.approx(scaled["test"]["calibration"][key], abs=1e-6)
    random = np.random.default_rng(0).normal(0, 0.3, (2, 1000, 12)).astype(np.float32)
    calibrated = Predictor(load_classifier(run)).predict(random)
    evaluate_run(run, figures=False, calibrate=False)
    assert load_classifier(run).info.temperature == 1
    logits = [np.log(p) - np.log1p(-p) for p in (calibrated, Predictor(load_classifier(run)).predict(random))]
    assert logits[0] * expected == pytest.approx(logits[1], abs=1e-4)


def test_records_that_trained_choose_nothing(run: Path) -> None:
    split = run / "split.csv"
    split.write_text(split.read_text().replace(",val", ",train"))
    for choice in ({"thresholds": "youden"}, {"calibrate": True}):
        with pytest.raises(DataError, match="validation records trained this model"):
            evaluate_run(run, figures=False, **choice)
    assert json.loads((run / "model" / "model.json").read_text())["temperature"] == 1
