"""From the parameters of a rhythm to the times of every P wave, QRS complex and pacing spike.

Sinus intervals change with the breath and at random (sizes: Task Force 1996, Circulation 93:1043);
premature beats, AV block, fibrillation, flutter and pacing then change or replace them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate.heart import Ectopics, Heart, Rhythm

__all__ = ["Beat", "PWave", "Timing", "beat_times"]

LEAD_IN_S = 2.5
"""Beats start this long before the recording, so that it begins in the middle of one."""

BeatKind = Literal["conducted", "premature", "paced"]
PKind = Literal["sinus", "ectopic", "retrograde"]


@dataclass(slots=True)
class Beat:
    """One QRS complex with its T wave."""

    onset_s: float
    kind: BeatKind = "conducted"
    rr_s: float = 1.0
    """Since the beat before: decides the QT interval."""


@dataclass(slots=True)
class PWave:
    """One P wave."""

    onset_s: float
    kind: PKind = "sinus"


@dataclass(slots=True)
class Timing:
    """All that happens in one recording, in seconds from its first sample; some lie outside it."""

    beats: list[Beat] = field(default_factory=list)
    p_waves: list[PWave] = field(default_factory=list)
    spikes: list[float] = field(default_factory=list)
    flutter_hz: float = 5.0


def _intervals_to_times(
    rhythm: Rhythm, rate_bpm: float, seconds: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Onset times with respiratory and random changes, from `-LEAD_IN_S` to past the end."""
    mean = 60.0 / rate_bpm
    count = int((seconds + 2 * LEAD_IN_S) / mean * 1.6) + 6
    breath = 2 * np.pi * rng.uniform(0.18, 0.32) * mean * np.arange(count) + rng.uniform(0, 2 * np.pi)
    relative = 1 + rhythm.respiratory * np.sin(breath) + rhythm.irregularity * rng.standard_normal(count)
    times = np.cumsum(mean * np.clip(relative, 0.55, 1.8)) - LEAD_IN_S - mean * rng.uniform(1.0, 2.0)
    return np.asarray(times[times < seconds + 1.0])


