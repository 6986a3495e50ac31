"""Pretraining without labels: its loss beside a plain one, and a start that a training takes."""

from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import log_loss
from sklearn.metrics.pairwise import cosine_similarity

import self_supervised
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.models.checkpoint import WEIGHTS_FILE, load_classifier
from twelvelead.training.train import train

SMALL = {"epochs": 2, "batch_size": 32, "crop_s": 2.5, "schedule": "one-cycle", "mask_leads": 0.2}


def test_the_loss_is_that_of_finding_each_partner() -> None:
    generator = torch.Generator().manual_seed(0)
    first, second = torch.randn(2, 5, 8, generator=generator, dtype=torch.float64)
    pieces = np.concatenate([first, second])
    losses = []
    for i in range(10):
        others = [k for k in range(10) if k != i]
        scaled = np.exp(cosine_similarity(pieces[[i]], pieces[others])[0] / self_supervised.TEMPERATURE)
        partner = others.index((i + 5) % 10)
        losses.append(log_loss([partner], [scaled / scaled.sum()], labels=range(9)))
    loss = float(self_supervised.agreement_loss(first, second))
    np.testing.assert_allclose(loss, np.mean(losses), rtol=1e-5)


def test_a_training_starts_from_what_was_learnt_without_labels(simulated: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(self_supervised, "read_recipe", lambda _: SMALL)
    run = self_supervised.pretrain_without_labels(
        simulated, tmp_path / "ssl", DataOptions(), "resnet1d_wang", "channels=8"
    )
    learnt = load_classifier(run).network.state_dict()
    weights = (run / "model" / WEIGHTS_FILE).read_bytes()
    self_supervised.pretrain_without_labels(simulated, run, DataOptions(), "resnet1d_wang", "channels=8")
    assert (run / "model" / WEIGHTS_FILE).read_bytes() == weights, "taken over"

    options = TrainOptions(network="resnet1d_wang", network_options="channels=8", epochs=1, lr=1e-9, start=str(run))
    train(simulated, tmp_path / "run", DataOptions(), options)
    trained = load_classifier(tmp_path / "run")
    first = next(iter(learnt))
    torch.testing.assert_close(trained.network.state_dict()[first], learnt[first], atol=1e-5, rtol=0)
    assert trained.info.trained_on["started_from"]["records"]
