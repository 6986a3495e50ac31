"""PTB-XL as arrays, as the assignment has it: loaded, labelled, split, standardised."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.utils.data import Dataset

from twelvelead.data.labels import SUPERCLASSES, task_classes
from twelvelead.data.metadata import (
    DATABASE_FILE,
    filename_column,
    parse_scp_codes,
    read_database,
)
from twelvelead.data.statement_file import STATEMENTS_FILE, read_statements
from twelvelead.data.store import prepare
from twelvelead.data.stratify import stratify
from twelvelead.errors import DataError
from twelvelead.leads import UNITS_PER_MV

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

__all__ = ["ECGDataset", "load_ptbxl_data", "normalize_ecg", "preprocess_labels", "stratified_split"]

CHUNK_RECORDS = 256
"""Records that are converted at once; bounds the memory beside the result itself."""

Floats = NDArray[np.float32]


def load_ptbxl_data(
    data_path: str | os.PathLike[str] = "ptbxl/", sampling_rate: int = 100
) -> tuple[Floats, "pd.DataFrame"]:
    """Load PTB-XL, or any data set in its layout.

    The first call reads the records' files into a signal store; later calls read again only what changed.

    Args:
        data_path: folder that holds `ptbxl_database.csv` and the records.
        sampling_rate: 100 or 500 Hz.

    Returns:
        X: `(ecg, time, lead)` float32 millivolts, leads in the usual order, without unreadable ones.
        Y: their table, in the same order, indexed by `ecg_id`; `scp_codes` are dicts code ->
            likelihood.

    Raises:
        DataError: no usable table, or no record at all could be loaded.
        ConfigError: another sampling rate.
    """
    folder = Path(data_path)
    # Joined as text, because a `Path` would not print a folder just as it was given.
    print(os.path.join(data_path, DATABASE_FILE))  # noqa: PTH118
    column = filename_column(sampling_rate)
    Y = read_database(folder)
    Y["scp_codes"] = Y["scp_codes"].map(parse_scp_codes)
    print("Chargement des ECG ...")
    store = prepare(folder, sampling_rate).store
    rows = store.rows_of(Y.index)
    for ecg_id in Y.index[rows < 0]:
        file = os.path.join(data_path, str(Y.at[ecg_id, column]))  # noqa: PTH118
        print(f"Error loading {file}: {store.entries[ecg_id].reason}")
    Y, rows = Y[rows >= 0].copy(), rows[rows >= 0]
    X = np.empty((len(rows), *store.signals.shape[1:]), dtype=np.float32)
    for part in _chunks(len(rows)):
        np.divide(store.signals[rows[part]], np.float32(UNITS_PER_MV), out=X[part])
    print(f"chargés {len(X)} enregistrements ECG")
    print(f"Dimensions du signal (ecg, temps, derivation): {X.shape}")
    return X, Y


def preprocess_labels(
    Y: "pd.DataFrame",
    data_path: str | os.PathLike[str] = "./ptbxl/",
    target_classes: Sequence[str] = SUPERCLASSES,
    min_samples: int = 50,
) -> tuple[NDArray[np.int64], list[str], "MultiLabelBinarizer"]:
    """Labels of the records, without the classes that have fewer than `min_samples`.

    Without `scp_statements.csv` in `data_path` the classes are looked for among the codes.

    Args:
        Y: table from `load_ptbxl_data`; gets a column `diagnostic_labels`, each record's classes.

    Returns:
        Multi-hot labels `(ecg, class)`, the classes kept, and the fitted binarizer of all
        `target_classes`.

    Raises:
        DataError: no class has `min_samples` records.
    """
    from sklearn.preprocessing import MultiLabelBinarizer

    names = list(target_classes)
    file = os.path.join(data_path, STATEMENTS_FILE)  # noqa: PTH118
    if Path(file).exists():
        class_of = task_classes("superdiagnostic", read_statements(Path(data_path)))
    else:
        print(f"Warning: {file} not found. Using direct SCP code matching.")
        class_of = {name: name for name in names}
    found = [{class_of.get(code) for code in codes} for codes in Y["scp_codes"]]
    Y["diagnostic_labels"] = [[name for name in names if name in classes] for classes in found]
    mlb = MultiLabelBinarizer(classes=names)
    y: NDArray[np.int64] = mlb.fit_transform(Y["diagnostic_labels"])

    print("\n==== Distribution initiales des classes ===")
    _print_counts(names, y)
    counts = y.sum(axis=0)
    for name, count in zip(names, counts):
        if count < min_samples:
            print(f" Warning: {name} has only {count} samples (< {min_samples}). Excluding from training.")
    kept = [i for i, count in enumerate(counts) if count >= min_samples]
    if not kept:
        raise DataError(f"No classes have at least {min_samples} samples. Try lowering min_samples parameter.")
    valid_classes = [names[i] for i in kept]
    print(f"\n==== Les classes retenues ({len(valid_classes)} classes) ===")
    _print_counts(valid_classes, y[:, kept])
    return y[:, kept], valid_classes, mlb


def stratified_split(
    X: NDArray[Any], y: NDArray[Any], test_size: float = 0.3, random_state: int = 42
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Split in two with every class in the same proportion; a patient's records may get into both.

    Args:
        X: any array with one row a record.
        y: multi-hot `(ecg, class)`.
        test_size: share of the second part, between 0 and 1.

    Returns:
        X_train, X_test, y_train, y_test.
    """
    if y.shape[1] > 1:
        print("stratified split for multi-label data...")
        alone = np.arange(len(y))
        part = stratify(np.asarray(y), alone, (1 - test_size, test_size), random_state)
        train, test = np.flatnonzero(part == 0), np.flatnonzero(part == 1)
    else:
        from sklearn.model_selection import train_test_split

        print("regular stratified split...")
        train, test = train_test_split(
            np.arange(len(y)), test_size=test_size, random_state=random_state, stratify=y.ravel()
        )
    return X[train], X[test], y[train], y[test]


