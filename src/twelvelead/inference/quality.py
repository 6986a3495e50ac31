"""Doubts about a signal: flat, clipped, noisy and drifting leads, leads that contradict each other, swapped electrodes.

Every limit was set on records of PTB-XL's training folds; benchmarks/real_data.py says how often each note stands
there.
"""

from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from twelvelead.leads import LEADS

__all__ = ["ANALYSIS_RATE_HZ", "find_clipped", "find_doubts", "find_held"]

Signal = NDArray[np.float64]

ANALYSIS_RATE_HZ = 100
"""The limits hold for signals at this rate."""

FLAT_MV = 1e-3
"""A lead that moves by less, one unit of PTB-XL's files, is flat."""

CLIPPED_S = 0.1
"""A lead that stays at its very highest or lowest value for so long is clipped."""

HELD_S = 0.05

NOISE_MV = 0.015
"""Between the beats, above 25 Hz."""
NOISE_BAND_HZ = 25.0
NOISE_PIECE = 10
"""Samples of a piece of signal whose noise is measured; a quarter of the pieces has less: those between the beats."""

DRIFT_MV = 2.5
"""From bottom to top, below 0.5 Hz."""
DRIFT_BAND_HZ = 0.5
EDGE_S = 0.5
"""Left out at both ends, where the filter has too little to go by."""

CONTRADICTION_MV = 0.05
CONTRADICTION_SHARE = 0.1
"""Root mean square of what Einthoven's law leaves over, absolute and as a share of the leads; rounding leaves 0.002."""

MIRRORED = -0.5
"""Correlation of a limb lead with V6. With the arms' electrodes swapped in PTB-XL's records, lead I is below it in
93 % of them (II, with right arm and left leg swapped: 92 %), and one of the two in 0.6 % as they are."""


def find_held(signal_mv: Signal, rate_hz: float) -> tuple[slice, list[str]]:
    """Samples at the ends that only repeat a value in all leads: padding, no recording.

    PTB-XL's 500 Hz files end with some 52 of them, 0.1 s, which its 100 Hz files do not have.

    Args:
        signal_mv: `(time, lead)`, millivolts, finite.
        rate_hz: samples per second.

    Returns:
        The samples between, and a note for each end where 0.05 s or more are held.
    """
    changes = np.flatnonzero((np.diff(signal_mv, axis=0) != 0).any(axis=1))
    if not len(changes):
        return slice(0, len(signal_mv)), []
    begin, end = int(changes[0]), int(changes[-1]) + 2
    held = {"first": begin / rate_hz, "last": (len(signal_mv) - end) / rate_hz}
    return slice(begin, end), [
        f"all leads hold one value for the {which} {seconds:.2f} s"
        for which, seconds in held.items()
        if seconds >= HELD_S
    ]


def find_clipped(signal_mv: Signal, rate_hz: float, leads: Sequence[str] = LEADS) -> list[str]:
    """Leads that stay at their highest or lowest value for 0.1 s or longer; before any filtering or resampling.

    Args:
        signal_mv: `(time, lead)`, millivolts, finite.
        rate_hz: samples per second.
        leads: names of the columns.
    """
    least = max(3, round(CLIPPED_S * rate_hz))
    highest, lowest = signal_mv.max(axis=0), signal_mv.min(axis=0)
    at_top, at_bottom = signal_mv == highest, signal_mv == lowest
    # Few leads are at an extreme for so many samples at all; only in these are the runs looked for.
    candidates = (np.maximum(at_top.sum(axis=0), at_bottom.sum(axis=0)) >= least) & (highest - lowest > FLAT_MV)
    clipped = [
        lead
        for i, lead in enumerate(leads)
        if candidates[i] and max(_longest_run(at_top[:, i]), _longest_run(at_bottom[:, i])) >= least
    ]
    return [f"lead {', '.join(clipped)} clipped"] if clipped else []