def _sinus(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """Each P wave is followed by a QRS after the PR interval; then the premature beats."""
    times = _intervals_to_times(heart.rhythm, heart.rhythm.rate_bpm, seconds, rng)
    kinds: list[PKind] = ["sinus"] * len(times)
    if heart.rhythm.atria == "wandering":
        kinds = ["ectopic" if draw < 0.5 else "sinus" for draw in rng.random(len(times))]
    pr_s = heart.pr_ms / 1000
    timing = Timing(
        beats=[Beat(float(t) + pr_s) for t in times],
        p_waves=[PWave(float(t), kind) for t, kind in zip(times, kinds, strict=True)],
    )
    for ectopics in heart.rhythm.ectopics:
        _make_premature(timing, ectopics, pr_s, seconds, rng)
    return timing


def _premature_indices(timing: Timing, ectopics: Ectopics, seconds: float, rng: np.random.Generator) -> list[int]:
    """Which beats come early: every second or third, or some single ones within the recording."""
    if ectopics.every:
        return list(range(int(rng.integers(1, ectopics.every + 1)), len(timing.beats), ectopics.every))
    inside = [i for i, b in enumerate(timing.beats) if i and 0.8 < b.onset_s < seconds - 0.6]
    if not inside:
        return []
    picked = rng.choice(inside, size=min(ectopics.count, max(len(inside) // 3, 1)), replace=False)
    return sorted(int(i) for i in picked)


def _make_premature(timing: Timing, ectopics: Ectopics, pr_s: float, seconds: float, rng: np.random.Generator) -> None:
    """Move some beats forward, in place.

    A ventricular one leaves the P waves where they are: a full pause follows. An atrial one sets
    the sinus node back: later beats move with it (Surawicz and Knilans, Chou's
    Electrocardiography).
    """
    coupling = rng.uniform(0.52, 0.66) if ectopics.kind == "ventricular" else rng.uniform(0.6, 0.76)
    for i in _premature_indices(timing, ectopics, seconds, rng):
        before, beat = timing.beats[i - 1], timing.beats[i]
        usual = beat.onset_s - before.onset_s
        early = before.onset_s + max(coupling * usual, 0.34)
        if ectopics.kind == "ventricular":
            timing.beats[i] = Beat(min(early, beat.onset_s), "premature")
        else:
            shift = max(beat.onset_s - early, 0.0) - 0.05 * usual
            for later in timing.beats[i:]:
                later.onset_s -= shift
            if timing.p_waves:
                for wave in timing.p_waves[i:]:
                    wave.onset_s -= shift
                timing.p_waves[i].kind = "ectopic"


def _fibrillation(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """No P waves, RR intervals without any order."""
    times = _intervals_to_times(heart.rhythm, heart.rhythm.rate_bpm, seconds, rng)
    timing = Timing(beats=[Beat(float(t)) for t in times])
    for ectopics in heart.rhythm.ectopics:
        if ectopics.kind == "ventricular":
            _make_premature(timing, ectopics, 0.0, seconds, rng)
    return timing


def _flutter(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """Every second, every fourth, or a varying number of flutter waves is conducted."""
    cycle = 1.0 / rng.uniform(4.5, 5.3)
    rate = heart.rhythm.rate_bpm
    count = int((seconds + 2 * LEAD_IN_S) / cycle)
    if rate > 120:
        steps = np.full(count, 2)
    elif rate < 85:
        steps = np.full(count, 4)
    else:
        steps = rng.choice([2, 3, 4], size=count, p=[0.35, 0.2, 0.45])
    times = -LEAD_IN_S + cycle * np.cumsum(steps)
    kept = times[times < seconds + 1.0]
    return Timing(beats=[Beat(float(t)) for t in kept], flutter_hz=1.0 / cycle)


def _tachycardia(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """Even and fast, the P wave reversed and just behind the QRS.

    A sudden one has sinus rhythm beside it.
    """
    times = _intervals_to_times(heart.rhythm, heart.rhythm.rate_bpm, seconds, rng)
    timing = Timing(
        beats=[Beat(float(t)) for t in times],
        p_waves=[PWave(float(t) + 0.09, "retrograde") for t in times],
    )
    if not heart.rhythm.sudden:
        return timing
    turn = rng.uniform(3.0, 7.0)
    calm = _sinus_part(heart, seconds, rng)
    first, second = (timing, calm) if rng.random() < 0.5 else (calm, timing)
    beats = [b for b in first.beats if b.onset_s < turn]
    waves = [p for p in first.p_waves if p.onset_s < turn - 0.1]
    start = (beats[-1].onset_s if beats else turn) + 0.45
    beats += [b for b in second.beats if b.onset_s > start]
    waves += [p for p in second.p_waves if p.onset_s > start - 0.1]
    return Timing(beats=beats, p_waves=waves)


def _sinus_part(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """Sinus rhythm at a usual rate, before or after a sudden tachycardia."""
    calm = Rhythm(rate_bpm=float(rng.uniform(65, 95)))
    times = _intervals_to_times(calm, calm.rate_bpm, seconds, rng)
    pr_s = heart.pr_ms / 1000
    return Timing(beats=[Beat(float(t) + pr_s) for t in times], p_waves=[PWave(float(t)) for t in times])


def _second_degree(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """Wenckebach: PR grows by ever less until a beat drops; or every second P wave is dropped."""
    timing = _sinus(heart, seconds, rng)
    if heart.rhythm.conduction == "two_to_one":
        timing.beats = timing.beats[int(rng.integers(2)) :: 2]
        return timing
    length, phase = int(rng.integers(3, 6)), int(rng.integers(3))
    beats = []
    for i, beat in enumerate(timing.beats):
        step = (i + phase) % length
        if step < length - 1:
            growth = sum(0.075 / (k + 1) for k in range(step))
            beats.append(Beat(beat.onset_s + growth, beat.kind))
    timing.beats = beats
    return timing


def _third_degree(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """P waves at the rate of the atria, beats at that of the escape, neither minding the other."""
    timing = _sinus(heart, seconds, rng)
    times = _intervals_to_times(heart.rhythm, heart.rhythm.escape_bpm, seconds, rng)
    kind: BeatKind = "paced" if heart.rhythm.wide_escape else "conducted"
    timing.beats = [Beat(float(t), kind) for t in times]
    return timing


def _way(heart: Heart) -> Callable[[Heart, float, np.random.Generator], Timing]:
    """Which of the functions above makes this rhythm."""
    rhythm = heart.rhythm
    if rhythm.atria == "fibrillation":
        return _fibrillation
    if rhythm.atria == "flutter":
        return _flutter
    if rhythm.atria == "tachycardia":
        return _tachycardia
    return {
        "all": _sinus,
        "wenckebach": _second_degree,
        "two_to_one": _second_degree,
        "none": _third_degree,
    }[rhythm.conduction]


def beat_times(heart: Heart, seconds: float, rng: np.random.Generator) -> Timing:
    """All events of a recording of `seconds`, some before and behind it."""
    timing = _way(heart)(heart, seconds, rng)
    if heart.rhythm.paced:
        for beat in timing.beats:
            if beat.kind == "conducted":
                beat.kind = "paced"
                timing.spikes.append(beat.onset_s - 0.004)
    timing.beats.sort(key=lambda b: b.onset_s)
    for before, beat in zip(timing.beats, timing.beats[1:]):
        beat.rr_s = float(np.clip(beat.onset_s - before.onset_s, 0.3, 1.8))
    return timing
