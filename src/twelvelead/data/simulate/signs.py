"""From SCP codes to a heart: every one of the 71 statements has its sign here, and their order.

Voltage first, then conduction, infarction, repolarisation and rhythm: later signs work on the QRS
complex that earlier ones made (ischaemia in a hypertrophied heart, a late right force after a
turned axis).
"""

from collections.abc import Callable, Mapping

import numpy as np

from twelvelead.data.simulate import conduction, hypertrophy, infarction, repolarisation, rhythm
from twelvelead.data.simulate.heart import Heart, Wave, mix
from twelvelead.data.simulate.territories import TERRITORIES
from twelvelead.data.statements import STATEMENTS
from twelvelead.errors import DataError

__all__ = ["SIGNS", "apply_codes"]

Sign = Callable[[Heart, float, np.random.Generator], None]


def _normal(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """A normal ECG: what a heart starts from."""


def _abnormal_qrs(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Abnormal QRS: notched, or with a small Q or poor growth of R, none of them specific."""
    if rng.random() < 0.5:
        notch = rng.normal(0, 0.16, 3) * heart.gain * mix(0.4, 1.1, severity)
        heart.ventricle.qrs["fragment"] = Wave(notch, rng.uniform(40, 70), 4, 5)
    else:
        wall = TERRITORIES[str(rng.choice(("inferior", "anteroseptal", "lateral")))]
        infarction.lose_wall(heart, wall, early=mix(0.1, 0.45, severity), late=0.1)


def _q_waves(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Q waves without the other signs of infarction; inferior in half of them."""
    wall = TERRITORIES[str(rng.choice(("inferior", "inferior", "lateral", "anteroseptal")))]
    infarction.q_waves(heart, wall, mix(0.06, 0.28, severity))


SIGNS: dict[str, Sign] = {
    "NORM": _normal,
    **hypertrophy.SIGNS,
    **conduction.SIGNS,
    "ABQRS": _abnormal_qrs,
    "QWAVE": _q_waves,
    **infarction.SIGNS,
    **repolarisation.SIGNS,
    **rhythm.SIGNS,
}
"""The sign of every statement, by code, in the order in which signs are applied."""

assert set(SIGNS) == {s.code for s in STATEMENTS}


def apply_codes(heart: Heart, severities: Mapping[str, float], rng: np.random.Generator) -> None:
    """Give `heart` the signs of `severities` (code to 0 mild, 1 plain, at most 1.5).

    Raises:
        DataError: a code is none of the 71 statements.
    """
    unknown = [code for code in severities if code not in SIGNS]
    if unknown:
        raise DataError(f"{unknown[0]!r} is none of the 71 SCP-ECG statements; allowed are {', '.join(SIGNS)}.")
    for code, sign in SIGNS.items():
        if code in severities:
            sign(heart, severities[code], rng)
