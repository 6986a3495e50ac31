"""What disturbs a recording: drifting baseline, muscle, mains, bursts, a loose electrode.

All of it is put on the electrodes, in millivolts, before leads are formed. Kinds of noise as in the
MIT-BIH noise stress test (Moody, Muldrow and Mark 1984, Computers in Cardiology 11:381); sizes are
set so that recordings look like PTB-XL's and are not measurements.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate.torso import ELECTRODES

__all__ = ["CLEAN", "Disturbance", "electrode_noise"]

Array = NDArray[np.float64]
Leads = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Which electrodes (of `torso.ELECTRODES`) are worse than usual, by kind of noise."""

    static: Leads = ()
    """Muscle and mains noise all through."""
    drift: Leads = ()
    """A wandering baseline."""
    burst: Leads = ()
    """Half a second to two seconds of strong noise."""
    loose: Leads = ()
    """Steps and crackle from bad contact."""


CLEAN = Disturbance()


_MUSCLE_MV = np.array([0.010, 0.010, 0.005, 0.003, 0.004, 0.004, 0.004, 0.004, 0.003])
"""Usual deviation on each of `ELECTRODES`: the arms move most."""

_DRIFT_MV = np.array([0.020, 0.020, 0.037, 0.033, 0.033, 0.035, 0.035, 0.037, 0.037])


def _mask(names: Leads) -> Array:
    return np.array([1.0 if name in names else 0.0 for name in ELECTRODES])


def _drift(times: Array, disturbance: Disturbance, rng: np.random.Generator) -> Array:
    """Five slow sines of 0.05 to 0.45 Hz, mixed anew for each electrode.

    The limbs less than the chest.
    """
    rates = rng.uniform(0.05, 0.45, 5)
    waves = np.sin(2 * np.pi * rates * times[:, None] + rng.uniform(0, 2 * np.pi, 5))
    size = _DRIFT_MV * np.exp(rng.normal(0, 0.75)) * np.exp(rng.normal(0, 0.3, 9))
    size = size * (1 + 5 * rng.uniform(0.6, 1.4) * _mask(disturbance.drift))
    return np.asarray(waves @ (rng.standard_normal((5, 9)) * size / np.sqrt(2.5)))


def _muscle(count: int, disturbance: Disturbance, rng: np.random.Generator) -> NDArray[np.float32]:
    """White noise smoothed to below 150 Hz (at 500 samples a second), more in bursts."""
    white = rng.standard_normal((count + 2, 9), dtype=np.float32)
    smooth = white[:-2] + white[2:]
    smooth += 2 * white[1:-1]
    size = _MUSCLE_MV * np.exp(rng.normal(0, 0.45)) * np.exp(rng.normal(0, 0.3, 9))
    size = size * (1 + 2.5 * rng.uniform(0.6, 1.5) * _mask(disturbance.static))
    smooth *= (0.25 * size).astype(np.float32)
    if disturbance.burst:
        start = int(rng.uniform(0.05, 0.8) * count)
        stop = start + int(rng.uniform(0.05, 0.2) * count)
        louder = 1 + 9 * rng.uniform(0.6, 1.6) * _mask(disturbance.burst)
        smooth[start:stop] *= louder.astype(np.float32)
    return smooth


def _mains(times: Array, disturbance: Disturbance, rng: np.random.Generator) -> Array:
    """50 Hz, about 1 uV, more where the static noise is."""
    size = 0.001 * np.exp(rng.normal(0, 0.7, 9)) * (1 + 4 * _mask(disturbance.static))
    wave = np.sin(2 * np.pi * 50.0 * times + rng.uniform(0, 2 * np.pi))
    return np.asarray(wave[:, None] * size)


def _loose(count: int, disturbance: Disturbance, rng: np.random.Generator) -> Array:
    """Jumps of some tenths of a millivolt that decay, on the loose electrodes only."""
    jumps = np.zeros((count, 9))
    for _ in range(int(rng.integers(2, 6))):
        start = int(rng.integers(0, count))
        decay = np.exp(-np.arange(count - start) / (count * 0.03))
        jumps[start:] += rng.normal(0, 0.5) * decay[:, None] * _mask(disturbance.loose)
    return jumps


def electrode_noise(count: int, rate_hz: float, disturbance: Disturbance, rng: np.random.Generator) -> Array:
    """Noise on each electrode, (count, 9) in mV."""
    times = np.arange(count) / rate_hz
    total = _drift(times, disturbance, rng)
    total += _muscle(count, disturbance, rng)
    total += _mains(times, disturbance, rng)
    if disturbance.loose:
        total += _loose(count, disturbance, rng)
    return total
