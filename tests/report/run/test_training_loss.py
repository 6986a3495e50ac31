"""What sets the training loss apart from the validation loss."""

import pytest

from report.made_up import make_metrics, texts
from twelvelead.report.run.compose import compose
from twelvelead.report.run.material import Material
from twelvelead.report.run.training_loss import only_in_training


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ""),
        ({"class_weights": "none", "teachers": "", "teaching": 0.7, "mixup": 0.0, "label_smoothing": 0.0}, ""),
        ({"teachers": "runs/a", "teaching": 0.0}, ""),
        ({"class_weights": "balanced"}, "class weights"),
        ({"teachers": "runs/a", "teaching": 0.7, "mixup": 0.2}, "teachers and mixup"),
        (
            {"class_weights": "balanced", "mixup": 0.2, "label_smoothing": 0.1},
            "class weights, mixup and label smoothing",
        ),
    ],
)
def test_what_the_training_loss_has_alone_is_named(options, words):
    assert only_in_training(options) == words


@pytest.mark.parametrize(("options", "told"), [({"mixup": 0.2}, True), ({"lr": 0.1}, False)])
def test_the_caption_says_that_the_losses_cannot_be_compared(options, told):
    document = compose(Material("x", make_metrics(), options=options, figures=frozenset({"history"})))
    assert ("with mixup, the validation loss is without" in texts(document)) is told
