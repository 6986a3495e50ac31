"""Each row can be trained, has a folder of its own, and its command is what is trained."""

import shlex
from dataclasses import fields
from pathlib import Path

import pytest

import ablation
from ablation import ROWS, Row, recipe_of
from recipes import FOLDS, REPO, read_recipe
from twelvelead.config import DataOptions, TrainOptions, parse_network_options
from twelvelead.models.registry import check_network


def test_rows_have_folders_of_their_own_and_each_recipe_comes_first():
    assert len({row.folder for row in ROWS}) == len(ROWS)
    seen = set()
    for row in ROWS:
        assert (row.recipe in seen) != row.is_recipe, row.name
        seen.add(row.recipe)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.folder)
def test_a_row_can_be_trained(row):
    known = {field.name for field in fields(TrainOptions)}
    recipe = read_recipe(row.recipe)
    assert row.changes.keys() <= known
    assert all(recipe.get(key) != value for key, value in row.changes.items()), "changes nothing"
    options = TrainOptions(**(recipe | row.changes))
    DataOptions(**(FOLDS | row.data))
    check_network(options.network, parse_network_options(options.network_options))


def test_a_command_names_the_runs_of_its_own_split():
    row = Row("x", "cnn_lstm", {"crop_s": 0.0})
    made = {"start": f"{REPO}/runs/pretrained-cnn_lstm", "teachers": "out/teachers/a,out/teachers/b"}
    words = shlex.split(row.command(made))
    given = dict(zip(words[3::2], words[4::2]))
    assert given["--start"] == "runs/pretrained-cnn_lstm" and given["--teachers"] == made["teachers"]
    assert given["--crop-s"] == "0.0" and given["--train-folds"] == FOLDS["train_folds"]


def test_weights_without_labels_begin_with_those_of_the_recipe_and_have_folders_of_their_own(monkeypatch):
    asked = {}

    def pretrain(_data_dir, out, _data, network, network_options, start):
        asked.setdefault(out, set()).add((network, network_options, start))
        return out

    monkeypatch.setattr(ablation, "complete", lambda recipe, *_: dict(recipe))
    monkeypatch.setattr(ablation, "pretrain_without_labels", pretrain)
    rows = [row for row in ROWS if row.without_labels]
    for row in rows:
        started = recipe_of(row, Path("ptbxl"), Path("out"), DataOptions())["start"]
        assert started == str(Path("out", row.without_labels))
        recipe = read_recipe(row.recipe) | row.changes
        expected = tuple(recipe.get(key, "") for key in ("network", "network_options", "start"))
        assert asked[Path(started)] == {expected}, "one folder, one kind of weights"
    assert {bool(start) for kinds in asked.values() for *_, start in kinds} == {True, False}