def find_doubts(signal_mv: Signal, absent: Collection[str] = ()) -> list[str]:
    """What is doubtful about twelve leads at `ANALYSIS_RATE_HZ`.

    Args:
        signal_mv: `(time, 12)` in the order of `LEADS`, millivolts, finite, at least 2.5 s.
        absent: leads that are known to be not there and are flat for that reason.
    """
    flat = np.ptp(signal_mv, axis=0) < FLAT_MV
    notes = []
    unexpected = [lead for lead, is_flat in zip(LEADS, flat) if is_flat and lead not in absent]
    if unexpected:
        notes.append(f"lead {', '.join(unexpected)} flat")
    notes += _noisy(signal_mv)
    notes += _drifting(signal_mv)
    if not flat[:6].any():
        notes += _contradicting(signal_mv)
    if not flat[[0, 1, 11]].any():
        notes += _swapped(signal_mv)
    return notes


def _noisy(signal_mv: Signal) -> list[str]:
    high = _filtered(signal_mv, NOISE_BAND_HZ, "highpass")
    pieces = high[: len(high) // NOISE_PIECE * NOISE_PIECE].reshape(-1, NOISE_PIECE, high.shape[1])
    between_beats = np.percentile(pieces.std(axis=1), 25, axis=0)
    return _named("noisy", between_beats, NOISE_MV, "{:.3f} mV above 25 Hz between the beats")


def _drifting(signal_mv: Signal) -> list[str]:
    low = _filtered(signal_mv - signal_mv.mean(axis=0), DRIFT_BAND_HZ, "lowpass")
    edge = round(EDGE_S * ANALYSIS_RATE_HZ)
    return _named("drifting", np.ptp(low[edge:-edge], axis=0), DRIFT_MV, "the baseline wanders by {:.1f} mV")


def _contradicting(signal_mv: Signal) -> list[str]:
    first, second, third, avr, avl, avf = signal_mv[:, :6].T
    leftovers = {
        "III is not II − I": third - (second - first),
        "aVR is not −(I + II)/2": avr + (first + second) / 2,
        "aVL is not I − II/2": avl - (first - second / 2),
        "aVF is not II − I/2": avf - (second - first / 2),
    }
    size = np.sqrt(np.mean((signal_mv[:, :6] - signal_mv[:, :6].mean(axis=0)) ** 2))
    limit = max(CONTRADICTION_MV, CONTRADICTION_SHARE * size)
    wrong = [name for name, rest in leftovers.items() if np.std(rest) > limit]
    if not wrong:
        return []
    return [f"the limb leads contradict each other ({'; '.join(wrong)}): names, order or signs may be wrong"]


def _swapped(signal_mv: Signal) -> list[str]:
    sections = _sections((0.5, 40.0), "bandpass")
    lead_i, lead_ii, v6 = sosfiltfilt(sections, signal_mv[:, [0, 1, 11]], axis=0).T
    arms, leg = np.corrcoef(lead_i, v6)[0, 1], np.corrcoef(lead_ii, v6)[0, 1]
    if min(arms, leg) >= MIRRORED:
        return []
    if arms <= leg:
        return [f"electrodes of the arms may be swapped: lead I mirrors V6 (correlation {arms:.2f})"]
    return [f"electrodes of right arm and left leg may be swapped: lead II mirrors V6 (correlation {leg:.2f})"]


def _filtered(signal_mv: Signal, edge_hz: float, kind: str) -> Signal:
    return np.asarray(sosfiltfilt(_sections((edge_hz,), kind), signal_mv, axis=0))


@cache
def _sections(edges_hz: tuple[float, ...], kind: str) -> Signal:
    """The filter's second-order sections; designing it takes longer than filtering ten seconds."""
    edges = edges_hz if len(edges_hz) > 1 else edges_hz[0]
    return np.asarray(butter(2, edges, btype=kind, fs=ANALYSIS_RATE_HZ, output="sos"))


def _named(what: str, values: Signal, limit: float, words: str) -> list[str]:
    """One note for all leads above the limit, with the worst of them in numbers."""
    above = [lead for lead, value in zip(LEADS, values) if value > limit]
    return [f"lead {', '.join(above)} {what} ({words.format(values.max())})"] if above else []


def _longest_run(marked: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
