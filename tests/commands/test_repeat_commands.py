"""The commands that repeat a run."""

import shlex

from twelvelead.commands.repeat_commands import repeat_commands
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.evaluation.thresholds import BEST_F1, parse_rule

DEFAULTS = {"data": "/data/my ptbxl"}
PROTOCOL = {"split": "strat_fold: train 1-8, val 9, test 10", "threshold_rule": BEST_F1.description, "temperature": 1.0}


def test_defaults_are_left_out():
    assert repeat_commands("try", DEFAULTS, PROTOCOL) == (
        "twelvelead train 'my ptbxl' --out try",
        "twelvelead evaluate try",
        "twelvelead report try",
    )
    assert repeat_commands("try", {}, PROTOCOL) == ()


def test_other_options_are_there_and_those_of_the_machine_are_not():
    options = {**DEFAULTS, "epochs": 3, "task": "form", "device": "cuda", "threads": 4, "lr": 0.01}
    train, *_ = repeat_commands("try", options, PROTOCOL)
    assert shlex.split(train)[3:] == ["--task", "form", "--epochs", "3", "--lr", "0.01", "--out", "try"]
    assert DataOptions(task="form") and TrainOptions(epochs=3, lr=0.01)


def test_an_evaluation_unlike_the_training_is_told():
    for rule in ("youden", "sensitivity=0.9", "specificity=0.95"):
        protocol = {
            "split": "strat_fold: train 1-8, val 8,9, test 10",
            "threshold_rule": parse_rule(rule).description,
            "temperature": 1.2,
        }
        protocol["split"] = "strat_fold: train 1-7, val 8, test 9"
        words = shlex.split(repeat_commands("try", DEFAULTS, protocol)[1])
        assert words[3:] == ["--val-folds", "8", "--test-folds", "9", "--thresholds", rule, "--calibrate"]
