import numpy as np
import pytest

from twelvelead.errors import DataError
from twelvelead.report.history import plot_history
from twelvelead.report.save import figure_bytes

TRAIN, VALIDATION = [0.5, 0.4, 0.35], [0.52, 0.45, 0.46]


def test_losses_have_the_usual_names_and_count_epochs_from_one():
    (axes,) = plot_history(TRAIN, VALIDATION).axes
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == (
        "Training History",
        "Epoch",
        "Loss",
    )
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["Training Loss", "Validation Loss"]
    for line, values in zip(axes.lines, (TRAIN, VALIDATION), strict=True):
        assert list(line.get_xdata()) == [1, 2, 3]
        assert list(line.get_ydata()) == values


def test_auc_learning_rate_and_the_kept_epoch_are_drawn():
    figure = plot_history(TRAIN, VALIDATION, val_auc=[None, 0.8, 0.9], learning_rate=[1e-3] * 3, kept_epoch=2)
    losses, auc, rate = figure.axes
    np.testing.assert_array_equal(auc.lines[0].get_ydata(), [np.nan, 0.8, 0.9])
    assert rate.get_yscale() == "log"
    assert [list(axes.lines[-1].get_xdata()) for axes in figure.axes] == [[2, 2]] * 3
    assert "Kept: epoch 2" in [text.get_text() for text in losses.get_legend().get_texts()]


def test_a_training_loss_of_another_kind_is_named():
    figure = plot_history(TRAIN, VALIDATION, only_in_training="class weights and mixup")
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["Training Loss, with class weights and mixup", "Validation Loss"]


def test_a_single_epoch_can_be_seen():
    figure = plot_history([0.5], [0.6], val_auc=[0.7], learning_rate=[1e-3], kept_epoch=1)
    assert figure.axes[0].lines[0].get_marker() == "."
    figure_bytes(figure)


@pytest.mark.parametrize(
    "train, validation, options",
    [
        ([], [], {}),
        (TRAIN, VALIDATION[:2], {}),
        (TRAIN, VALIDATION, {"val_auc": [0.5]}),
        (TRAIN, VALIDATION, {"learning_rate": [1e-3] * 4}),
        (TRAIN, VALIDATION, {"kept_epoch": 0}),
        (TRAIN, VALIDATION, {"kept_epoch": 4}),
    ],
)
def test_lists_that_do_not_fit_are_refused(train, validation, options):
    with pytest.raises(DataError, match="epoch"):
        plot_history(train, validation, **options)
