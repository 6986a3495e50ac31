"""From a heart and its beats to the dipole over time: every wave of every beat is one row, summed.

In: `Heart`, `Timing`. Out: (time, 3) millivolts in Frank's frame.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate.heart import EDGE_SIGMAS, Heart, Ventricle, Wave, vector
from twelvelead.data.simulate.timing import Beat, Timing

__all__ = ["dipole"]

Array = NDArray[np.float64]

_P_SHAPES = {
    "sinus": vector(1.0, 1.0, 1.0),
    "ectopic": vector(0.6, 0.35, 1.3),
    "retrograde": vector(0.3, -0.9, 0.6),
}
"""What a P wave's dipole is multiplied with, by where it comes from."""


@dataclass(slots=True)
class _Rows:
    """Waves of all beats: centres and deviations in seconds, vectors in mV."""

    centre: Array
    rise: Array
    fall: Array
    vectors: Array


def _qrs_rows(beats: list[Beat], gains: Array, waves: list[Wave]) -> _Rows:
    """Rows of `waves` for each beat: (beats x waves)."""
    onsets = np.array([b.onset_s for b in beats])
    count = len(beats)
    centre = onsets[:, None] + np.array([w.centre_ms for w in waves]) / 1000
    vectors = gains[:, None, None] * np.stack([w.vector for w in waves])
    return _Rows(
        centre.ravel(),
        np.tile([w.rise_ms / 1000 for w in waves], count),
        np.tile([w.fall_ms / 1000 for w in waves], count),
        vectors.reshape(-1, 3),
    )


def _qt_s(heart: Heart, ventricle: Ventricle, rr_s: Array) -> Array:
    """QT by Fridericia's cube root (1920), longer where the QRS complex is wide."""
    widening = 0.7 * max(ventricle.qrs_ms - 100.0, 0.0)
    return np.asarray((heart.qtc_ms + widening) / 1000 * np.cbrt(rr_s))


def _recovery_rows(heart: Heart, ventricle: Ventricle, beats: list[Beat], gains: Array) -> tuple[_Rows, _Rows]:
    """T, scooped ST and U waves; and, apart, the ST segment, which is flat-topped.

    The T wave rises slower than it falls, ends with the QT interval, and is lower in fast beats.
    """
    onset = np.array([b.onset_s for b in beats])
    rr = np.array([b.rr_s for b in beats])
    qt = _qt_s(heart, ventricle, rr)
    stretch = ventricle.t_width * np.clip(qt / 0.40, 0.6, 1.3)
    fall = 0.033 * stretch
    peak = qt - EDGE_SIGMAS * fall
    j = np.minimum(ventricle.qrs_ms / 1000, peak - 0.06)
    gap = peak - j
    gain = (gains * np.clip(np.sqrt(rr / 0.85), 0.6, 1.1))[:, None]
    waves = _Rows(
        np.concatenate([onset + peak, onset + j + 0.5 * gap, onset + qt + 0.045]),
        np.concatenate([np.minimum(0.064 * stretch, 0.5 * gap), 0.26 * gap, 0.028 * stretch]),
        np.concatenate([fall, 0.24 * gap, 0.034 * stretch]),
        np.concatenate([gain * ventricle.t, gain * ventricle.scoop, gain * ventricle.u]),
    )
    flat = _Rows(onset + j + 0.5 * gap, 0.58 * gap, 0.65 * gap, gain * ventricle.st)
    return waves, flat


def _p_rows(heart: Heart, timing: Timing, rng: np.random.Generator) -> list[_Rows]:
    """Rows of the P waves, each origin with its own direction."""
    rows = []
    waves = list(heart.p.values())
    for kind, shape in _P_SHAPES.items():
        these = [Beat(p.onset_s) for p in timing.p_waves if p.kind == kind]
        if these:
            row = _qrs_rows(these, 1 + 0.05 * rng.standard_normal(len(these)), waves)
            row.vectors = row.vectors * shape
            rows.append(row)
    return rows


