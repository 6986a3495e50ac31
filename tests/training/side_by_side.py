"""One process of several that train side by side; started by `test_processes.py`, not a test itself.

Arguments: data folder, folder for the runs. Environment: LOCAL_RANK, MASTER_PORT and PROCESSES.
Each process writes `digests-RANK.json`: of its weights and of their average at the end of every case.
"""

import hashlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from torch import nn

from training.everything import EVERYTHING
from twelvelead.config import TrainOptions
from twelvelead.training import fit
from twelvelead.training.train import train

PLAIN = TrainOptions(device="cpu", threads=1, epochs=3, batch_size=15)
"""48 records: the last batch has 3, fewer than the four processes."""

RESNET = replace(PLAIN, network="resnet1d_wang", network_options="channels=16", batch_size=16)

CASES = {
    "cnn_lstm": PLAIN,
    "resnet1d_wang": RESNET,
    "everything": replace(
        PLAIN,
        teachers="cnn_lstm",
        network_options="filters=8",
        keep="auc",
        epochs=2,
        **EVERYTHING,
    ),
    "averaged": replace(RESNET, average=0.9, crop_s=2.5, epochs=2),
    "inception1d": replace(PLAIN, network="inception1d", network_options="filters=4,widest=9,depth=3", epochs=1),
    "resnet_lstm": replace(PLAIN, network="resnet_lstm", network_options="channels=8,hidden=8", epochs=1),
    "s4": replace(PLAIN, network="s4", network_options="channels=8", epochs=1),
    "xresnet1d": replace(PLAIN, network="xresnet1d", network_options="depth=18,channels=8", epochs=1),
}


def main() -> None:
    data, runs = map(Path, sys.argv[1:])
    seen: list[fit.Moving] = []
    plain_moving = fit.Moving
    fit.Moving = lambda *parts: seen.append(plain_moving(*parts)) or seen[-1]
    digests = {}
    for name, options in CASES.items():
        teachers = ",".join(str(runs / teacher) for teacher in options.teachers.split(",") if teacher)
        train(data, runs / name, options=replace(options, devices=int(os.environ["PROCESSES"]), teachers=teachers))
        moving = seen[-1]
        digests[name] = [digest(moving.classifier), digest(moving.shown)]
    (runs / f"digests-{os.environ['LOCAL_RANK']}.json").write_text(json.dumps(digests))


def digest(module: nn.Module) -> str:
    found = hashlib.sha256()
    for key, value in sorted(module.state_dict().items()):
        found.update(key.encode() + value.numpy().tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    main()
