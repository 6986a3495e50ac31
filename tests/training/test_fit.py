"""Training: it learns, keeps the best epoch, resumes exactly, and stops when told to."""

import json
import shutil
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins import MixedPrecision
from safetensors.torch import load_file
from torch import nn

from training.everything import EVERYTHING
from twelvelead.config import DataOptions, Keep, TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.data.parts import load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.data.store import prepare
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.evaluation.thresholds import choose_thresholds
from twelvelead.files import locked
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import load_classifier
from twelvelead.training import fit
from twelvelead.training.batches import Share, TrainingBatch, training_batches
from twelvelead.training.engine import make_engine
from twelvelead.training.fit import score_of
from twelvelead.training.history import Epoch, read_history
from twelvelead.training.loop import train_epoch, validate
from twelvelead.training.state import Progress
from twelvelead.training.train import new_classifier, train

OPTIONS = TrainOptions(epochs=3, batch_size=16, seed=7)

SHAKY = TrainOptions(epochs=9, batch_size=16, seed=7, lr=0.02, patience=0, early_stop=4)
"""The learning rate falls and the training stops early, so that a lost counter shows."""

CROPS = TrainOptions(
    network="resnet1d_wang",
    network_options="channels=8",
    epochs=3,
    batch_size=16,
    lr=0.01,
    keep="auc",
    **EVERYTHING,
)


class Stop:
    """Raises in the middle of an epoch."""

    def __init__(self, epoch: int, error: type[BaseException]) -> None:
        self.at, self.error, self.epoch = epoch, error, 0

    def begin_epoch(self, epoch: int, steps: int) -> None:
        self.epoch = epoch

    def step(self, records: int, loss: torch.Tensor) -> None:
        if self.epoch == self.at:
            raise self.error

    def end_epoch(self, epoch: Epoch, best: bool) -> None:
        pass


class Killed(BaseException):
    """Stands for a kill: nothing in the training may catch it."""


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "model" / "model.safetensors")


def without_time(run: Path) -> list[Epoch]:
    return [replace(epoch, seconds=0) for epoch in read_history(run)]


@pytest.fixture(scope="module")
def whole(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "whole"
    train(simulated, run, options=OPTIONS)
    return run


def test_a_killed_training_resumes_to_the_same_result(simulated: Path, tmp_path: Path) -> None:
    whole, run = tmp_path / "whole", tmp_path / "run"
    expected = train(simulated, whole, options=SHAKY)
    rates = [epoch.learning_rate for epoch in expected.fit.epochs]
    assert rates[-1] < rates[0], "the case is meant to lower the learning rate"
    drop = 1 + next(i for i, rate in enumerate(rates) if rate < rates[0])
    for epoch in (2, drop + 1):
        with pytest.raises(Killed):
            train(simulated, run, options=SHAKY, watcher=Stop(epoch, Killed), resume=True)
        assert len(read_history(run)) == epoch - 1
    result = train(simulated, run, options=SHAKY, resume=True)
    assert result.fit.best_epoch == expected.fit.best_epoch
    assert without_time(run) == without_time(whole)
    for key, value in weights(whole).items():
        assert torch.equal(weights(run)[key], value), key


def test_a_killed_training_on_crops_resumes_to_the_same_result(simulated: Path, tmp_path: Path) -> None:
    whole, run = tmp_path / "whole", tmp_path / "run"
    train(simulated, whole, options=CROPS)
    with pytest.raises(Killed):
        train(simulated, run, options=CROPS, watcher=Stop(3, Killed))
    with pytest.raises(CheckpointError, match="keep --epochs as it was"):
        train(simulated, run, options=replace(CROPS, epochs=4), resume=True)
    train(simulated, run, options=CROPS, resume=True)
    assert without_time(run) == without_time(whole)
    for key, value in weights(whole).items():
        assert torch.equal(weights(run)[key], value), key
    model = load_classifier(run)
    assert model.info.window_s == 2.5 and model.info.options == {"channels": 8}
    assert json.loads((run / "training.json").read_text())["val_macro_auc"] == max(
        epoch.val_macro_auc or 0.0 for epoch in read_history(run)
    )


class Scaled(MixedPrecision):
    """The loss is scaled as for 16 bits, and computed in 32 as a CPU can."""

    def __init__(self, scale: float = 4.0) -> None:
        super().__init__("16-mixed", "cpu", torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=5))

    def forward_context(self) -> AbstractContextManager[None]:
        return nullcontext()

    def convert_input(self, data: Any) -> Any:
        return data


