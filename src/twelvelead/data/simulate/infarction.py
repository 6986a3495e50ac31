"""Signs of myocardial infarction: Q waves, lost R waves, ST elevation, T inversion by territory.

A Q wave is 30 ms or longer and 0.1 mV or deeper in two facing leads (20 ms, or no R wave at all, in
V2 and V3); a posterior one is a tall broad R wave in V1 and V2: Thygesen et al. 2018, Fourth
Universal Definition, Circulation 138:e618. ST elevation reaches 0.1 mV (0.2 mV in V2 and V3) at the
J point.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from twelvelead.data.simulate.heart import Heart, Vector, Wave, mix
from twelvelead.data.simulate.territories import TERRITORIES

__all__ = ["SIGNS", "lose_wall", "q_waves"]


def lose_wall(heart: Heart, wall: Vector, early: float, late: float) -> None:
    """Take away a share of the QRS forces towards `wall`.

    `early` of those up to 45 ms, else `late`.
    """
    for wave in heart.ventricle.qrs.values():
        toward = max(float(wave.vector @ wall), 0.0)
        share = early if wave.centre_ms <= 45 else late
        wave.vector = wave.vector - min(share, 1.0) * toward * wall


def q_waves(heart: Heart, wall: Vector, depth_mv: float, name: str = "q") -> None:
    """Initial force away from `wall` (dead muscle leaves a window).

    About 35 ms, `depth_mv` as a dipole.
    """
    heart.ventricle.qrs[name] = Wave(-wall * depth_mv * max(heart.gain, 0.7), 21, 8.5, 10)


def _push_away(heart: Heart, wall: Vector, share: float) -> None:
    """Turn the forces up to 45 ms away from `wall`: R grows poorly from V1 to V4."""
    for wave in heart.ventricle.qrs.values():
        if wave.centre_ms <= 45 and not wave.vector @ wall < -0.8 * np.linalg.norm(wave.vector):
            wave.vector = wave.vector - wall * share * np.linalg.norm(wave.vector)


def _infarction(heart: Heart, severity: float, rng: np.random.Generator, *, territory: str, size: float = 1.0) -> None:
    """Q waves and loss of R over `territory`; ST and T by `heart.stage`.

    Acute: ST elevation with an upright T wave; recent: less elevation, T inversion; old: Q waves,
    at most a flat or inverted T wave (Wagner et al. 2009, JACC 53:1003).
    """
    wall = TERRITORIES[territory]
    severity *= size
    q_waves(heart, wall, mix(0.02, 0.45, severity), name=f"q {territory}")
    lose_wall(heart, wall, early=mix(0.1, 0.85, severity), late=mix(0.0, 0.35, severity))
    if territory in ("anterior", "anteroseptal"):
        _push_away(heart, wall, mix(0.0, 0.4, severity))
        heart.ventricle.scale(mix(0.8, 0.1, min(severity, 1.1)), "septal")
    ventricle = heart.ventricle
    along = max(float(ventricle.t @ wall), 0.08)
    if heart.stage == "acute":
        ventricle.st = ventricle.st + wall * mix(0.05, 0.26, severity)
        ventricle.t = ventricle.t + wall * mix(0.0, 0.18, severity)
    elif heart.stage == "recent":
        ventricle.st = ventricle.st + wall * mix(0.01, 0.10, severity)
        ventricle.t = ventricle.t - wall * (mix(0.4, 1.6, severity) * along + mix(0.0, 0.08, severity))
    else:
        ventricle.t = ventricle.t - wall * mix(0.05, 1.1, severity) * along * rng.uniform(0.3, 1.3)


def _injury(heart: Heart, severity: float, rng: np.random.Generator, *, territory: str) -> None:
    """Subendocardial injury: ST depression of 0.1 mV or more, flat or falling, in the facing leads.

    The ST vector points away from the injured inner layer's wall (Wagner et al. 2009, JACC
    53:1003).
    """
    wall = TERRITORIES[territory]
    ventricle = heart.ventricle
    ventricle.st = ventricle.st - wall * mix(0.05, 0.24, severity)
    ventricle.t = ventricle.t - wall * mix(0.02, 0.2, severity) * rng.uniform(0.3, 1.2)
    lose_wall(heart, wall, early=mix(0.0, 0.3, severity), late=0.0)


def _on(sign: Callable[..., None], territory: str, **options: float) -> Callable[..., None]:
    return partial(sign, territory=territory, **options)


SIGNS: dict[str, Callable[[Heart, float, np.random.Generator], None]] = {
    "IMI": _on(_infarction, "inferior"),
    "ASMI": _on(_infarction, "anteroseptal"),
    "AMI": _on(_infarction, "anterior"),
    "ALMI": _on(_infarction, "anterolateral"),
    "LMI": _on(_infarction, "lateral"),
    "ILMI": _on(_infarction, "inferolateral"),
    "IPMI": _on(_infarction, "inferoposterior"),
    "IPLMI": _on(_infarction, "inferoposterolateral"),
    "PMI": _on(_infarction, "posterior", size=1.2),
    "INJAS": _on(_injury, "anteroseptal"),
    "INJAL": _on(_injury, "anterolateral"),
    "INJLA": _on(_injury, "lateral"),
    "INJIN": _on(_injury, "inferior"),
    "INJIL": _on(_injury, "inferolateral"),
}
"""By SCP code; `severity` 0 is a borderline finding, 1 a plain one."""
