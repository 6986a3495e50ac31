"""`twelvelead.assignment` beside the assignment's own way with wfdb, pandas, scikit-learn and PyTorch."""

import inspect
import re
import shutil
import warnings
from pathlib import Path

import matplotlib
import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler
from torch import nn
from torch.utils.data import DataLoader

import twelvelead.assignment as assignment
from twelvelead.assignment import (
    CNN_LSTM,
    ECGDataset,
    evaluate_model,
    load_ptbxl_data,
    normalize_ecg,
    plot_confusion_matrix,
    plot_ecg_sample,
    plot_training_history,
    preprocess_labels,
    stratified_split,
    train_model,
)
from twelvelead.data.simulate import simulate_dataset

CLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]
CELLS = Path(__file__).with_name("assignment_cells.py")


@pytest.fixture(scope="module", autouse=True)
def no_windows():
    matplotlib.use("agg")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A data set of 150 records; not to be changed."""
    folder = tmp_path_factory.mktemp("simulated") / "ptbxl"
    simulate_dataset(folder, records=150, seed=0, rates=(100,))
    return folder


@pytest.fixture
def ptbxl(source, tmp_path, monkeypatch):
    """Its copy in `ptbxl/` of the working folder, as the assignment asks."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(source, tmp_path / "ptbxl")
    return tmp_path / "ptbxl"


def rdsamp(path):
    with warnings.catch_warnings():  # importing wfdb with a new pandas warns
        warnings.simplefilter("ignore")
        import wfdb
    return wfdb.rdsamp(path)[0]


def toy_loader(records=8, classes=2):
    rng = np.random.default_rng(0)
    labels = (np.arange(records * classes).reshape(records, classes) // 2) % 2
    signals = rng.normal(size=(records, 64, 12))
    return DataLoader(ECGDataset(signals, labels), batch_size=4)


class PlainNetwork(CNN_LSTM):
    """The assignment's forward pass, word for word."""

    def forward(self, x):
        x = x.permute(0, 2, 1)
        x = self.pool1(self.relu(self.bn1(self.conv1(x))))
        x = self.pool2(self.relu(self.bn2(self.conv2(x))))
        x = x.permute(0, 2, 1)
        x, _ = self.lstm(x)
        x = x[:, -1, :]
        x = self.dropout(self.relu(self.fc1(x)))
        return torch.sigmoid(self.fc2(x))


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
    assert classes == (CLASSES if len(settings) == 2 else ["NORM"])
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


@pytest.fixture
def shown(monkeypatch):
    """What `plt.show()` is asked to show: the current figure at each call."""
    figures = []
    show = matplotlib.pyplot.show
    monkeypatch.setattr(matplotlib.pyplot, "show", lambda: (figures.append(matplotlib.pyplot.gcf()), show()))
    yield figures
    matplotlib.pyplot.close("all")


def test_plots_are_shown_as_pyplot_would_and_return_nothing(shown, tmp_path):
    rng = np.random.default_rng(0)
    true, pred = rng.integers(0, 2, (2, 40, 2))
    assert plot_ecg_sample(rng.normal(size=(100, 12)), "Titre") is None
    matplotlib.pyplot.savefig(tmp_path / "ecg.png")
    assert (tmp_path / "ecg.png").stat().st_size > 10_000, "a blank picture"
    assert plot_training_history([0.6, 0.5], [0.7, 0.6]) is None
    assert plot_confusion_matrix(true, pred, ["A", "B"]) is None
    ecg, history, confusion = shown
    assert len(ecg.axes) == 12
    assert ecg.get_suptitle() == "Titre"
    assert [line.get_ydata().tolist() for line in history.axes[0].lines] == [[0.6, 0.5], [0.7, 0.6]]
    for i, axes in enumerate(confusion.axes):
        counts = [int(text.get_text()) for text in axes.texts if text.get_text().isdigit()]
        assert counts == confusion_matrix(true[:, i], pred[:, i], labels=[0, 1]).ravel().tolist()
