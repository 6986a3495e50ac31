"""`history.csv` there and back, and TensorBoard's events."""

from pathlib import Path

import pytest

from twelvelead.training.history import Epoch, TensorBoard, read_history, write_history

EPOCHS = [Epoch(1, 0.5, 0.25, None, 1e-3, 2.0), Epoch(2, 0.1, 1 / 3, 0.9, 1e-4, 2.5)]


def test_round_trip(tmp_path: Path) -> None:
    write_history(tmp_path, EPOCHS)
    assert read_history(tmp_path) == EPOCHS
    assert (tmp_path / "history.csv").read_text().splitlines()[0] == (
        "epoch,train_loss,val_loss,val_macro_auc,learning_rate,seconds"
    )


def test_no_file_is_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path) == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # tensorboard's own imports
def test_tensorboard_gets_the_numbers(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = TensorBoard(tmp_path)
    for epoch in EPOCHS:
        board.add(epoch)
    board.close()
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert [e.value for e in events.Scalars("val_loss")] == pytest.approx([0.25, 1 / 3])
    assert [e.step for e in events.Scalars("val_macro_auc")] == [2]
