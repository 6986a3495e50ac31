"""Signs of the rhythm: where the beats come from, how fast, how even; extra beats; pacing.

Rates: sinus rhythm 60 to 100 a minute, slower is bradycardia, faster tachycardia; flutter waves 240
to 340 a minute; fibrillation has no P waves and uneven RR intervals (Surawicz and Knilans, Chou's
Electrocardiography in Clinical Practice). `timing` turns the parameters into beats.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from twelvelead.data.simulate.heart import EctopicKind, Ectopics, Heart, mix

__all__ = ["SIGNS"]


def _sinus(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Sinus rhythm.

    A P wave before every QRS, 60 to 100 a minute, which is what a heart starts from.
    """
    heart.rhythm.atria = "sinus"


def _sinus_arrhythmia(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """RR intervals that differ by over 120 ms, with the breath."""
    heart.rhythm.respiratory = mix(0.07, 0.15, severity)
    heart.rhythm.irregularity = max(heart.rhythm.irregularity, mix(0.03, 0.06, severity))
    heart.rhythm.rate_bpm = min(heart.rhythm.rate_bpm, 85.0)


def _tachycardia(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Sinus tachycardia: 100 to 140 a minute."""
    heart.rhythm.rate_bpm = mix(100, 122, severity) + rng.uniform(0, 12)
    heart.rhythm.respiratory *= 0.4
    heart.pr_ms = max(heart.pr_ms - 15, 115)


def _bradycardia(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Sinus bradycardia: 40 to 59 a minute."""
    heart.rhythm.rate_bpm = mix(58.5, 50, severity) - rng.uniform(0, 5)


def _fibrillation(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Atrial fibrillation.

    No P waves, waves of 0.03 to 0.15 mV at 5 to 8 Hz, RR deviating by about a fifth.
    """
    heart.rhythm.atria = "fibrillation"
    heart.rhythm.irregularity = mix(0.15, 0.22, min(severity, 1.2))
    heart.rhythm.rate_bpm = float(np.clip(rng.normal(88, 20), 52, 150))
    heart.fibrillation_mv = mix(0.04, 0.085, severity) * rng.uniform(0.7, 1.5)


def _flutter(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Atrial flutter.

    A saw-tooth near 300 a minute, negative in II, III and aVF; 2:1, 4:1 or varying.
    """
    heart.rhythm.atria = "flutter"
    heart.rhythm.rate_bpm = float(rng.choice([145.0, 75.0, 95.0]))
    heart.fibrillation_mv = mix(0.10, 0.19, severity)


def _supraventricular(heart: Heart, severity: float, rng: np.random.Generator, *, sudden: bool = False) -> None:
    """Supraventricular tachycardia: 150 to 200 a minute, even, P hidden at the end of the QRS."""
    heart.rhythm.atria = "tachycardia"
    heart.rhythm.sudden = sudden
    heart.rhythm.rate_bpm = mix(142, 172, severity) + rng.uniform(0, 18)
    heart.rhythm.irregularity = 0.008
    heart.rhythm.respiratory = 0.0


def _wandering(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Supraventricular arrhythmia: P waves of changing shape, uneven RR, some early beats."""
    heart.rhythm.atria = "wandering"
    heart.rhythm.irregularity = mix(0.08, 0.15, severity)
    heart.rhythm.ectopics.append(Ectopics("atrial", count=int(rng.integers(1, 4))))


def _ectopics(heart: Heart, severity: float, rng: np.random.Generator, *, kind: EctopicKind) -> None:
    """One to four premature beats in the recording."""
    count = 1 + int(rng.poisson(mix(0.2, 1.3, severity)))
    heart.rhythm.ectopics.append(Ectopics(kind, count=min(count, 4)))


def _ectopics_of_either(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Premature beats from the atria or the ventricles."""
    kind: EctopicKind = "ventricular" if rng.random() < 0.5 else "atrial"
    _ectopics(heart, severity, rng, kind=kind)


def _pattern(heart: Heart, severity: float, rng: np.random.Generator, *, every: int) -> None:
    """Every second (bigeminy) or third (trigeminy) beat is premature.

    From the ventricles in three of four.
    """
    kind: EctopicKind = "ventricular" if rng.random() < 0.75 else "atrial"
    heart.rhythm.ectopics = [Ectopics(kind, every=every)]
    heart.rhythm.rate_bpm = min(heart.rhythm.rate_bpm, 85.0)


def _paced(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """A pacemaker: a spike, then a wide QRS from the right ventricle, 60 to 80 a minute.

    Half of them follow the P waves, the others pace over fibrillation.
    """
    heart.rhythm.paced = True
    if heart.rhythm.atria == "sinus" and rng.random() < 0.5:
        heart.rhythm.atria = "fibrillation"
        heart.fibrillation_mv = 0.03
    heart.rhythm.conduction = "all"
    heart.rhythm.irregularity = 0.002
    heart.rhythm.respiratory = 0.002
    heart.rhythm.rate_bpm = float(rng.uniform(60, 80))
    heart.pr_ms = float(rng.uniform(140, 180))


SIGNS: dict[str, Callable[[Heart, float, np.random.Generator], None]] = {
    "SR": _sinus,
    "SARRH": _sinus_arrhythmia,
    "STACH": _tachycardia,
    "SBRAD": _bradycardia,
    "SVARR": _wandering,
    "AFIB": _fibrillation,
    "AFLT": _flutter,
    "SVTAC": _supraventricular,
    "PSVT": partial(_supraventricular, sudden=True),
    "PAC": partial(_ectopics, kind="atrial"),
    "PVC": partial(_ectopics, kind="ventricular"),
    "PRC(S)": _ectopics_of_either,
    "BIGU": partial(_pattern, every=2),
    "TRIGU": partial(_pattern, every=3),
    "PACE": _paced,
}
"""By SCP code, in the order in which they are applied."""
