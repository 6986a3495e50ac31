"""Every recipe can be read and built; a recipe with all its parts is trained on simulated ECGs, at its smallest."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import recipes
from twelvelead.config import DataOptions, TrainOptions, parse_network_options
from twelvelead.models.checkpoint import load_classifier
from twelvelead.models.registry import check_network

FILES = sorted(recipes.RECIPES.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recipe_is_a_configuration_that_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    assert set(tables) == {"train"}
    names = {field.name for field in fields(TrainOptions)}
    options = TrainOptions(**{key: value for key, value in tables["train"].items() if key in names})
    DataOptions(**{key: value for key, value in tables["train"].items() if key not in names})
    check_network(options.network, parse_network_options(options.network_options))
    header = text.split("\n\n")[0]
    assert "minutes" in header or "1 to 4 minutes" in header
    assert "docs/training.md" in header and ("python experiments" in header or "twelvelead train" in header)


def test_what_a_recipe_needs_is_trained_first(simulated, tmp_path, monkeypatch):
    small = {"epochs": 1, "batch_size": 64, "crop_s": 2.5, "network_options": "channels=8"}
    made = {"pretrain": small, "teacher": small}
    monkeypatch.setattr(recipes, "RECIPES", tmp_path)
    monkeypatch.setattr(recipes, "SIMULATED", simulated)
    monkeypatch.setattr(recipes, "TEACHERS", ("resnet1d_wang",))
    monkeypatch.setattr(recipes, "NETWORKS", {"resnet1d_wang": "channels=8"})
    monkeypatch.setattr(recipes, "read_recipe", made.__getitem__)
    student = {**small, "network": "resnet1d_wang", "start": "x", "teachers": "y"}
    complete = recipes.complete(student, simulated, tmp_path / "teachers", DataOptions())
    runs = recipes.train_seeds(simulated, tmp_path / "students", DataOptions(), complete, [0, 1])
    learnt = load_classifier(runs[1]).info.trained_on
    assert learnt["started_from"]["data_version"].startswith("simulated")
    assert len(learnt["teachers"]) == 1
    before = (runs[0] / "training.json").read_bytes()
    recipes.train_seeds(simulated, tmp_path / "students", DataOptions(), complete, [0])
    assert (runs[0] / "training.json").read_bytes() == before


def test_a_network_with_other_options_starts_from_weights_of_its_own(tmp_path, monkeypatch):
    trained = {}
    monkeypatch.setattr(recipes, "is_finished", lambda _: False)
    monkeypatch.setattr(recipes, "SIMULATED", tmp_path)
    (tmp_path / "ptbxl_database.csv").touch()
    monkeypatch.setattr(recipes, "train_run", lambda _, run, __, recipe, **___: trained.setdefault(run, recipe) and run)
    usual, plain = recipes.pretrained("resnet1d_wang"), recipes.pretrained("resnet1d_wang", "")
    assert usual.name == "pretrained-resnet1d_wang"
    assert recipes.pretrained("resnet1d_wang", recipes.NETWORKS["resnet1d_wang"]) == usual
    assert trained[usual]["network_options"] == "stem_stride=2"
    assert plain != usual
    assert trained[plain]["network_options"] == ""


def test_a_training_that_was_stopped_is_not_taken_for_a_finished_one(simulated, tmp_path, monkeypatch):
    small = {"epochs": 2, "batch_size": 64, "crop_s": 2.5, "network_options": "channels=8", "network": "resnet1d_wang"}

    class Stopping(recipes.TrainingProgress):
        def begin_epoch(self, epoch: int, steps: int) -> None:
            if epoch == 2:
                raise KeyboardInterrupt
            super().begin_epoch(epoch, steps)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(recipes, "TrainingProgress", Stopping)
        recipes.train_run(simulated, tmp_path / "run", DataOptions(), small, seed=0)
    assert (tmp_path / "run" / "training.json").is_file() and not recipes.is_finished(tmp_path / "run")
    recipes.train_run(simulated, tmp_path / "run", DataOptions(), small, seed=0)
    assert recipes.is_finished(tmp_path / "run")
