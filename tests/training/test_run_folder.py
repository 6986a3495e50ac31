"""When a training may write into a folder."""

from pathlib import Path

import pytest

from twelvelead.errors import CheckpointError, ConfigError
from twelvelead.training.run_folder import check_run, clear_run, kept_epoch, require_run, train_table

OPTIONS = {"data": "/d", "epochs": 3, "lr": 0.001, "task": "form"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "state.safetensors").touch()
    (tmp_path / "config.toml").write_text('[train]\ndata = "/d"\nepochs = 3\nlr = 0.001\ntask = "form"\n')
    return tmp_path


def test_a_new_or_empty_folder_is_fine(tmp_path: Path) -> None:
    check_run(tmp_path / "new", OPTIONS, resume=False, overwrite=False)
    check_run(tmp_path, OPTIONS, resume=True, overwrite=False)


def test_somebody_elses_folder_is_not(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("...")
    with pytest.raises(ConfigError, match="not empty and holds no run"):
        check_run(tmp_path, OPTIONS, resume=False, overwrite=True)
    with pytest.raises(ConfigError, match="is a file"):
        check_run(tmp_path / "thesis.doc", OPTIONS, resume=False, overwrite=False)


@pytest.mark.parametrize("change", [{}, {"epochs": 9}, {"data": "/moved"}, {"device": "cuda"}, {"threads": 1}])
def test_what_may_differ_when_going_on(run: Path, change: dict[str, object]) -> None:
    check_run(run, {**OPTIONS, **change}, resume=True, overwrite=False)


@pytest.mark.parametrize("change", [{"lr": 0.01}, {"task": "all"}, {"seed": 4}])
def test_what_may_not(run: Path, change: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=f"another recipe .{next(iter(change))} was"):
        check_run(run, {**OPTIONS, **change}, resume=True, overwrite=False)


def test_resume_and_overwrite_exclude_each_other(run: Path) -> None:
    with pytest.raises(ConfigError, match="exclude each other"):
        check_run(run, OPTIONS, resume=True, overwrite=True)


def test_clearing_leaves_what_is_not_ours(run: Path) -> None:
    for name in ("model", "figures", "tensorboard", "mine"):
        (run / name).mkdir()
    for name in ("report.html", "report.pdf", "MODEL_CARD.md"):
        (run / name).touch()
    clear_run(run)
    assert [path.name for path in run.iterdir()] == ["mine"]
    with pytest.raises(CheckpointError, match="no run folder"):
        require_run(run)


def test_without_a_finished_epoch_there_is_nothing_to_protect(run: Path) -> None:
    with pytest.raises(ConfigError, match="holds a training already"):
        check_run(run, OPTIONS, resume=False, overwrite=False)
    (run / "state.safetensors").unlink()
    check_run(run, {**OPTIONS, "lr": 0.5}, resume=False, overwrite=False)


def test_recipe_and_kept_epoch_are_read_where_there_are_any(run: Path, tmp_path: Path) -> None:
    assert train_table(run) == OPTIONS and train_table(tmp_path / "none") == {}
    assert kept_epoch(run) is None
    (run / "training.json").write_text('{"kept_epoch": 2}')
    assert kept_epoch(run) == 2
    (run / "training.json").write_text("{}")
    with pytest.raises(CheckpointError, match="cannot be read"):
        kept_epoch(run)
