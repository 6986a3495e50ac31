"""Random changes of training signals that leave the diagnosis as it is.

What is drawn by chance depends on seed, epoch and batch only, never on the process that computes: any number of
processes sees the same signals.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from twelvelead.config import TrainOptions
from twelvelead.data.resident import moved

__all__ = ["Changes", "change", "draw_changes"]

SLOWEST_HZ, FASTEST_HZ = 0.05, 0.5
"""Baseline wander: breathing and electrode drift, below the 0.5 Hz from which ST segments need the signal
(Kligfield et al. 2007, AHA/ACC/HRS recommendations, part I)."""


@dataclass(frozen=True)
class Changes:
    """What is done to each record of a batch; None: nothing of that kind."""

    factor: NDArray[np.float32] | None
    """`(record, 1, 1)`"""
    wave: NDArray[np.float32] | None
    """`(record, 3, lead)`: height in mV, frequency in Hz, phase in radians."""
    blanked_leads: NDArray[np.bool_] | None
    """`(record, 1, lead)`"""
    blanked_time: NDArray[np.float32] | None
    """`(record, 2)`: begin and end as shares of the signal."""


def draw_changes(options: TrainOptions, rng: np.random.Generator, records: int, leads: int) -> Changes:
    """Changes for a batch of `records` records of `leads` leads."""
    return Changes(
        factor=_factor(rng, records, options.amplitude) if options.amplitude else None,
        wave=_wave(rng, records, leads, options.wander) if options.wander else None,
        blanked_leads=rng.random((records, 1, leads)) < options.mask_leads if options.mask_leads else None,
        blanked_time=_stretch_of_time(rng, records, options.mask_time) if options.mask_time else None,
    )


def change(signals_mv: Tensor, changes: Changes, records: NDArray[np.int64], rate_hz: int) -> Tensor:
    """The signals with the changes of these records of the batch.

    Args:
        signals_mv: `(record, time, lead)` millivolts.
        changes: of the whole batch.
        records: which records of the batch the signals are.
        rate_hz: sampling rate.
    """

    def of(values: NDArray[Any]) -> Tensor:
        return moved(torch.from_numpy(values[records]), signals_mv.device)

    time = signals_mv.shape[1]
    if changes.factor is not None:
        signals_mv = signals_mv * of(changes.factor)
    if changes.wave is not None:
        height, frequency, phase = of(changes.wave)[:, :, None].unbind(dim=1)
        seconds = torch.arange(time, device=signals_mv.device)[None, :, None] / rate_hz
        signals_mv = signals_mv + height * torch.sin(2 * math.pi * frequency * seconds + phase)
    if changes.blanked_leads is not None:
        signals_mv = signals_mv.masked_fill(of(changes.blanked_leads), 0.0)
    if changes.blanked_time is not None:
        begin, end = (of(changes.blanked_time)[:, :, None, None] * time).unbind(dim=1)
        at = torch.arange(time, device=signals_mv.device)[None, :, None]
        signals_mv = signals_mv.masked_fill((at >= begin) & (at < end), 0.0)
    return signals_mv


def _factor(rng: np.random.Generator, records: int, deviation: float) -> NDArray[np.float32]:
    return np.exp(deviation * rng.standard_normal((records, 1, 1))).astype(np.float32)


def _wave(rng: np.random.Generator, records: int, leads: int, height_mv: float) -> NDArray[np.float32]:
    heights = height_mv * rng.standard_normal((records, leads))
    frequencies = rng.uniform(SLOWEST_HZ, FASTEST_HZ, (records, leads))
    phases = rng.uniform(0, 2 * math.pi, (records, leads))
    return np.stack([heights, frequencies, phases], axis=1).astype(np.float32)


def _stretch_of_time(rng: np.random.Generator, records: int, longest: float) -> NDArray[np.float32]:
    share = longest * rng.random(records)
    begin = rng.random(records) * (1 - share)
    return np.stack([begin, begin + share], axis=1).astype(np.float32)
