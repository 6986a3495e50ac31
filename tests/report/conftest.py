"""Runs to report on, one with everything that a run can have and one with as little as possible; a signal to draw."""

import numpy as np
import pytest

from report.made_up import DECISIONS, PICTURE, Case, make_metrics, scored_part
from twelvelead.commands.scoring import score_parts
from twelvelead.report.run.material import Material, WrongCase


@pytest.fixture(scope="session")
def full() -> Case:
    metrics = make_metrics()
    metrics["superclasses"] = {"noisy_or": {"test": metrics["test"]}, "max": {"test": metrics["test"]}}
    training = {
        "epochs": 3, "kept_epoch": 2, "val_loss": 0.5, "val_macro_auc": None, "seconds": 300.0, "interrupted": True,
        "engine": {"device": "cpu", "torch": "2"}, "twelvelead": "0",
    }  # fmt: skip
    wrong = WrongCase(7, "MI", True, 0.98, 0.4, ("NORM",), (("NORM", 100.0), ("SR", 0.0)), (("MI", 0.98),), "ecg-7")
    material = Material(
        "try",
        metrics,
        training=training,
        options={"lr": 0.001},
        parameters=1234,
        figures=frozenset(DECISIONS),
        wrong=(wrong,),
        commands=("twelvelead evaluate try",),
        remarks=("A remark.",),
    )
    return Case(material, dict.fromkeys(DECISIONS, PICTURE))


@pytest.fixture(scope="session")
def minimal() -> Case:
    """Predictions of somebody else's model: no validation, no thresholds, no description of the records."""
    found = scored_part(40, 2, 0)
    metrics = score_parts({"test": found}, ("a", "b"), None, subgroups=False)
    return Case(Material("theirs", {"protocol": {}, **metrics}), {})


@pytest.fixture
def signal() -> np.ndarray:
    """10 s at 100 Hz, `(1000, 12)` mV; every sample differs, so a trace can be told by its data."""
    return np.random.default_rng(0).normal(0, 0.3, (1000, 12))
