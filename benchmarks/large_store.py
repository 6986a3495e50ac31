"""Training from a store that is on the disk beside training from one that is in memory.

    python benchmarks/large_store.py --folder /somewhere/with/3/GB

A store of the size of PTB-XL at 500 Hz (21,799 records, 2.6 GB) is filled with random numbers. The same batches are
trained on with the file in memory, with the file put out of memory and read ahead, and put out of memory and read when
needed, in turns. Linux only: the file's pages are given back with `posix_fadvise`.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import torch

from machine import describe
from page import conditions, put
from twelvelead.config import TrainOptions, parse_network_options
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.data.read_ahead import ReadAhead
from twelvelead.data.store.array_file import SIGNALS_FILE, GrowingArray, whole_rows
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.training.batches import Share, training_batches
from twelvelead.training.engine import make_engine
from twelvelead.training.loop import train_epoch

WAYS = ("in memory", "on disk, read ahead", "on disk, read when needed")
ALONE = Share(0, 1)
FILL_AT_ONCE = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="for the store; stays there")
    parser.add_argument("--records", type=int, default=21_799)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--batches", type=int, default=40, help="trained on in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network-options", default="filters=8", help="of cnn_lstm; a small one asks most of the disk")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    given = f"--batches {chosen.batches} --rounds {chosen.rounds} --threads {chosen.threads}"
    about = f"`{given}`, medians, on {conditions(describe())}:"
    path = _store(chosen.folder, chosen.records, chosen.rate * 10)
    options = TrainOptions(network_options=chosen.network_options, threads=chosen.threads)
    print(f"{chosen.records:,} records at {chosen.rate} Hz, {path.stat().st_size / 1e9:.2f} GB")
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    read: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(chosen.rounds):
        for way in WAYS:
            _evict(path) if way != WAYS[0] else _fetch(path)
            before = _read_bytes()
            with _without_read_ahead() if way == WAYS[2] else _as_it_is():
                seconds[way].append(_train(path, chosen.rate, options, chosen.batches, number))
            read[way].append(_read_bytes() - before)
    lines = [about, "", "| the store is | ECG/s | beside in memory | read from the disk |", "|---|---:|---:|---:|"]
    records = chosen.batches * options.batch_size
    for way in WAYS:
        rate, ratio = records / median(seconds[way]), median(seconds[WAYS[0]]) / median(seconds[way])
        lines.append(f"| {way} | {rate:,.0f} | {ratio:.2f} | {median(read[way]) / 1e6:,.0f} MB |")
    print("\n".join(lines))
    if chosen.docs:
        put(chosen.docs, "large-store", lines)


def _store(folder: Path, records: int, samples: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if whole_rows(folder, samples) != records:
        (folder / SIGNALS_FILE).unlink(missing_ok=True)
        rng = np.random.default_rng(0)
        with GrowingArray(folder, samples, 0) as array:
            for start in range(0, records, FILL_AT_ONCE):
                count = min(FILL_AT_ONCE, records - start)
                array.append(rng.integers(-2000, 2000, (count, samples, 12), dtype=np.int16))
            array.finish()
    return folder / SIGNALS_FILE


def _train(path: Path, rate: int, options: TrainOptions, batches: int, number: int) -> float:
    signals = np.lib.format.open_memmap(path, mode="r").view(np.ndarray)
    labels = np.zeros((len(signals), 5), np.uint8)
    dataset = RecordDataset(signals, np.arange(len(signals)), labels)
    order = shuffled(len(signals), 0, number)[: batches * options.batch_size]
    fabric = make_engine(options)
    info = ModelInfo("cnn_lstm", tuple("ABCDE"), rate, 10.0, options=parse_network_options(options.network_options))
    classifier = Classifier(info)
    model, optimizer = fabric.setup(classifier, torch.optim.Adam(classifier.parameters()))
    begun = time.perf_counter()
    train_epoch(fabric, model, optimizer, training_batches(dataset, order, options, rate, 1, fabric.device, ALONE))
    return time.perf_counter() - begun


def _fetch(path: Path) -> None:
    with path.open("rb", buffering=0) as stream:
        while stream.read(2**24):
            pass


def _evict(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read_bytes() -> int:
    """Bytes that this process had fetched from disks so far."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("read_bytes")))


@contextmanager
def _without_read_ahead() -> Iterator[None]:
    plain = ReadAhead.ask
    ReadAhead.ask = lambda self, rows: None
    try:
        yield
    finally:
        ReadAhead.ask = plain


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


if __name__ == "__main__":
    main()
