"""Loading, labels, split and standardisation beside the assignment's own way with wfdb, pandas and scikit-learn."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

from twelvelead.assignment import (
    ECGDataset,
    load_ptbxl_data,
    normalize_ecg,
    preprocess_labels,
    stratified_split,
)

CLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]


def rdsamp(path):
    with warnings.catch_warnings():  # importing wfdb with a new pandas warns
        warnings.simplefilter("ignore")
        import wfdb
    return wfdb.rdsamp(path)[0]


def test_load_gives_what_wfdb_and_pandas_give(ptbxl):
    X, Y = load_ptbxl_data()
    table = pd.read_csv("ptbxl/ptbxl_database.csv", index_col="ecg_id")
    expected = np.array([rdsamp(f"ptbxl/{name}") for name in table.filename_lr])
    assert X.dtype == np.float32
    np.testing.assert_allclose(X, expected, atol=1e-6)
    pd.testing.assert_frame_equal(Y.drop(columns="scp_codes"), table.drop(columns="scp_codes"))
    assert [repr(codes) for codes in Y.scp_codes] == table.scp_codes.tolist()


def test_load_leaves_out_and_names_what_cannot_be_read(ptbxl, capsys):
    names = pd.read_csv(ptbxl / "ptbxl_database.csv", index_col="ecg_id").filename_lr
    first, second = names.index[[3, 70]]
    (ptbxl / f"{names[first]}.dat").unlink()
    (ptbxl / f"{names[second]}.hea").write_text("nonsense")
    X, Y = load_ptbxl_data("ptbxl")
    assert len(X) == len(Y) == 148
    assert first not in Y.index and second not in Y.index
    errors = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Error")]
    assert [line.split(":")[0] for line in errors] == [
        f"Error loading ptbxl/{names[first]}",
        f"Error loading ptbxl/{names[second]}",
    ]


def test_load_never_evaluates_the_table(ptbxl):
    path = ptbxl / "ptbxl_database.csv"
    table = pd.read_csv(path, index_col="ecg_id")
    table["scp_codes"] = "__import__('os').mkdir('evaluated')"
    table.to_csv(path)
    with pytest.raises(ValueError, match="scp_codes"):
        load_ptbxl_data("ptbxl")
    assert not Path("evaluated").exists()


def test_labels_follow_the_assignments_rule(ptbxl, capsys):
    _, Y = load_ptbxl_data("ptbxl")
    capsys.readouterr()
    y, classes, mlb = preprocess_labels(Y, "ptbxl", CLASSES, min_samples=20)

    statements = pd.read_csv("ptbxl/scp_statements.csv", index_col=0)
    superclass = statements[statements.diagnostic == 1].diagnostic_class
    expected = [{superclass[code] for code in codes if code in superclass} for codes in Y.scp_codes]
    binary = MultiLabelBinarizer(classes=CLASSES).fit_transform(expected)
    kept = [i for i in range(5) if binary[:, i].sum() >= 20]
    np.testing.assert_array_equal(y, binary[:, kept])
    assert classes == [CLASSES[i] for i in kept] == ["NORM", "MI", "STTC", "CD"]
    assert [set(labels) for labels in Y.diagnostic_labels] == expected
    assert mlb.classes_.tolist() == CLASSES

    hyp, norm = int(binary[:, 4].sum()), int(binary[:, 0].sum())
    assert capsys.readouterr().out.splitlines()[:10] == [
        "",
        "==== Distribution initiales des classes ===",
        *(f"{c}: {n} samples ({n / 1.5:.2f}%)" for c, n in zip(CLASSES, binary.sum(axis=0))),
        f" Warning: HYP has only {hyp} samples (< 20). Excluding from training.",
        "",
        "==== Les classes retenues (4 classes) ===",
    ]
    assert norm > hyp


def test_labels_without_the_table_of_statements_match_codes(tmp_path, capsys):
    Y = pd.DataFrame({"scp_codes": [{"NORM": 100.0, "SR": 0.0}, {"IMI": 50.0}, {"NORM": 0.0}]})
    y, classes, _ = preprocess_labels(Y, tmp_path, CLASSES, min_samples=1)
    assert (y.tolist(), classes) == ([[1], [0], [1]], ["NORM"])
    warning = "Using direct SCP code matching."
    expected = f"Warning: {tmp_path}/scp_statements.csv not found. {warning}"
    assert capsys.readouterr().out.splitlines()[0] == expected


def test_no_class_left_is_an_error(tmp_path):
    Y = pd.DataFrame({"scp_codes": [{"NORM": 100.0}]})
    with pytest.raises(ValueError, match="No classes have at least 50 samples"):
        preprocess_labels(Y, tmp_path)


@pytest.mark.parametrize(
    "classes, line", [(3, "stratified split for multi-label data..."), (1, "regular stratified split...")]
)
def test_split_keeps_records_and_proportions(classes, line, capsys):
    rng = np.random.default_rng(0)
    y = (rng.random((200, classes)) < [0.5, 0.2, 0.1][:classes]).astype(int)
    X = np.arange(200)
    X_train, X_test, y_train, y_test = stratified_split(X, y, test_size=0.3, random_state=1)
    assert capsys.readouterr().out == line + "\n"
    assert sorted([*X_train, *X_test]) == X.tolist()
    np.testing.assert_array_equal(y_train, y[X_train])
    np.testing.assert_array_equal(y_test, y[X_test])
    assert abs(len(X_test) - 60) <= 1
    assert np.abs(y_test.sum(axis=0) - 0.3 * y.sum(axis=0)).max() <= 1
    again = stratified_split(X, y, test_size=0.3, random_state=1)
    np.testing.assert_array_equal(X_test, again[1])


def test_standardised_as_by_one_scaler_over_everything():
    rng = np.random.default_rng(0)
    parts = [rng.normal(0.3, np.arange(1, 13), (n, 50, 12)).astype(np.float32) for n in (600, 9, 7)]
    *ours, scaler = normalize_ecg(*parts)
    reference = StandardScaler().fit(parts[0].astype(np.float64).reshape(-1, 12))
    assert isinstance(scaler, StandardScaler)
    np.testing.assert_allclose(scaler.mean_, reference.mean_, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scaler.scale_, reference.scale_, rtol=1e-9)
    for part, result in zip(parts, ours):
        assert result.dtype == np.float32
        expected = reference.transform(part.astype(np.float64).reshape(-1, 12)).reshape(part.shape)
        np.testing.assert_allclose(result, expected, atol=1e-5)


def test_dataset_takes_any_array_and_does_not_copy_float32():
    signals = np.random.default_rng(0).normal(size=(3, 10, 12)).astype(np.float32)
    dataset = ECGDataset(signals, np.eye(3, dtype=int))
    assert np.shares_memory(dataset.signals.numpy(), signals)
    assert len(dataset) == 3
    assert torch.equal(dataset[1][0], torch.FloatTensor(signals[1]))
    assert dataset[1][1].tolist() == [0.0, 1.0, 0.0]
    signals.setflags(write=False)
    assert ECGDataset(signals, np.eye(3))[0][0].dtype == torch.float32
