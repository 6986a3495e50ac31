"""Signs of enlarged chambers, and of high or low voltage.

Criteria: Hancock et al. 2009, AHA/ACCF/HRS recommendations part V, JACC 53:992. Left ventricle: S
in V1 + R in V5 or V6 over 3.5 mV (Sokolow and Lyon 1949, Am Heart J 37:161), R in aVL + S in V3
over 2.8 mV (men) or 2.0 mV (women) (Casale et al. 1985, JACC 6:572).
"""

from collections.abc import Callable

import numpy as np

from twelvelead.data.simulate.heart import Heart, Wave, mix, unit, vector
from twelvelead.data.simulate.torso import DOWER, LEADS_FROM_DIPOLE

__all__ = ["SIGNS"]


def _scale_left(heart: Heart, factor: float) -> None:
    """Larger forces of the free wall, turned somewhat to the left and back."""
    heart.ventricle.scale(factor, "apical", "main", "late")
    main = heart.ventricle.qrs.get("main")
    if main is not None:
        main.vector = main.vector + heart.oriented(0.16, -0.12, 0.18) * (factor - 1)


def _sokolow(heart: Heart) -> float:
    """S in V1 + R in V5 or V6, whichever is taller, mV."""
    v1, v5, v6 = DOWER[[2, 6, 7]] @ heart.ventricle.loop().T
    return float(-v1.min() + max(v5.max(), v6.max()))


def _reach_sokolow(heart: Heart, target_mv: float) -> None:
    """Scale the left ventricle up, 3-fold at most, until `_sokolow` is about `target_mv`."""
    for _ in range(3):
        _scale_left(heart, float(np.clip(target_mv / max(_sokolow(heart), 0.3), 1.0, 1.45)))


def _left_ventricle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Left ventricular hypertrophy: voltage, a slightly longer QRS, strain where severe.

    Strain: ST depression and asymmetric T inversion in I, aVL, V5 and V6.
    """
    _reach_sokolow(heart, mix(2.8, 4.0, severity) * rng.uniform(0.93, 1.15))
    ventricle = heart.ventricle
    for wave in ventricle.qrs.values():
        wave.centre_ms *= 1.05
    strain = mix(-0.45, 1.0, severity) * rng.uniform(0.7, 1.1)
    if strain > 0:
        away = -unit(vector(0.9, 0.1, 0.35))
        ventricle.t = ventricle.t * (1 - 0.75 * min(strain, 1.0)) + away * 0.26 * strain
        ventricle.st = ventricle.st + away * 0.12 * strain


def _left_voltage(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Only the voltage criteria of left ventricular hypertrophy."""
    _reach_sokolow(heart, mix(3.0, 3.8, severity) * rng.uniform(0.95, 1.1))


def _septum(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Septal hypertrophy: deep narrow q in I, aVL, V5 and V6, tall r in V1 and V2."""
    septal = heart.ventricle.qrs.get("septal")
    if septal is not None:
        septal.vector = septal.vector * mix(1.5, 2.8, severity) + heart.oriented(-0.14, 0.0, 0.0) * severity
    _scale_left(heart, mix(1.0, 1.2, severity))


def _right_ventricle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Right ventricular hypertrophy.

    Axis to the right, tall R in V1, deep S in V5 and V6, strain in V1 to V3.
    """
    ventricle = heart.ventricle
    ventricle.scale(mix(0.85, 0.4, min(severity, 1.2)), "apical", "main", "late")
    right = heart.oriented(-0.80, 0.35, -0.75) * mix(0.5, 1.25, severity)
    ventricle.qrs["right wall"] = Wave(right, 52, 11, 12)
    ventricle.t = ventricle.t - unit(vector(-0.3, 0.35, -0.9)) * mix(0.05, 0.42, severity)
    ventricle.st = ventricle.st - unit(vector(-0.3, 0.35, -0.9)) * mix(0.0, 0.06, severity)


def _left_atrium(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Left atrial enlargement.

    P 120 ms or longer and notched in II, its end negative in V1 (40 ms, 0.1 mV).
    """
    left, right = heart.p["left"], heart.p["right"]
    left.centre_ms = max(left.centre_ms, mix(72, 86, severity))
    left.fall_ms = max(left.fall_ms, mix(17, 19, severity))
    left.vector = left.vector * mix(1.05, 1.3, severity) + vector(0.01, 0.0, 0.09) * mix(0.3, 1.0, severity)
    right.fall_ms = min(right.fall_ms, 15)
    heart.pr_ms = max(heart.pr_ms, left.end_ms + 25)


def _right_atrium(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Right atrial enlargement.

    P over 0.25 mV in II, or over 0.15 mV at its start in V1; pointed.
    """
    right = heart.p["right"]
    now = float(right.vector @ np.array([0.235, 1.066, -0.132]))
    factor = max(mix(0.19, 0.27, severity) / max(now, 0.03), 1.1)
    right.vector = vector(0.02, 0.05, -0.05) * severity + right.vector * min(factor, 4.0)
    right.rise_ms *= 0.95


def _low_voltage(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """QRS under 0.5 mV from peak to peak in all limb leads and under 1.0 mV in all chest leads."""
    leads = heart.ventricle.loop() @ LEADS_FROM_DIPOLE
    height = leads.max(axis=0) - leads.min(axis=0)
    factor = min(0.5 / height[:6].max(), 1.0 / height[6:].max()) * mix(1.3, 0.92, severity)
    heart.ventricle.scale(min(factor, 0.8), *heart.ventricle.qrs)
    heart.ventricle.t *= 0.65


def _high_voltage(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """All QRS forces larger by 25 to 60 %."""
    heart.ventricle.scale(mix(1.25, 1.6, severity), *heart.ventricle.qrs)


SIGNS: dict[str, Callable[[Heart, float, np.random.Generator], None]] = {
    "LVH": _left_ventricle,
    "VCLVH": _left_voltage,
    "SEHYP": _septum,
    "RVH": _right_ventricle,
    "LAO/LAE": _left_atrium,
    "RAO/RAE": _right_atrium,
    "LVOLT": _low_voltage,
    "HVOLT": _high_voltage,
}
"""By SCP code; `severity` 0 is a borderline finding, 1 a plain one."""
