"""Whether all processes of a training have the same options, data and run folder: asked once, before the first step.

Machines that do not share a disk would train one model on different records, or leave its state where the next start
does not look for it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from twelvelead.data.parts import DataParts
from twelvelead.data.standardize import Standardizer
from twelvelead.errors import ConfigError, DataError
from twelvelead.training.run_folder import CONFIG_FILE

__all__ = ["require_agreement"]

_OF_A_MACHINE = {"data", "store", "threads", "device", "resident", "start", "teachers"}
"""Options that may differ: paths of a machine, and what it computes with. What lies there may not."""


def require_agreement(
    fabric: Fabric,
    run: Path,
    options: Mapping[str, object],
    parts: DataParts,
    standardizer: Standardizer,
    models: Sequence[str] = (),
) -> None:
    """Compare what the processes have; each calls this once the first one has written the run's configuration.

    Args:
        fabric: launched.
        run: the run folder.
        options: resolved, as they are written to `config.toml`.
        parts: the data.
        standardizer: of the training part; it stands for the signals.
        models: digests of what the training starts from and learns from.

    Raises:
        ConfigError: a process was started with other options or models, or sees another run folder.
        DataError: a process sees other records, labels or signals.
    """
    if fabric.world_size == 1:
        return
    # One after the other: when the options have been compared, the first process has written the run's configuration.
    by_options = _first_that_differs(fabric, _of_options(options))
    by_models = _first_that_differs(fabric, hashlib.sha256(repr(list(models)).encode()).digest())
    by_run = _first_that_differs(fabric, _of_run(run))
    by_data = _first_that_differs(fabric, _of_data(parts, standardizer))
    of = f"of {fabric.world_size}"
    if by_options:
        raise ConfigError(f"process {by_options} {of} was started with other options than the first one.")
    if by_models:
        raise ConfigError(
            f"process {by_models} {of} has other models for --start or --teachers than the first one; "
            "give all machines the same."
        )
    if by_run:
        raise ConfigError(
            f"process {by_run} {of} does not see the first one's run folder {run.absolute()}; "
            "with --out name one on a disk that all machines share."
        )
    if by_data:
        raise DataError(
            f"process {by_data} {of} sees other records, labels or signals in {parts.data_dir.absolute()} than the "
            "first one; give all machines the same data."
        )


def _first_that_differs(fabric: Fabric, digest: bytes) -> int:
    """Rank of a process whose digest is not that of the first one; 0 if all are the same."""
    own = torch.frombuffer(bytearray(digest), dtype=torch.uint8).to(fabric.device)
    every = [torch.empty_like(own) for _ in range(fabric.world_size)]
    torch.distributed.all_gather(every, own)
    return next((rank for rank, one in enumerate(every) if not torch.equal(one, every[0])), 0)


def _of_options(options: Mapping[str, object]) -> bytes:
    shared = {key: str(value) for key, value in options.items() if key not in _OF_A_MACHINE}
    return hashlib.sha256(repr(sorted(shared.items())).encode()).digest()


def _of_run(run: Path) -> bytes:
    try:
        return hashlib.sha256((run / CONFIG_FILE).read_bytes()).digest()
    except OSError:
        return bytes(hashlib.sha256().digest_size)


def _of_data(parts: DataParts, standardizer: Standardizer) -> bytes:
    found = hashlib.sha256(repr((parts.labels.classes, parts.store.rate_hz)).encode())
    records = parts.metadata.index.to_numpy(dtype=np.int64)
    for name in ("train", "val"):
        positions, _, labels = parts.part(name)
        found.update(records[positions].tobytes() + labels.tobytes())
    found.update(np.asarray(standardizer.mean_mv).tobytes() + np.asarray(standardizer.std_mv).tobytes())
    return found.digest()
