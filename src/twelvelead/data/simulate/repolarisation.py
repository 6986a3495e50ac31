"""Signs in ST segment, T and U wave and QT interval: ischaemia, drugs, electrolytes, unspecific.

Wording and limits: Rautaharju et al. 2009, AHA/ACCF/HRS recommendations part IV, JACC 53:982. T
waves: low is under 10 % of the R wave, inverted -0.1 to -0.5 mV. QTc is long from 450 ms (men), 460
ms (women).
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from twelvelead.data.simulate.heart import Heart, Vector, mix, vector
from twelvelead.data.simulate.territories import TERRITORIES

__all__ = ["SIGNS", "depress_st", "invert_t"]

_ANYWHERE = ("anterolateral", "lateral", "inferior", "inferolateral", "anterior")


def invert_t(heart: Heart, wall: Vector, severity: float) -> None:
    """Turn the T wave away from `wall`: flat at severity 0.5, inverted by about 0.3 mV at 1."""
    ventricle = heart.ventricle
    along = max(float(ventricle.t @ wall), 0.05)
    ventricle.t = ventricle.t - wall * (min(2.0 * severity, 1.6) * along + 0.18 * max(severity - 0.4, 0))


def depress_st(heart: Heart, wall: Vector, level_mv: float) -> None:
    """Shift the ST segment away from `wall` by a dipole of `level_mv`."""
    heart.ventricle.st = heart.ventricle.st - wall * level_mv


def _ischaemia(heart: Heart, severity: float, rng: np.random.Generator, *, territory: str) -> None:
    """ST depression of 0.05 mV or more and T inversion in the leads that face `territory`."""
    wall = TERRITORIES[territory]
    st_share = rng.uniform(0.3, 1.0)
    depress_st(heart, wall, mix(0.02, 0.13, severity) * st_share)
    invert_t(heart, wall, mix(0.2, 1.0, severity) * rng.uniform(0.8, 1.1))


def _ischaemia_anywhere(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Ischaemic changes without a named territory: one of the five common ones."""
    _ischaemia(heart, severity, rng, territory=str(rng.choice(_ANYWHERE)))


def _t_change(heart: Heart, severity: float, rng: np.random.Generator, *, least: float, most: float) -> None:
    """The T wave flattened (0.5) to inverted (1) over one wall, from `least` to `most`."""
    wall = TERRITORIES[str(rng.choice(_ANYWHERE))]
    invert_t(heart, wall, mix(least, most, severity))


def _non_diagnostic_t(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """T waves low to slightly inverted, with no ST shift worth the name."""
    heart.ventricle.t *= mix(0.95, 0.6, min(severity, 1.2))
    _t_change(heart, severity, rng, least=0.15, most=0.75)


def _low_t(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """T waves under a tenth of the R waves in all leads."""
    heart.ventricle.t *= mix(0.6, 0.15, min(severity, 1.1))


def _inverted_t(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """T waves inverted by 0.1 to 0.5 mV over one wall."""
    _t_change(heart, severity, rng, least=0.6, most=1.1)


def _unspecific_st(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """ST depression of 0.05 to 0.1 mV with a flat T wave."""
    wall = TERRITORIES[str(rng.choice(_ANYWHERE[:4]))]
    depress_st(heart, wall, mix(0.02, 0.09, severity))
    heart.ventricle.t *= mix(0.95, 0.6, min(severity, 1.2))


def _st_depression(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """ST depression of 0.05 to 0.15 mV in lateral, inferior or most leads."""
    wall = TERRITORIES[str(rng.choice(_ANYWHERE[:4]))]
    depress_st(heart, wall, mix(0.03, 0.13, severity))


def _st_elevation(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """ST elevation of 0.1 to 0.2 mV, most often in the anterior leads."""
    wall = TERRITORIES[str(rng.choice(("anterior", "anterior", "inferolateral")))]
    depress_st(heart, wall, -mix(0.04, 0.14, severity))


def _digitalis(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Sagging ST segment in leads with a tall R wave, low T wave, shorter QT.

    Surawicz and Knilans, Chou's Electrocardiography in Clinical Practice, chapter on drugs.
    """
    ventricle = heart.ventricle
    away = ventricle.net() / np.linalg.norm(ventricle.net())
    ventricle.scoop = ventricle.scoop - away * mix(0.05, 0.22, severity)
    ventricle.t *= mix(0.85, 0.45, min(severity, 1.2))
    heart.qtc_ms -= mix(5, 40, severity)


def _long_qt(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """QTc 455 to 530 ms, from a long ST segment, a broad T wave, or both."""
    heart.qtc_ms = max(heart.qtc_ms, mix(455, 505, severity) + rng.uniform(-3, 25))
    heart.ventricle.t_width *= rng.uniform(1.0, mix(1.1, 1.4, severity))


def _electrolytes(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Low potassium: flat T, ST depression, tall U wave; high: tall, narrow, pointed T wave.

    Surawicz 1967, Am Heart J 73:814.
    """
    ventricle = heart.ventricle
    if rng.random() < 0.6:
        ventricle.t *= mix(0.7, 0.2, min(severity, 1.1))
        depress_st(heart, TERRITORIES["anterolateral"], mix(0.02, 0.07, severity))
        ventricle.u = ventricle.u + vector(0.08, 0.05, -0.10) * mix(0.3, 1.0, severity)
    else:
        ventricle.t *= mix(1.3, 2.0, severity)
        ventricle.t_width *= mix(0.85, 0.65, min(severity, 1.2))


def _aneurysm(heart: Heart, severity: float, rng: np.random.Generator) -> None:
    """Lasting ST elevation over the anterior wall, with a shallowly inverted T wave."""
    wall = TERRITORIES["anterior"]
    depress_st(heart, wall, -mix(0.04, 0.16, severity))
    invert_t(heart, wall, mix(0.3, 0.8, severity))


SIGNS: dict[str, Callable[[Heart, float, np.random.Generator], None]] = {
    "ISC_": _ischaemia_anywhere,
    "ISCAL": partial(_ischaemia, territory="anterolateral"),
    "ISCAS": partial(_ischaemia, territory="anteroseptal"),
    "ISCAN": partial(_ischaemia, territory="anterior"),
    "ISCLA": partial(_ischaemia, territory="lateral"),
    "ISCIN": partial(_ischaemia, territory="inferior"),
    "ISCIL": partial(_ischaemia, territory="inferolateral"),
    "ANEUR": _aneurysm,
    "NST_": _unspecific_st,
    "STD_": _st_depression,
    "STE_": _st_elevation,
    "NDT": _non_diagnostic_t,
    "NT_": partial(_t_change, least=0.1, most=0.6),
    "TAB_": partial(_t_change, least=0.3, most=0.9),
    "LOWT": _low_t,
    "INVT": _inverted_t,
    "DIG": _digitalis,
    "EL": _electrolytes,
    "LNGQT": _long_qt,
}
"""By SCP code; `severity` 0 is a borderline finding, 1 a plain one."""
