"""A run that trainings on several processes are compared with."""

from pathlib import Path

import pytest

from training.small_run import OPTIONS
from twelvelead.training.train import train


@pytest.fixture(scope="session")
def alone(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small run, by one process."""
    run = tmp_path_factory.mktemp("runs") / "alone"
    train(simulated, run, options=OPTIONS)
    return run
