"""Signs of disturbed conduction: bundle branch and fascicular blocks, AV block, pre-excitation.

Limits of the QRS duration and shapes: Surawicz et al. 2009, AHA/ACCF/HRS recommendations part III,
JACC 53:976. PR over 200 ms is first degree AV block (same).
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from twelvelead.data.simulate.heart import Heart, Ventricle, Wave, mix, vector
from twelvelead.data.simulate.torso import frontal_axis

__all__ = ["SIGNS", "stretch_qrs", "turn_axis"]


def stretch_qrs(ventricle: Ventricle, to_ms: float) -> None:
    """Slow every force of the QRS complex so that it lasts `to_ms`, if it does not already."""
    factor = max(to_ms / ventricle.qrs_ms, 1.0)
    for wave in ventricle.qrs.values():
        wave.centre_ms *= factor
        wave.rise_ms *= factor
        wave.fall_ms *= factor


def turn_axis(ventricle: Ventricle, degrees: float) -> None:
    """Turn the forces in the frontal plane until the electrical axis is `degrees`.

    The septum and a late force of the right ventricle stay as they are.
    """
    names = [name for name in ventricle.qrs if name not in ("septal", "right")]
    for _ in range(6):
        angle = np.radians(degrees - frontal_axis(ventricle.net()))
        c, s = np.cos(angle), np.sin(angle)
        for name in names:
            x, y, z = ventricle.qrs[name].vector
            ventricle.qrs[name].vector = vector(c * x - s * y, s * x + c * y, z)


def _discordant(ventricle: Ventricle, share: float, t_mv: float = 0.42) -> None:
    """T wave (dipole `t_mv`) and ST segment opposite to the net QRS, as after any wide complex.

    `share` 0 to 1.
    """
    away = -ventricle.net() / np.linalg.norm(ventricle.net())
    ventricle.t = (1 - 0.9 * share) * ventricle.t + away * t_mv * share
    ventricle.st = (1 - share) * ventricle.st + away * 0.26 * t_mv * share


def _left_bundle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Complete left bundle branch block.

    QRS 120 ms or longer; broad notched R and no q in I, aVL, V5 and V6; rS or QS in V1; opposite ST
    and T.
    """
    across = rng.normal(0, 0.06, 3)
    qrs = {
        "right": Wave(heart.oriented(0.10, 0.22, -0.04), 20, 9, 11),
        "first": Wave(heart.oriented(0.58, 0.32, 0.95) + across, 52, 15, 14),
        "middle": Wave(heart.oriented(0.18, 0.05, 2.15), 79, 15, 15),
        "second": Wave(heart.oriented(1.02, 0.02, 0.90) - across, 104, 14, 13),
    }
    heart.ventricle.qrs = qrs
    stretch_qrs(heart.ventricle, mix(124, 138, severity) + rng.uniform(0, 14))
    _discordant(heart.ventricle, 1.0, t_mv=0.66 * heart.gain)


def _incomplete_left_bundle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Incomplete left bundle branch block.

    QRS 110 to 119 ms, no q wave in I, V5 and V6, slurred R.
    """
    ventricle = heart.ventricle
    ventricle.scale(mix(0.5, 0.0, min(severity, 1.0)), "septal")
    ventricle.qrs["slur"] = Wave(heart.oriented(0.38, 0.1, 0.30) * mix(0.5, 1.1, severity), 66, 10, 11)
    stretch_qrs(ventricle, mix(107, 116, min(severity, 1.2)))
    _discordant(ventricle, mix(0.15, 0.5, severity))


def _right_bundle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Complete right bundle branch block.

    QRS 120 ms or longer; rsR' in V1 or V2; S longer than R in I and V6; T opposite to the late
    force in V1.
    """
    ventricle = heart.ventricle
    ventricle.qrs.pop("crista", None)
    ventricle.scale(0.4, "late")
    ventricle.scale(0.3, "basal")
    late = heart.oriented(-0.50, -0.12, -0.78) * mix(0.75, 1.15, severity) * rng.uniform(0.8, 1.25)
    lasting = mix(119, 135, severity) + rng.uniform(0, 12)
    ventricle.qrs["right"] = Wave(late, lasting - 40, 15, 17)
    way = late / np.linalg.norm(late)
    ventricle.t = ventricle.t - (max(float(ventricle.t @ way), 0.0) + 0.34) * way


