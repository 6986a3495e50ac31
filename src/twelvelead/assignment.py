"""The course assignment's functions and classes: same names, arguments, results and prints.

A notebook written for the assignment runs with nothing changed but its import:

    from twelvelead.assignment import (
        CNN_LSTM, ECGDataset, evaluate_model, load_ptbxl_data, normalize_ecg, plot_confusion_matrix,
        plot_ecg_sample, plot_training_history, preprocess_labels, stratified_split, train_model,
    )

Signals are `(ecg, time, lead)` float32, millivolts before `normalize_ecg`; labels are multi-hot
`(ecg, class)`.
"""

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

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
from twelvelead.evaluation.metrics import confusion
from twelvelead.files import atomic_path
from twelvelead.leads import UNITS_PER_MV
from twelvelead.models.cnn_lstm import CNN_LSTM as LogitsCNN_LSTM

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

__all__ = [
    "CNN_LSTM",
    "ECGDataset",
    "evaluate_model",
    "load_ptbxl_data",
    "normalize_ecg",
    "plot_confusion_matrix",
    "plot_ecg_sample",
    "plot_training_history",
    "preprocess_labels",
    "stratified_split",
    "train_model",
]

MODELS_FOLDER = Path("results", "models")

CHUNK_RECORDS = 256
"""Records that are converted at once; bounds the memory beside the result itself."""

Loader = DataLoader[tuple[Tensor, Tensor]]
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


def plot_ecg_sample(signal: NDArray[Any], title: str = "ECG Signal") -> None:
    """Show the twelve leads of one ECG `(time, 12)`, before or after standardisation."""
    from twelvelead.report.ecg_rows import plot_ecg_rows

    _show(plot_ecg_rows(signal, title))


class CNN_LSTM(LogitsCNN_LSTM):
    """The network: standardised `(batch, time, lead)` in, probabilities `(batch, class)` out."""

    def __init__(self, num_classes: int = 5, num_leads: int = 12) -> None:
        super().__init__(num_classes, num_leads)

    def forward(self, x: Tensor) -> Tensor:
        """Probabilities 0 to 1, one a class and independent of each other."""
        return torch.sigmoid(super().forward(x))


def train_model(
    model: nn.Module,
    train_loader: Loader,
    val_loader: Loader,
    num_epochs: int = 50,
    lr: float = 0.001,
    device: str | torch.device = "cuda",
    model_name: str = "best_ecg_model",
) -> tuple[list[float], list[float]]:
    """Train with Adam; save the best epoch's weights as `results/models/{model_name}.pth`.

    Args:
        model: gives probabilities; is moved to `device`.
        device: the CPU takes over where there is no such GPU.

    Returns:
        Training and validation loss of each epoch: binary cross-entropy, mean over the batches.
    """
    device = _usable(device)
    model.to(device)
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", patience=5)
    train_losses: list[float] = []
    val_losses: list[float] = []
    for epoch in range(num_epochs):
        model.train()
        train_loss = 0.0
        for signals, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(signals.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            train_loss += loss.item()
        train_losses.append(train_loss / len(train_loader))

        model.eval()
        val_loss = 0.0
        with torch.no_grad():
            for signals, labels in val_loader:
                val_loss += criterion(model(signals.to(device)), labels.to(device)).item()
        val_losses.append(val_loss / len(val_loader))
        scheduler.step(val_losses[-1])
        print(f"Cycle {epoch + 1}/{num_epochs} - Train Loss: {train_losses[-1]:.4f}, Val Loss: {val_losses[-1]:.4f}")
        if val_losses[-1] < min(val_losses[:-1], default=float("inf")):
            with atomic_path(MODELS_FOLDER / f"{model_name}.pth") as temporary:
                torch.save(model.state_dict(), temporary)
    return train_losses, val_losses


def evaluate_model(
    model: nn.Module,
    test_loader: Loader,
    target_classes: Sequence[str],
    device: str | torch.device = "cuda",
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Print precision, recall and F1 at probability 0.5, and the AUC, of every class.

    Returns:
        Probabilities, labels, and decisions 0 or 1, each `(ecg, class)`.
    """
    device = _usable(device)
    model.to(device).eval()
    with torch.no_grad():
        pairs = [(model(signals.to(device)).cpu(), labels) for signals, labels in test_loader]
    all_preds: Floats = torch.cat([preds for preds, _ in pairs]).numpy()
    all_labels: Floats = torch.cat([labels for _, labels in pairs]).numpy()
    binary_preds = (all_preds > 0.5).astype(np.int64)
    _print_report(all_labels, binary_preds, target_classes)
    _print_auc(all_labels, all_preds, target_classes)
    return all_preds, all_labels, binary_preds


def plot_training_history(train_losses: Sequence[float], val_losses: Sequence[float]) -> None:
    """Show both losses over the epochs."""
    from twelvelead.report.history import plot_history

    _show(plot_history(train_losses, val_losses))


def plot_confusion_matrix(y_true: NDArray[Any], y_pred: NDArray[Any], class_names: Sequence[str]) -> None:
    """Show one 2 x 2 confusion matrix a class, from labels and decisions `(ecg, class)`, 0 or 1."""
    from twelvelead.report.confusion import plot_confusion_matrices

    pairs = zip(np.asarray(y_true).T, np.asarray(y_pred).T)
    matrices = np.stack([confusion(true, pred.astype(bool)).matrix for true, pred in pairs])
    _show(plot_confusion_matrices(matrices, class_names, labels=("Vraies", "Prédites"), states=("0", "1")))


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


def _usable(device: str | torch.device) -> torch.device:
    wanted = torch.device(device)
    if wanted.type == "cuda" and not torch.cuda.is_available():
        print(" Attention: CUDA n'est pas disponible. Calcul sur CPU.")
        return torch.device("cpu")
    return wanted


def _print_report(labels: Floats, decisions: NDArray[np.int64], classes: Sequence[str]) -> None:
    from sklearn.metrics import classification_report

    one_class: dict[str, Any] = {}
    if len(classes) == 1:  # a single column is a binary problem to scikit-learn, with two classes
        labels, decisions, one_class = labels.ravel(), decisions.ravel(), {"labels": [1]}
    print("\n==== Rapport de classification ===")
    print(classification_report(labels, decisions, target_names=list(classes), zero_division=0, **one_class))


def _print_auc(labels: Floats, probabilities: Floats, classes: Sequence[str]) -> None:
    from sklearn.metrics import roc_auc_score

    print("\n==== Scores AUC-ROC ===")
    for i, name in enumerate(classes):
        if len(np.unique(labels[:, i])) < 2:
            print(f"{name}: N/A (only one class present in test set)")
            continue
        try:
            print(f"{name}: {roc_auc_score(labels[:, i], probabilities[:, i]):.4f}")
        except ValueError as error:
            print(f"{name}: N/A (error: {error})")


def _show(figure: "Figure") -> None:
    """Hand the figure to pyplot and show it, so that notebooks, windows and `plt.savefig` have it as usual."""
    import matplotlib.pyplot as plt

    canvas = plt.figure(figsize=figure.get_size_inches()).canvas
    canvas.figure = figure
    figure.set_canvas(canvas)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*non-interactive, and thus cannot be shown")
        plt.show()
