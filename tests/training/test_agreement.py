"""Processes that do not have the same find out before the first step; with real hosts in `test_two_hosts.py`."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from twelvelead.config import DataOptions, TrainOptions, options_table
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.simulate import simulate_dataset
from twelvelead.data.standardize import Standardizer
from twelvelead.errors import TwelveleadError
from twelvelead.training.agreement import require_agreement

Process = tuple[Path, dict[str, object], DataParts, Standardizer]
FABRIC: Any = SimpleNamespace(world_size=2, device=torch.device("cpu"))


def process(data: Path, run: Path, **options: Any) -> Process:
    """What a process has."""
    chosen, recipe = DataOptions(), TrainOptions(**options)
    parts = load_parts(data, chosen)
    _, rows, _ = parts.part("train")
    return run, options_table(data, chosen, recipe), parts, Standardizer.fit(parts.store.signals, rows)


def compare(monkeypatch: pytest.MonkeyPatch, first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    """Let the second process compare itself with the first one."""
    sent: list[torch.Tensor] = []

    def note(every: list[torch.Tensor], own: torch.Tensor) -> None:
        sent.append(own)
        every[:] = [own, own]

    def gather(every: list[torch.Tensor], own: torch.Tensor) -> None:
        every[:] = [sent.pop(0), own]

    monkeypatch.setattr(torch.distributed, "all_gather", note)
    require_agreement(FABRIC, *first)
    monkeypatch.setattr(torch.distributed, "all_gather", gather)
    require_agreement(FABRIC, *second)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.toml").write_text("[train]\n")
    return tmp_path / "run"


def test_the_same_at_another_path_is_the_same(
    simulated: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_parts(simulated, DataOptions())
    shutil.copytree(simulated, tmp_path / "copy")
    compare(monkeypatch, process(simulated, run), process(tmp_path / "copy", run, threads=2))


@pytest.mark.parametrize(
    ("of_second", "message"),
    [
        ("options", "process 1 of 2 was started with other options than the first one"),
        ("run", "process 1 of 2 does not see the first one's run folder .*; with --out name one on a disk"),
        ("data", "process 1 of 2 sees other records, labels or signals in .*other than the first one"),
    ],
)
def test_what_differs_is_named(
    simulated: Path, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_second: str, message: str
) -> None:
    first = process(simulated, run)
    if of_second == "data":
        simulate_dataset(tmp_path / "other", records=60, seed=1, rates=(100,))
    second = {
        "options": lambda: process(simulated, run, lr=0.01),
        "run": lambda: process(simulated, tmp_path / "elsewhere"),
        "data": lambda: process(tmp_path / "other", run),
    }[of_second]()
    with pytest.raises(TwelveleadError, match=message):
        compare(monkeypatch, first, second)


def test_other_models_are_told(simulated: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = process(simulated, run)
    compare(monkeypatch, (*one, ["a", "b"]), (*process(simulated, run, start="elsewhere/run"), ["a", "b"]))
    with pytest.raises(TwelveleadError, match="process 1 of 2 has other models for --start or --teachers"):
        compare(monkeypatch, (*one, ["a", "b"]), (*one, ["a", "c"]))


def test_one_process_agrees_with_itself(simulated: Path, run: Path) -> None:
    require_agreement(SimpleNamespace(world_size=1), *process(simulated, run))  # type: ignore[arg-type]
