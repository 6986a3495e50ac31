"""What `docs/predict.md` says of PTB-XL, measured on a copy of it, whole or in part.

    python benchmarks/real_data.py ptbxl --run runs/first

Quality notes are looked at on the training folds 1 to 7, where their limits were set; short recordings on fold 8, by a
run that was trained on 1 to 7.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import twelvelead as tl
from twelvelead.data.labels import make_labels
from twelvelead.data.statements import STATEMENTS
from twelvelead.data.store import open_or_prepare
from twelvelead.evaluation.metrics import macro_auc
from twelvelead.inference.predict import Model
from twelvelead.inference.quality import find_clipped, find_doubts
from twelvelead.inference.windows import window_positions
from twelvelead.leads import UNITS_PER_MV

Signals = NDArray[np.float64]

TAIL = 18
"""Samples at 100 Hz: more than the 500 Hz files hold one value at their end."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="PTB-XL's folder")
    parser.add_argument("--run", type=Path, required=True, help="a run that was trained on folds 1-7")
    chosen = parser.parse_args()
    metadata = tl.read_metadata(chosen.data)
    store = open_or_prepare(chosen.data, 100, None, None)
    rows = store.rows_of(int(ecg_id) for ecg_id in metadata.index)
    folds = metadata["strat_fold"].to_numpy()
    training = store.signals[rows[(rows >= 0) & (folds <= 7)]] / UNITS_PER_MV
    print(f"{len(training):,} records of folds 1-7")
    _amplitudes(training)
    _notes(training)
    model = tl.load(chosen.run)
    of_eight = (rows >= 0) & (folds == 8)
    labels = make_labels(metadata["scp_codes"], STATEMENTS).matrix[of_eight]
    _short(model, store.signals[rows[of_eight]] / UNITS_PER_MV, labels)
    _two_rates(model, chosen.data, metadata)


def _amplitudes(signals: Signals) -> None:
    ranges = []
    for ecg in signals:
        low, high = np.percentile(ecg, [0.5, 99.5], axis=0)
        ranges.append(np.median(high - low))
    print(f"median over the leads of the range of 99 % of the samples: {min(ranges):.2f} to {max(ranges):.2f} mV")


def _notes(signals: Signals) -> None:
    """How often each note stands at records as they are, and at records whose electrodes were swapped."""
    found = [" ".join((*find_doubts(ecg), *find_clipped(ecg, 100))) for ecg in signals]
    for word in ("noisy", "drifting", "clipped", "contradict", "swapped"):
        print(f"noted as {word}: {100 * np.mean([word in notes for notes in found]):.1f} % of the records as they are")
    swaps: dict[str, Callable[[Signals], tuple[Signals, ...]]] = {
        "arms": lambda limb: (-limb[0], limb[2], limb[1], limb[4], limb[3], limb[5]),
        "right arm and left leg": lambda limb: (-limb[2], -limb[1], -limb[0], limb[5], limb[4], limb[3]),
    }
    for name, swap in swaps.items():
        changed = (np.concatenate([np.stack(swap(ecg[:, :6].T), axis=1), ecg[:, 6:]], axis=1) for ecg in signals)
        share = np.mean([any("swapped" in note for note in find_doubts(ecg)) for ecg in changed])
        print(f"electrodes of {name} swapped: noted in {100 * share:.0f} %")


def _short(model: Model, signals: Signals, labels: NDArray[np.uint8]) -> None:
    def area(windows: Signals) -> float | None:
        scores = model._backend.predict(windows)
        return macro_auc(labels, scores)

    print(f"fold 8, {len(signals)} records: macro AUC {area(signals):.3f}")
    for seconds in (2.5, 5.0):
        cut = signals[:, : round(seconds * 100)]
        repeated = cut[:, window_positions(cut.shape[1], 100, 10.0, "")[0][0]]
        zeros = np.zeros((len(cut), 1000 - cut.shape[1], 12))
        ways = {
            "repeated": repeated,
            "zeros behind": np.concatenate([cut, zeros], axis=1),
            "zeros before": np.concatenate([zeros, cut], axis=1),
        }
        print(f"its first {seconds} s: " + ", ".join(f"{name} {area(ecg):.3f}" for name, ecg in ways.items()))


def _two_rates(model: Model, folder: Path, metadata: object) -> None:
    """Probabilities from 500 Hz files beside those from their 100 Hz files."""
    pairs = [
        (folder / f"{high}.hea", folder / f"{low}.hea")
        for high, low in zip(metadata["filename_hr"], metadata["filename_lr"])
        if (folder / f"{high}.hea").is_file() and (folder / f"{low}.hea").is_file()
    ]
    if not pairs:
        print("no record is there at both rates")
        return
    low = [model.predict(path) for _, path in pairs]
    high = [model.predict(path) for path, _ in pairs]
    held = [_held(answer.recording.signal_mv) for answer in high]
    print(f"{len(pairs)} records at both rates; the 500 Hz files end with {int(np.median(held))} held samples (median)")
    _differences("500 Hz against 100 Hz", high, low)
    mended = [_with_tail(model, one.recording.signal_mv, other.recording.signal_mv) for one, other in zip(high, low)]
    _differences(f"with the last {TAIL / 100} s of the 100 Hz file", mended, low)
    shifted = [model.predict(_shifted(one.recording.signal_mv), rate_hz=100, leads=tl.LEADS, unit="mV") for one in low]
    _differences("100 Hz shifted by 0.1 s against itself", shifted, low)


def _held(signal: Signals) -> int:
    changes = np.flatnonzero((np.diff(signal, axis=0) != 0).any(axis=1))
    return len(signal) - int(changes[-1]) - 1


def _with_tail(model: Model, high: Signals, low: Signals) -> object:
    from scipy.signal import resample_poly

    signal = resample_poly(high.astype(np.float64), 1, 5, axis=0, padtype="line")
    signal[-TAIL:] = low[-TAIL:]
    return model.predict(signal, rate_hz=100, leads=tl.LEADS, unit="mV")


def _shifted(signal: Signals) -> Signals:
    return np.concatenate([signal[10:0:-1], signal[:-10]])


def _differences(what: str, answers: list, others: list) -> None:
    pairs = [[list(answer.probabilities.values()) for answer in side] for side in (answers, others)]
    apart = np.abs(np.array(pairs[0]) - np.array(pairs[1]))
    print(f"{what}: probabilities differ by {np.median(apart):.4f} (median), {apart.max():.3f} at most")


if __name__ == "__main__":
    main()