def normalize_ecg(
    X_train: NDArray[Any], X_val: NDArray[Any], X_test: NDArray[Any]
) -> tuple[Floats, Floats, Floats, "StandardScaler"]:
    """Standardise each lead with its mean and deviation over the training part.

    Returns:
        The three parts, float32, mean 0 and deviation 1 over the training part; and the scaler.
    """
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    for part in _chunks(len(X_train)):
        scaler.partial_fit(X_train[part].reshape(-1, X_train.shape[-1]))
    return (
        _standardise(scaler, X_train),
        _standardise(scaler, X_val),
        _standardise(scaler, X_test),
        scaler,
    )


class ECGDataset(Dataset[tuple[Tensor, Tensor]]):
    """Signals and labels as float32 tensors, a pair a record; float32 arrays are not copied."""

    def __init__(self, signals: ArrayLike, labels: ArrayLike) -> None:
        self.signals = torch.from_numpy(np.require(signals, np.float32, ["C", "W"]))
        self.labels = torch.from_numpy(np.require(labels, np.float32, ["C", "W"]))

    def __len__(self) -> int:
        return len(self.signals)

    def __getitem__(self, idx: int) -> tuple[Tensor, Tensor]:
        return self.signals[idx], self.labels[idx]


def _chunks(count: int) -> Iterable[slice]:
    return (slice(i, i + CHUNK_RECORDS) for i in range(0, count, CHUNK_RECORDS))


def _print_counts(names: Sequence[str], y: NDArray[np.int64]) -> None:
    for name, count in zip(names, y.sum(axis=0)):
        print(f"{name}: {count} samples ({100 * count / len(y):.2f}%)")


def _standardise(scaler: "StandardScaler", X: NDArray[Any]) -> Floats:
    result = np.empty(X.shape, dtype=np.float32)
    for part in _chunks(len(X)):
        block = X[part]
        result[part] = scaler.transform(block.reshape(-1, X.shape[-1])).reshape(block.shape)
    return result
