"""The assignment's network, its training and its evaluation."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader

from twelvelead.files import atomic_path
from twelvelead.models.cnn_lstm import CNN_LSTM as LogitsCNN_LSTM

__all__ = ["CNN_LSTM", "evaluate_model", "train_model"]

MODELS_FOLDER = Path("results", "models")

Loader = DataLoader[tuple[Tensor, Tensor]]
Floats = NDArray[np.float32]


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
