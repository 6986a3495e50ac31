"""The ECG that is written: whole microvolts, the limb leads exactly as Einthoven and Goldberger define them."""

import numpy as np

from twelvelead.leads import LEADS

RATE_HZ = 500
NAMES = list(LEADS)
BEATS = (150, 350, 550)
"""Samples of the three R waves, counted from 0."""


def _make(samples: int = 700) -> np.ndarray:
    """`(time, lead)` int64 µV: a QRS and a T wave three times, each lead with its own size, and some noise."""
    rng = np.random.default_rng(0)
    time = np.arange(samples)
    sizes = {"I": 600, "II": 1000, "V1": -700, "V2": -400, "V3": 300, "V4": 1200, "V5": 1100, "V6": 800}
    waves = sum(np.exp(-0.5 * ((time - r) / 4) ** 2) + 0.25 * np.exp(-0.5 * ((time - r - 90) / 16) ** 2) for r in BEATS)
    units = {
        lead: 2 * np.round((size * waves + rng.normal(0, 8, samples)) / 2).astype(int) for lead, size in sizes.items()
    }
    one, two = units["I"], units["II"]
    units |= {"III": two - one, "aVR": -(one + two) // 2, "aVL": one - two // 2, "aVF": two - one // 2}
    return np.stack([units[lead] for lead in LEADS], axis=1)


SIGNAL_UV = _make()
SIGNAL_MV = (SIGNAL_UV / 1000).astype(np.float32)