def _incomplete_right_bundle(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Incomplete right bundle branch block: QRS 110 to 119 ms with rsr' in V1 or V2."""
    ventricle = heart.ventricle
    ventricle.qrs.pop("crista", None)
    ventricle.scale(mix(0.8, 0.4, min(severity, 1.2)), "basal")
    late = heart.oriented(-0.24, -0.02, -0.36) * mix(0.4, 1.15, severity)
    ventricle.qrs["right"] = Wave(late, mix(80, 87, severity), 8.5, 10)


def _left_anterior(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Left anterior fascicular block.

    Axis -45 to -90 degrees; qR in aVL; R peak in aVL at 45 ms or later; rS in II, III, aVF; QRS
    under 120 ms.
    """
    ventricle = heart.ventricle
    start = ventricle.qrs.setdefault("septal", Wave(heart.oriented(0, 0, 0), 18, 8, 8))
    start.vector = start.vector + heart.oriented(-0.12, 0.26, 0.0)
    turn_axis(ventricle, mix(-38, -55, min(severity, 1.3)) + rng.uniform(-8, 4))
    if ventricle.qrs_ms < 110:
        stretch_qrs(ventricle, ventricle.qrs_ms * 1.07)


def _left_posterior(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Left posterior fascicular block.

    Axis 90 to 180 degrees; rS in I and aVL; qR in III and aVF.
    """
    ventricle = heart.ventricle
    start = ventricle.qrs.setdefault("septal", Wave(heart.oriented(0, 0, 0), 18, 8, 8))
    start.vector = start.vector + heart.oriented(0.22, -0.22, 0.0)
    turn_axis(ventricle, mix(94, 113, min(severity, 1.4)) + rng.uniform(-3, 5))
    if ventricle.qrs_ms < 110:
        stretch_qrs(ventricle, ventricle.qrs_ms * 1.06)


def _unspecific_delay(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """QRS over 110 ms without the shape of either bundle branch block, often with a notch."""
    ventricle = heart.ventricle
    side = rng.normal(0, 0.22, 3) * heart.gain
    ventricle.qrs["notch"] = Wave(side, rng.uniform(55, 80), 5, 6)
    stretch_qrs(ventricle, mix(106, 126, severity) + rng.uniform(0, 10))
    _discordant(ventricle, mix(0.0, 0.3, severity))


def _pre_excitation(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Wolff-Parkinson-White.

    PR under 120 ms, a slurred start (delta wave), QRS over 110 ms, opposite T.
    """
    ventricle = heart.ventricle
    ahead = mix(26, 40, severity)
    for wave in ventricle.qrs.values():
        wave.centre_ms += ahead
    ways = [(0.5, 0.35, -0.6), (0.6, -0.45, 0.15), (0.65, 0.45, 0.25)]
    x, y, z = ways[int(rng.integers(3))]
    delta = heart.oriented(x, y, z) * mix(0.4, 0.75, severity)
    ventricle.qrs["delta"] = Wave(delta, ahead + 14, (ahead + 14) / 2.6, 15)
    heart.pr_ms = min(heart.pr_ms - ahead, mix(112, 95, severity))
    _discordant(ventricle, mix(0.1, 0.6, severity))


def _long_pr(heart: Heart, severity: float, rng: np.random.Generator, *, least: float, most: float) -> None:
    """PR from `least` ms (borderline) to about `most` ms (plain)."""
    heart.pr_ms = max(heart.pr_ms, mix(least, most, severity) + rng.uniform(-2, 30))


def _second_degree(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Some P waves are not conducted.

    A PR that grows until a beat drops (Wenckebach), or every second one.
    """
    heart.rhythm.conduction = "wenckebach" if rng.random() < 0.5 else "two_to_one"
    heart.rhythm.rate_bpm = float(rng.uniform(70, 95))
    heart.pr_ms = max(heart.pr_ms, 175.0)


def _third_degree(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """No P wave is conducted: P waves and a slow escape rhythm run side by side."""
    heart.rhythm.conduction = "none"
    heart.rhythm.rate_bpm = float(rng.uniform(70, 100))
    heart.rhythm.wide_escape = bool(rng.random() < 0.5)
    heart.rhythm.escape_bpm = float(rng.uniform(30, 42) if heart.rhythm.wide_escape else rng.uniform(40, 50))


SIGNS: dict[str, Callable[[Heart, float, np.random.Generator], None]] = {
    "CLBBB": _left_bundle,
    "ILBBB": _incomplete_left_bundle,
    "LAFB": _left_anterior,
    "LPFB": _left_posterior,
    "CRBBB": _right_bundle,
    "IRBBB": _incomplete_right_bundle,
    "IVCD": _unspecific_delay,
    "WPW": _pre_excitation,
    "1AVB": partial(_long_pr, least=202, most=232),
    "LPR": partial(_long_pr, least=198, most=215),
    "2AVB": _second_degree,
    "3AVB": _third_degree,
}
"""By SCP code, in the order in which they are applied: the fascicles before the right bundle."""
