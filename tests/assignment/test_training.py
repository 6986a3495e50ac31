"""Network, training and evaluation beside the assignment's own way with PyTorch and scikit-learn."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from assignment.toy_loader import toy_loader
from models.plain_cnn_lstm import plain_forward
from twelvelead.assignment import CNN_LSTM, evaluate_model, train_model


class PlainNetwork(CNN_LSTM):
    def forward(self, x):
        return torch.sigmoid(plain_forward(self, x))


@pytest.mark.parametrize("training", [True, False])
def test_network_and_gradients_equal_the_plain_form(training):
    torch.manual_seed(0)
    ours, plain = CNN_LSTM(3).train(training), PlainNetwork(3).train(training)
    plain.load_state_dict(ours.state_dict())
    x = torch.randn(4, 100, 12)
    outputs = []
    for network in (ours, plain):
        torch.manual_seed(1)  # the same dropout
        outputs.append(network(x))
        nn.BCELoss()(outputs[-1], torch.eye(4, 3)).backward()
    torch.testing.assert_close(outputs[0], outputs[1], rtol=0, atol=1e-6)
    for (name, mine), theirs in zip(ours.named_parameters(), plain.parameters()):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=0, atol=1e-6, msg=name)


def test_network_has_the_assignments_layers():
    layers = dict(CNN_LSTM(num_classes=4, num_leads=3).named_children())
    assert list(layers) == [
        "conv1", "bn1", "pool1", "conv2", "bn2", "pool2", "lstm", "fc1", "dropout", "fc2", "relu",
    ]  # fmt: skip
    assert (layers["conv1"].in_channels, layers["fc2"].out_features) == (3, 4)


def test_training_is_the_assignments_loop(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    model, plain = CNN_LSTM(2), PlainNetwork(2)
    plain.load_state_dict(model.state_dict())
    torch.manual_seed(1)
    train_losses, val_losses = train_model(model, toy_loader(), toy_loader(4), 3, 0.01, "cpu", "m")

    torch.manual_seed(1)
    criterion, optimizer = nn.BCELoss(), torch.optim.Adam(plain.parameters(), lr=0.01)
    best, saved = float("inf"), {}
    for epoch in range(3):
        plain.train()
        losses = []
        for signals, labels in toy_loader():
            optimizer.zero_grad()
            loss = criterion(plain(signals), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        plain.eval()
        with torch.no_grad():
            val = np.mean([criterion(plain(s), y).item() for s, y in toy_loader(4)])
        assert train_losses[epoch] == pytest.approx(np.mean(losses), abs=1e-4)
        assert val_losses[epoch] == pytest.approx(val, abs=1e-4)
        if val < best:
            best = val
            saved = {key: value.clone() for key, value in plain.state_dict().items()}
    assert capsys.readouterr().out.splitlines() == [
        f"Cycle {i + 1}/3 - Train Loss: {train:.4f}, Val Loss: {val:.4f}"
        for i, (train, val) in enumerate(zip(train_losses, val_losses))
    ]
    state = torch.load("results/models/m.pth", weights_only=True)
    assert list(state) == list(saved)
    torch.testing.assert_close(state["fc2.weight"], saved["fc2.weight"], rtol=0, atol=1e-3)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_the_cpu_takes_over_where_there_is_no_gpu(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    model = CNN_LSTM(2)
    train_model(model, toy_loader(), toy_loader(), num_epochs=1)
    evaluate_model(model, toy_loader(), ["A", "B"])
    assert capsys.readouterr().out.count("CUDA n'est pas disponible. Calcul sur CPU.") == 2
    assert Path("results/models/best_ecg_model.pth").is_file()


def test_evaluation_prints_report_and_auc(capsys):
    torch.manual_seed(0)
    model, loader = CNN_LSTM(2).train(), toy_loader()
    loader.dataset.labels[:, 1] = 1
    preds, labels, binary = evaluate_model(model, loader, ["A", "B"], device="cpu")
    with torch.no_grad():
        expected = model.eval()(loader.dataset.signals).numpy()
    np.testing.assert_allclose(preds, expected, atol=1e-6)
    np.testing.assert_array_equal(labels, loader.dataset.labels.numpy())
    np.testing.assert_array_equal(binary, (preds > 0.5).astype(int))
    out = capsys.readouterr().out
    report, areas = out.split("\n==== Scores AUC-ROC ===\n")
    assert report.startswith("\n==== Rapport de classification ===\n")
    assert "precision    recall  f1-score   support" in report
    assert areas.splitlines() == [
        f"A: {roc_auc_score(labels[:, 0], preds[:, 0]):.4f}",
        "B: N/A (only one class present in test set)",
    ]
