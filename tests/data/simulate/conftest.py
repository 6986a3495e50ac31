"""Noise-free recordings with what made them, and the measures of an ECG reader."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from twelvelead.data.simulate.ecg import build_heart, synthesise
from twelvelead.data.simulate.heart import Heart
from twelvelead.data.simulate.normal import Person
from twelvelead.data.simulate.timing import Beat, Timing
from twelvelead.leads import LEADS

HZ = 500


@dataclass
class Clean:
    """A recording without noise; `signal` is (time, 12) mV at 500 Hz."""

    signal: NDArray[np.float64]
    heart: Heart
    timing: Timing

    def beat(self, kind: str = "conducted") -> Beat:
        """One from the middle of the recording."""
        return next(b for b in self.timing.beats if b.kind == kind and b.onset_s > 3)

    def cut(self, lead: str, start_s: float, stop_s: float) -> NDArray[np.float64]:
        return self.signal[round(start_s * HZ) : round(stop_s * HZ), LEADS.index(lead)]

    def qrs(self, lead: str, kind: str = "conducted") -> NDArray[np.float64]:
        """The QRS complex, against the level just before it."""
        beat = self.beat(kind)
        level = self.cut(lead, beat.onset_s - 0.012, beat.onset_s - 0.004).mean()
        stop = beat.onset_s + self.heart.ventricle.qrs_ms / 1000
        return self.cut(lead, beat.onset_s, stop) - level

    def st(self, lead: str) -> float:
        """Level 60 ms behind the J point, against that just before the QRS complex, mV."""
        beat = self.beat()
        level = self.cut(lead, beat.onset_s - 0.012, beat.onset_s - 0.004).mean()
        j = beat.onset_s + self.heart.ventricle.qrs_ms / 1000
        return float(self.cut(lead, j + 0.055, j + 0.065).mean() - level)

    def qrs_ms(self, kind: str = "conducted") -> float:
        """Time in which the leads together move faster than 6 % of their fastest."""
        start = self.beat(kind).onset_s - 0.03
        first = round(start * HZ)
        speed = np.abs(np.diff(self.signal[first : first + 120], axis=0)).sum(axis=1)
        fast = np.flatnonzero(speed > 0.06 * speed.max())
        return float(fast[-1] - fast[0] + 1) / HZ * 1000

    def axis(self) -> float:
        """Frontal QRS axis in degrees from the areas in I and aVF."""
        return float(np.degrees(np.arctan2(self.qrs("aVF").sum() * 2 / 3**0.5, self.qrs("I").sum())))


def make(*codes: str, seed: int = 0, severity: float = 1.0, stage=None) -> Clean:
    rngs = [np.random.default_rng([seed, k]) for k in range(4)]
    person = Person(age=55.0, male=bool(seed % 2))
    heart = build_heart(dict.fromkeys(codes, severity), person, rngs[0], rngs[1], stage)
    made = synthesise(heart, 10.0, rngs[2], rngs[3], disturbance=None)
    return Clean(made.leads(), heart, made.timing)


@pytest.fixture
def clean():
    """`clean(*codes, seed=0, severity=1.0, stage=None)` -> `Clean`."""
    return make
