"""What of the pages is not run by `test_commands.py`, and why: the one list of it."""

from collections.abc import Iterator
from pathlib import Path

__all__ = ["ELSEWHERE", "NOT_RUN", "PYTHON_NOT_RUN", "RUN", "excuse", "python_excuse"]

RUN = (
    "README.md",
    "start.md",
    "ptbxl.md",
    "own-model.md",
    "evaluation.md",
    "export.md",
    "predict.md",
    "explain.md",
    "scale.md",
    "training.md",
    "scale-training.md",
    "formats.md",
)
"""In the order in which they are followed, in one folder."""

ELSEWHERE = {
    "serve.md": "test_serve_page.py",
    "add-network.md": "test_plugins.py",
    "add-task.md": "test_plugins.py",
    "add-format.md": "test_plugins.py",
}
"""Pages whose commands and code are run by another test."""

NOT_RUN = {
    "git clone": "needs where the repository is",
    "cd twelvelead": "goes with it",
    "make": "sets up an environment of its own, then minutes; each target's name is looked up",
    "python3 -m venv": "`make` makes one",
    "source": "changes the shell",
    "pip install": "changes the environment; each extra's name is looked up, `make dist` installs the wheel",
    "twelvelead download": "needs PhysioNet; tests/data/download has a server of its own",
    "twelvelead notebook": "minutes; tests/commands/test_notebook.py",
    "twelvelead serve --open": "until it is ended; test_serve_page.py",
    "twelvelead train ptbxl --rate 500": "five times the samples; tests/data/store, tests/training are at both rates",
    "twelvelead train ptbxl --devices": "four processes; tests/training/test_processes.py has as many, on less data",
    "torchrun": "four processes on each of two machines; tests/training/test_processes.py has torchrun on one",
    "srun": "needs SLURM; tests/training/test_processes.py has its variables",
    "python experiments/recipes.py": "minutes to hours; tests/experiments/test_recipes.py",
    "twelvelead train mine": "needs the run of a whole recipe; tests/training/test_start.py",
    "twelvelead export runs/first --format torch": "seconds for nothing new; tests/commands/test_export_run.py",
    "twelvelead export runs/first --int8": "what 8 bits cost depends on the model; tests/commands/test_export_run.py",
    "twelvelead export runs/first --data": "as above",
    "twelvelead score /mnt/archive": "needs a Ray cluster; tests/commands/archive/test_on_ray.py starts one",
}
"""Beginning of a command -> why it is only parsed, and what tests it instead."""

PYTHON_NOT_RUN = {
    'tl.train("ptbxl", "runs/first", options=tl.TrainOptions(epochs=50))': "minutes; start.md has it with one epoch",
    "onnxruntime.InferenceSession": "tests/commands/test_export_run.py",
    "torch.export.load": "tests/commands/test_export_run.py",
    "duckdb.sql": "needs DuckDB and Spark",
}
"""Line of a Python block -> why the block is only compiled, and what tests it instead."""


def excuse(page: Path, command: str) -> str | None:
    """Why a command of a page is not run with the pages; None if it is."""
    return _excuse(page, (reason for begin, reason in NOT_RUN.items() if command.startswith(begin)))


def python_excuse(page: Path, code: str) -> str | None:
    """Why a Python block of a page is not run with the pages; None if it is."""
    return _excuse(page, (reason for line, reason in PYTHON_NOT_RUN.items() if line in code))


def _excuse(page: Path, reasons: Iterator[str]) -> str | None:
    return ELSEWHERE.get(page.name) or next(reasons, None)
