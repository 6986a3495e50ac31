"""Records in a device's memory, and steps that do not make a GPU wait."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from training.everything import EVERYTHING
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset
from twelvelead.data.parts import load_parts
from twelvelead.data.resident import ResidentDataset
from twelvelead.training import fit, placement
from twelvelead.training.loop import train_epoch
from twelvelead.training.placement import in_one_kernel, placed
from twelvelead.training.train import train

GPU = torch.device("cuda")
OF_THE_HOST = ("item", "cpu", "numpy", "tolist")
ATEN = torch.ops.aten
WAITING = {ATEN._local_scalar_dense.default, ATEN.nonzero.default, ATEN.masked_select.default, ATEN.equal.default}
"""Of these the host must know the result before it goes on; float(tensor) and bool(tensor) are the first one."""
INDEXING = {ATEN.index.Tensor, ATEN.index_put.default, ATEN.index_put_.default}
"""With a mask as the index the host must know how many are meant."""

OPTIONS = TrainOptions(
    network="resnet1d_wang",
    network_options="channels=8",
    epochs=1,
    batch_size=8,
    device="cpu",
    resident="yes",
    **EVERYTHING,
)


class Waits(TorchDispatchMode):
    """Counts where the host would wait for a GPU."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        for name in OF_THE_HOST:
            monkeypatch.setattr(torch.Tensor, name, self._counted(name, getattr(torch.Tensor, name)))

    def _counted(self, name: str, plain: Any) -> Any:
        def counted(tensor: torch.Tensor, *rest: Any, **named: Any) -> Any:
            self.found[name] += 1
            return plain(tensor, *rest, **named)

        return counted

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        masked = func in INDEXING and any(one is not None and one.dtype == torch.bool for one in args[1])
        if func in WAITING or masked:
            self.found[str(func)] += 1
        return func(*args, **(kwargs or {}))


@pytest.fixture(scope="module")
def dataset(simulated: Path) -> RecordDataset:
    parts = load_parts(simulated, DataOptions())
    _, rows, labels = parts.part("train")
    return RecordDataset(parts.store.signals, rows, labels)


def test_where_the_records_lie(dataset: RecordDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    assert type(placed(dataset, cpu, "auto")) is RecordDataset
    assert type(placed(dataset, cpu, "yes")) is ResidentDataset
    monkeypatch.setattr(placement, "ResidentDataset", lambda *given: given)
    for fits, resident, expected in ((True, "auto", True), (False, "auto", False), (True, "no", False)):
        monkeypatch.setattr(placement, "fits", lambda *_, fits=fits: fits)
        assert (placed(dataset, GPU, resident) == (dataset, GPU)) == expected


def test_which_optimiser_is_one_kernel() -> None:
    on_gpu, on_cpu = SimpleNamespace(device=GPU), SimpleNamespace(device=torch.device("cpu"))
    assert in_one_kernel(on_gpu, TrainOptions()) and in_one_kernel(on_gpu, TrainOptions(precision="16"))
    assert not in_one_kernel(on_gpu, TrainOptions(precision="16", clip=1.0))
    assert not in_one_kernel(on_cpu, TrainOptions())


def test_a_step_waits_for_nothing(simulated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of steps waits as often as one: at the end of the epoch, for its mean loss."""
    monkeypatch.setattr(fit, "in_one_kernel", lambda *_: True)
    waits = Waits(monkeypatch)
    counts = []

    def counting(*given: Any) -> float:
        waits.found.clear()
        with waits:
            loss = train_epoch(*given)
        counts.append(dict(waits.found))
        return loss

    monkeypatch.setattr(fit, "train_epoch", counting)
    for batch_size in (8, 48):
        train(simulated, tmp_path / str(batch_size), options=replace(OPTIONS, batch_size=batch_size))
    assert counts[0] == counts[1] == {"aten._local_scalar_dense.default": 1}


def test_the_count_of_waits_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Waits(monkeypatch)
    with waits:
        values = torch.arange(3.0)
        float(values.sum())
        values[values > 1]
        values.sum().item()
    assert waits.found["item"] == 1 and sum(waits.found.values()) == 4


def test_where_the_records_lie_changes_nothing(simulated: Path, tmp_path: Path) -> None:
    found = []
    for resident in ("yes", "no"):
        result = train(simulated, tmp_path / resident, options=replace(OPTIONS, resident=resident))
        found.append(replace(result.fit.epochs[0], seconds=0))
    assert found[0] == found[1]