def test_a_killed_training_resumes_with_the_same_scale_of_the_loss(
    simulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Scaled] = []

    def engine(options: TrainOptions) -> Fabric:
        used.append(Scaled())
        return Fabric(accelerator="cpu", devices=1, plugins=used[-1])

    monkeypatch.setattr("twelvelead.training.train.make_engine", engine)
    train(simulated, tmp_path / "whole", options=OPTIONS)
    with pytest.raises(Killed):
        train(simulated, tmp_path / "run", options=OPTIONS, watcher=Stop(3, Killed))
    train(simulated, tmp_path / "run", options=OPTIONS, resume=True)
    whole, _, resumed = (one.state_dict() for one in used)
    assert whole == resumed and whole["scale"] > 4.0
    assert without_time(tmp_path / "run") == without_time(tmp_path / "whole")


def test_a_step_whose_scaled_gradients_are_infinite_is_left_out() -> None:
    scaled = Scaled(scale=2.0**127)
    fabric = Fabric(accelerator="cpu", devices=1, plugins=scaled)
    network = nn.Linear(3, 2)
    before = network.weight.detach().clone()
    model, optimizer = fabric.setup(network, torch.optim.AdamW(network.parameters()))
    batch = TrainingBatch(4, torch.full((4, 3), 100.0), torch.full((4, 2), 0.5))
    train_epoch(fabric, model, optimizer, [batch], clip=1.0)
    assert torch.equal(network.weight, before)
    assert scaled.state_dict()["scale"] == 2.0**126