def _add(total: Array, rows: _Rows, rate_hz: float, flat: bool = False) -> None:
    """Add two-sided Gaussians to `total` (time, 3); `flat` ones fall as the fourth power."""
    reach = 1.7 if flat else 4.0
    half = int(np.ceil(reach * max(rows.rise.max(), rows.fall.max()) * rate_hz))
    middle = np.round(rows.centre * rate_hz).astype(np.int64)
    index = middle[:, None] + np.arange(-half, half + 1)
    offset = index / rate_hz - rows.centre[:, None]
    square = (offset / np.where(offset < 0, rows.rise[:, None], rows.fall[:, None])) ** 2
    shape = np.exp(-0.5 * (square * square if flat else square))
    inside = (index >= 0) & (index < len(total))
    shape *= inside
    index = np.where(inside, index, 0).ravel()
    for axis in range(3):
        weights = (shape * rows.vectors[:, axis, None]).ravel()
        total[:, axis] += np.bincount(index, weights, minlength=len(total))


def _atrial_waves(heart: Heart, timing: Timing, times: Array, rng: np.random.Generator) -> Array:
    """Fibrillation or flutter waves, (time, 3).

    Fibrillation: 5 to 8 Hz, wandering in rate and size, largest in V1. Flutter: a saw-tooth,
    negative in II, III and aVF, positive in V1.
    """
    if heart.rhythm.atria == "flutter":
        phase = 2 * np.pi * timing.flutter_hz * times + rng.uniform(0, 2 * np.pi)
        saw = np.sin(phase) + 0.45 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)
        return np.asarray(saw[:, None] * heart.fibrillation_mv * vector(0.02, 0.9, -0.35))
    total = np.zeros((len(times), 3))
    for size in (1.0, 0.7, 0.5):
        slow = 2 * np.pi * rng.uniform(0.15, 0.6, 2)
        rate, start = rng.uniform(5.0, 8.0), rng.uniform(0, 2 * np.pi, 3)
        phase = 2 * np.pi * rate * times + 2.2 * np.sin(slow[0] * times + start[0]) + start[1]
        envelope = 0.75 + 0.25 * np.sin(slow[1] * times + start[2])
        way = vector(-0.25, 0.4, -0.8) + rng.normal(0, 0.25, 3)
        total += (heart.fibrillation_mv * size * envelope * np.sin(phase))[:, None] * way
    return total


def dipole(heart: Heart, timing: Timing, samples: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """The heart's dipole, (samples, 3) in mV; beats vary in size by 2 %, P waves by 5 %."""
    total = np.zeros((samples, 3))
    sources = {"conducted": heart.ventricle, "premature": heart.premature, "paced": heart.paced}
    fast, slow, flat = _p_rows(heart, timing, rng), [], []
    for kind, ventricle in sources.items():
        beats = [b for b in timing.beats if b.kind == kind]
        if beats:
            gains = 1 + 0.02 * rng.standard_normal(len(beats))
            fast.append(_qrs_rows(beats, gains, list(ventricle.qrs.values())))
            recovery, level = _recovery_rows(heart, ventricle, beats, gains)
            slow.append(recovery)
            flat.append(level)
    if timing.spikes:
        spike = Wave(vector(0.35, 0.75, 0.25) * heart.gain, 0.0, 0.9, 1.1)
        spikes = [Beat(t) for t in timing.spikes]
        fast.append(_qrs_rows(spikes, np.ones(len(spikes)), [spike]))
    for rows, is_flat in ((fast, False), (slow, False), (flat, True)):
        for row in rows:
            _add(total, row, rate_hz, flat=is_flat)
    if heart.rhythm.atria in ("fibrillation", "flutter"):
        total += _atrial_waves(heart, timing, np.arange(samples) / rate_hz, rng)
    return total
