"""A notebook written for the assignment runs; names and arguments are the assignment's."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import twelvelead.assignment as assignment
from twelvelead.data.labels import SUPERCLASSES

CELLS = Path(__file__).with_name("cells.py")


@pytest.mark.parametrize(
    "settings",
    [
        {"MIN_SAMPLES_PER_CLASS": 15},
        pytest.param({}, id="one class is left"),
    ],
)
def test_the_notebook_runs_with_nothing_changed_but_the_import(ptbxl, capsys, settings):
    """Epochs and classes are cut through its own variables; its default needs 50 records a class."""
    settings = {"NUM_EPOCHS": 1, **settings}
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in re.split(r"^# %%", CELLS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        exec(compile("#" + cell, str(CELLS), "exec"), names)  # noqa: S102 (our own file)
        names.update({key: value for key, value in settings.items() if key in names})
    out = capsys.readouterr().out
    classes = names["target_classes"]
    assert classes == (list(SUPERCLASSES) if len(settings) == 2 else ["NORM"])
    assert names["X"].shape == (150, 1000, 12)
    parts = [len(names[f"X_{part}"]) for part in ("train", "val", "test")]
    assert sum(parts) == 150
    assert np.abs(np.array(parts) - [105, 22.5, 22.5]).max() <= 2
    assert names["all_preds"].shape == names["y_test"].shape == names["binary_preds"].shape
    for line in (
        "ptbxl/ptbxl_database.csv",
        "Chargement des ECG ...",
        "chargés 150 enregistrements ECG",
        "Dimensions du signal (ecg, temps, derivation): (150, 1000, 12)",
        "==== Distribution initiales des classes ===",
        f"==== Les classes retenues ({len(classes)} classes) ===",
        "==== Rapport de classification ===",
        "==== Scores AUC-ROC ===",
    ):
        assert line in out.splitlines()
    assert re.search(r"^Cycle 1/1 - Train Loss: 0\.\d{4}, Val Loss: 0\.\d{4}$", out, flags=re.MULTILINE)


def test_names_arguments_and_defaults_are_the_assignments():
    expected = {
        "load_ptbxl_data": "data_path='ptbxl/', sampling_rate=100",
        "preprocess_labels": "Y, data_path='./ptbxl/', "
        "target_classes=('NORM', 'MI', 'STTC', 'CD', 'HYP'), min_samples=50",
        "stratified_split": "X, y, test_size=0.3, random_state=42",
        "normalize_ecg": "X_train, X_val, X_test",
        "ECGDataset": "signals, labels",
        "plot_ecg_sample": "signal, title='ECG Signal'",
        "CNN_LSTM": "num_classes=5, num_leads=12",
        "train_model": "model, train_loader, val_loader, num_epochs=50, lr=0.001, device='cuda', "
        "model_name='best_ecg_model'",
        "evaluate_model": "model, test_loader, target_classes, device='cuda'",
        "plot_training_history": "train_losses, val_losses",
        "plot_confusion_matrix": "y_true, y_pred, class_names",
    }
    assert sorted(expected) == sorted(assignment.__all__)
    for name, arguments in expected.items():
        parameters = inspect.signature(getattr(assignment, name)).parameters.values()
        bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
        assert ", ".join(map(str, bare)) == arguments
