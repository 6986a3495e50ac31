"""A run to ask for answers."""

from pathlib import Path

import pytest
import torch

from twelvelead.models.checkpoint import save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a small network that learnt nothing, of the classes A and B. Read-only by agreement."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("run")
    classifier = Classifier(ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 4}))
    save_classifier(classifier, folder / "model")
    return folder
