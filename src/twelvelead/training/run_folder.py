"""The folder of a run: which file is where, and when a training may write into it."""

from pathlib import Path

from twelvelead.errors import CheckpointError, ConfigError
from twelvelead.training.history import HISTORY_FILE
from twelvelead.training.state import STATE_FILE

__all__ = ["CONFIG_FILE", "MODEL_FOLDER", "SUMMARY_FILE", "claim_run", "require_run"]

CONFIG_FILE = "config.toml"
MODEL_FOLDER = "model"
SUMMARY_FILE = "training.json"


def claim_run(run: Path, config: str, resume: bool, overwrite: bool) -> None:
    """Check that a training with this configuration may write into `run`; clear it if so asked.

    Args:
        run: the folder; need not exist.
        config: text of the configuration that will be written there.
        resume: go on with what is there; it must have the same configuration.
        overwrite: remove an earlier training's files first.

    Raises:
        ConfigError: `run` has a training and neither or both were asked, or its configuration differs.
    """
    if resume and overwrite:
        raise ConfigError("--resume and --overwrite exclude each other.")
    path = run / CONFIG_FILE
    if run.exists() and not run.is_dir():
        raise ConfigError(f"{run} is a file; choose another folder with --out.")
    if not path.is_file():
        if run.is_dir() and any(run.iterdir()):
            raise ConfigError(f"{run} is not empty and holds no run; choose another folder with --out.")
        return
    if overwrite:
        for name in (STATE_FILE, HISTORY_FILE, SUMMARY_FILE, CONFIG_FILE, "metrics.json"):
            (run / name).unlink(missing_ok=True)
        for file in (run / MODEL_FOLDER).glob("model.*"):
            file.unlink()
        return
    if not resume:
        raise ConfigError(f"{run} holds a training already; add --resume to go on, --overwrite to begin anew.")
    written = path.read_text(encoding="utf-8")
    different = sorted(set(written.splitlines()) ^ set(config.splitlines()))
    if different:
        raise ConfigError(f"{run} was begun with other options ({'; '.join(different)}); resume with those.")


def require_run(run: Path) -> Path:
    """`run`, once it is known to hold a training's configuration.

    Raises:
        CheckpointError: it does not.
    """
    if not (run / CONFIG_FILE).is_file():
        raise CheckpointError(f"{run} is no run folder (no {CONFIG_FILE}); make one with `twelvelead train DATA`.")
    return run