def test_a_training_goes_on_with_the_optimiser_of_another_device(
    simulated: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fused_first in (True, False):
        run = tmp_path / str(fused_first)
        for epochs, fused in ((1, fused_first), (2, not fused_first), (OPTIONS.epochs, fused_first)):
            monkeypatch.setattr(fit, "in_one_kernel", lambda *_, fused=fused: fused)
            train(simulated, run, options=replace(OPTIONS, epochs=epochs), resume=epochs > 1)
        for one, other in zip(read_history(whole), read_history(run), strict=True):
            assert other.train_loss == pytest.approx(one.train_loss, abs=1e-5)


@pytest.mark.parametrize(("keep", "epoch"), [("loss", 2), ("auc", 3), ("last", 4)])
def test_which_epoch_is_kept(keep: Keep, epoch: int) -> None:
    progress = Progress([])
    for number, (loss, area) in enumerate([(0.5, 0.7), (0.3, 0.8), (0.4, 0.9), (0.4, 0.9)], start=1):
        found = Epoch(number, 0.5, loss, area, 1e-3, 1.0)
        progress.add(found, score_of(found, keep))
    assert progress.best_epoch == epoch


def test_a_network_that_cannot_be_built_is_found_before_the_data_are_read(tmp_path: Path) -> None:
    for options, message in (
        ({"network": "xresnet1d", "network_options": "depth=35"}, "depth is '35'; allowed are 18, 34, 50, 101"),
        ({"network": "xresnet1d", "network_options": "depth=deep"}, "depth is 'deep'; allowed is a whole number"),
        ({"network_options": "filters=0"}, "filters is 0; allowed is a whole number above 0"),
        ({"crop_s": 10.0}, "--crop-s is 10; allowed is less than a record's 10 s"),
    ):
        with pytest.raises(ConfigError, match=message):
            train(tmp_path / "absent", tmp_path / "run", options=TrainOptions(**options))
    assert not (tmp_path / "run").exists()


def test_a_training_may_go_on_for_longer(simulated: Path, whole: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(simulated, run, options=replace(OPTIONS, epochs=1))
    train(simulated, run, options=OPTIONS, resume=True)
    assert without_time(run) == without_time(whole)


def test_the_same_seed_gives_the_same_and_another_does_not(simulated: Path, whole: Path, tmp_path: Path) -> None:
    train(simulated, tmp_path / "same", options=OPTIONS)
    train(simulated, tmp_path / "other", options=replace(OPTIONS, seed=8))
    assert without_time(tmp_path / "same") == without_time(whole)
    assert without_time(tmp_path / "other") != without_time(whole)


def test_the_epoch_of_least_validation_loss_is_kept(simulated: Path, whole: Path) -> None:
    summary = json.loads((whole / "training.json").read_text())
    losses = [epoch.val_loss for epoch in read_history(whole)]
    assert summary["kept_epoch"] == 1 + int(np.argmin(losses))
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    scores = Predictor(load_classifier(whole)).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    truth = torch.as_tensor(labels).double()
    loss = nn.functional.binary_cross_entropy(torch.as_tensor(scores), truth)
    assert float(loss) == pytest.approx(min(losses), abs=1e-5)


def test_thresholds_come_from_the_validation_part(simulated: Path, whole: Path) -> None:
    model = load_classifier(whole)
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("val")
    scores = Predictor(model).predict_dataset(RecordDataset(parts.store.signals, rows, labels))
    assert model.info.thresholds == pytest.approx(choose_thresholds(labels, scores), abs=1e-5)
    assert "validation" in model.info.threshold_rule


def test_the_standardiser_is_of_the_training_part(simulated: Path, whole: Path) -> None:
    parts = load_parts(simulated, DataOptions())
    expected = Standardizer.fit(parts.store.signals, parts.part("train")[1])
    model = load_classifier(whole)
    np.testing.assert_allclose(model.mean_mv.numpy(), expected.mean_mv, rtol=1e-6)
    np.testing.assert_allclose(model.std_mv.numpy(), expected.std_mv, rtol=1e-6)


def test_ctrl_c_keeps_the_best_so_far(simulated: Path, tmp_path: Path) -> None:
    result = train(simulated, tmp_path / "run", options=OPTIONS, watcher=Stop(3, KeyboardInterrupt))
    assert result.fit.interrupted
    assert len(result.fit.epochs) == 2
    assert load_classifier(tmp_path / "run").info.thresholds is not None


def test_ctrl_c_before_the_first_epoch_says_that_nothing_is_kept(simulated: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt, match="nothing is kept"):
        train(simulated, tmp_path / "run", options=OPTIONS, watcher=Stop(1, KeyboardInterrupt))
    train(simulated, tmp_path / "run", options=replace(OPTIONS, epochs=1))


def test_a_loss_that_is_no_number_stops_the_training(
    simulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twelvelead.training.fit.train_epoch", lambda *args: float("nan"))
    with pytest.raises(DataError, match=r"epoch 1 is not a number any more.*Nothing is kept"):
        train(simulated, tmp_path / "run", options=OPTIONS)


def test_early_stopping(simulated: Path, tmp_path: Path) -> None:
    options = replace(OPTIONS, lr=0.3, clip=1.0, early_stop=1, epochs=30)
    result = train(simulated, tmp_path / "run", options=options)
    assert len(result.fit.epochs) == result.fit.best_epoch + 1 < 30


def test_an_existing_run_is_not_touched_unless_asked(simulated: Path, whole: Path) -> None:
    with pytest.raises(ConfigError, match="add --resume to go on, --overwrite"):
        train(simulated, whole, options=OPTIONS)
    with pytest.raises(ConfigError, match=r"another recipe \(batch_size was 16, is 8\)"):
        train(simulated, whole, options=replace(OPTIONS, batch_size=8), resume=True)


def test_a_training_begun_before_there_was_an_option_goes_on(simulated: Path, whole: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    text = (run / "config.toml").read_text()
    (run / "config.toml").write_text(text.replace('class_weights = "none"\n', ""))
    assert "class_weights" in text and "class_weights" not in (run / "config.toml").read_text()
    with pytest.raises(ConfigError, match="class_weights was not set, is balanced"):
        train(simulated, run, options=replace(OPTIONS, class_weights="balanced"), resume=True)
    train(simulated, run, options=OPTIONS, resume=True)


def test_resuming_with_other_records_is_refused(simulated: Path, tmp_path: Path) -> None:
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(simulated, data, ignore=shutil.ignore_patterns(".twelvelead"))
    train(data, run, options=replace(OPTIONS, epochs=1))
    next(data.rglob("*.dat")).unlink()
    prepare(data)
    with pytest.raises(DataError, match="other records in its parts"):
        train(data, run, options=OPTIONS, resume=True)


def test_overwriting_waits_until_the_new_training_can_begin(simulated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(simulated, run, options=replace(OPTIONS, epochs=1))
    (run / "metrics.json").write_text("{}")
    (run / "notes.txt").write_text("the user's own")
    before = weights(run)
    with pytest.raises(DataError):
        train(tmp_path / "nowhere", run, options=OPTIONS, overwrite=True)
    assert all(torch.equal(weights(run)[key], value) for key, value in before.items())
    train(simulated, run, options=replace(OPTIONS, epochs=1, seed=8), overwrite=True)
    assert not (run / "metrics.json").exists()
    assert (run / "notes.txt").exists()


def test_two_trainings_cannot_share_a_folder(simulated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    with (
        locked(run, ConfigError("busy")),
        pytest.raises(ConfigError, match="another process is training"),
    ):
        train(simulated, run, options=OPTIONS)


def test_bfloat16_learns(simulated: Path, tmp_path: Path) -> None:
    result = train(simulated, tmp_path / "run", options=replace(OPTIONS, precision="bf16"))
    losses = [epoch.train_loss for epoch in result.fit.epochs]
    assert losses[-1] < losses[0]


def test_resuming_a_finished_training_changes_nothing(simulated: Path, whole: Path) -> None:
    before = weights(whole)
    train(simulated, whole, options=OPTIONS, resume=True)
    assert all(torch.equal(weights(whole)[key], value) for key, value in before.items())


def test_a_damaged_state_is_refused(simulated: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(simulated, run, options=replace(OPTIONS, epochs=1))
    (run / "state.safetensors").write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match="is not the state of this training"):
        train(simulated, run, options=replace(OPTIONS, epochs=1), resume=True)


def test_empty_parts_are_named(simulated: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the val part is empty"):
        train(simulated, tmp_path / "run", DataOptions(val_folds=""), OPTIONS)


def test_one_epoch_equals_the_plain_loop(simulated: Path) -> None:
    """The same batches through the textbook loop give the same weights."""
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("train")
    dataset = RecordDataset(parts.store.signals, rows, labels)
    standardizer = Standardizer.fit(parts.store.signals, rows)
    options = TrainOptions(batch_size=16)
    order = shuffled(len(dataset), options.seed, 1)
    results = []
    for plain in (False, True):
        torch.manual_seed(0)
        model = new_classifier(parts, OPTIONS, standardizer)
        model.network.dropout.p = 0.0
        # Not Adam: it turns the rounding noise of a convolution's bias, whose gradient is zero, into steps.
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        if plain:
            model.train()
            for start in range(0, len(order), 16):
                signals, targets = dataset[order[start : start + 16]]
                optimizer.zero_grad()
                nn.functional.binary_cross_entropy(torch.sigmoid(model(signals)), targets).backward()
                optimizer.step()
        else:
            fabric = make_engine(TrainOptions(device="cpu"))
            wrapped, wrapped_optimizer = fabric.setup(model, optimizer)
            batches = training_batches(dataset, order, options, 100, 1, fabric.device, Share(0, 1))
            train_epoch(fabric, wrapped, wrapped_optimizer, batches)
        results.append(model.state_dict())
    for key, value in results[1].items():
        torch.testing.assert_close(results[0][key], value, atol=2e-5, rtol=1e-3, msg=key)


def test_validation_equals_scoring_everything_at_once(simulated: Path, whole: Path) -> None:
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("train")
    model = load_classifier(whole)
    fabric = make_engine(TrainOptions(device="cpu"))
    found = validate(fabric, fabric.setup(model), RecordDataset(parts.store.signals, rows, labels))
    with torch.inference_mode():
        logits = model(torch.as_tensor(parts.store.signals[rows].astype(np.float32) / 1000))
    np.testing.assert_allclose(found.probabilities, torch.sigmoid(logits).numpy(), atol=1e-6)
    np.testing.assert_array_equal(found.labels, labels)
