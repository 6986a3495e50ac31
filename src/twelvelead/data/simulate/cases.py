"""What is found in a recording: SCP codes with likelihoods, as often (together) as in PTB-XL.

Frequencies are counts of the labels of PTB-XL 1.0.x (Wagner et al. 2020, Scientific Data 7:154),
some of them rounded; they only serve as weights. Likelihoods: 100, 80, 50, 35, 15 for diagnostic
statements, 0 (not given) for most form and rhythm statements.
"""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from twelvelead.data.statements import STATEMENTS

__all__ = ["SCENARIOS", "SUPERCLASS_OF", "draw_codes", "scenario_deck"]

T = TypeVar("T")

SUPERCLASS_OF: dict[str, str] = {s.code: s.superclass for s in STATEMENTS if s.superclass}

SCENARIOS: dict[tuple[str, ...], int] = {
    ("NORM",): 9069, ("MI",): 2532, ("STTC",): 2400, ("CD",): 1708, ("MI", "CD"): 1297,
    ("STTC", "HYP"): 781, ("MI", "STTC"): 599, ("HYP",): 535, ("STTC", "CD"): 471, (): 411,
    ("NORM", "CD"): 407, ("MI", "STTC", "HYP"): 361, ("CD", "HYP"): 300, ("STTC", "CD", "HYP"): 211,
    ("MI", "STTC", "CD"): 210, ("MI", "HYP"): 183, ("MI", "STTC", "CD", "HYP"): 156,
    ("MI", "CD", "HYP"): 117, ("NORM", "STTC"): 28,
}  # fmt: skip
"""Superclasses of one recording, and about how many of PTB-XL's 21,799 have just these; the rarest
are left out."""

_DIAGNOSTIC: dict[str, dict[str, int]] = {
    "NORM": {"NORM": 9514},
    "MI": {
        "IMI": 2676, "ASMI": 2357, "ILMI": 478, "AMI": 353, "ALMI": 288, "INJAS": 215, "LMI": 201,
        "INJAL": 148, "IPLMI": 51, "IPMI": 33, "INJIN": 18, "INJLA": 17, "PMI": 17, "INJIL": 15,
    },
    "STTC": {
        "NDT": 1825, "ISC_": 1272, "NST_": 768, "ISCAL": 659, "ISCIN": 219, "DIG": 181,
        "ISCIL": 179, "ISCAS": 170, "ISCLA": 142, "LNGQT": 117, "ANEUR": 104, "EL": 96, "ISCAN": 44,
    },
    "CD": {
        "LAFB": 1623, "IRBBB": 1118, "1AVB": 793, "IVCD": 787, "CRBBB": 541, "CLBBB": 536,
        "LPFB": 177, "WPW": 79, "ILBBB": 77, "3AVB": 16, "2AVB": 14,
    },
    "HYP": {"LVH": 2132, "LAO/LAE": 426, "RVH": 126, "RAO/RAE": 99, "SEHYP": 29},
}  # fmt: skip

_SECOND_CODE = {"NORM": 0.0, "MI": 0.25, "STTC": 0.12, "CD": 0.22, "HYP": 0.12}
"""How often a superclass comes with two of its codes."""

_ONE_OF = (
    {"CLBBB", "CRBBB", "ILBBB", "IRBBB", "IVCD", "WPW"},
    {"LAFB", "LPFB", "CLBBB"},
    {"1AVB", "2AVB", "3AVB", "WPW"},
    {"LVH", "RVH"},
)
"""Codes that exclude each other."""

_LIKELIHOODS: dict[str, dict[float, float]] = {
    "NORM": {100: 0.82, 80: 0.14, 50: 0.037, 15: 0.003},
    "MI": {100: 0.62, 80: 0.05, 50: 0.17, 35: 0.04, 15: 0.12},
    "STTC": {100: 0.89, 80: 0.01, 50: 0.08, 35: 0.005, 0: 0.015},
    "CD": {100: 0.975, 80: 0.015, 50: 0.01},
    "HYP": {100: 0.68, 80: 0.04, 50: 0.19, 35: 0.05, 15: 0.04},
}

_FORM: dict[str, dict[str, float]] = {
    "NORM": {
        "ABQRS": 0.04,
        "VCLVH": 0.02,
        "QWAVE": 0.012,
        "NT_": 0.015,
        "STD_": 0.01,
        "LPR": 0.015,
    },
    "MI": {"ABQRS": 0.42, "QWAVE": 0.06, "INVT": 0.03, "STD_": 0.04, "LOWT": 0.03, "STE_": 0.004},
    "STTC": {"STD_": 0.14, "NT_": 0.06, "LOWT": 0.07, "INVT": 0.05, "TAB_": 0.007},
    "CD": {"ABQRS": 0.10, "LPR": 0.03, "QWAVE": 0.02, "LOWT": 0.02},
    "HYP": {"VCLVH": 0.32, "STD_": 0.08, "HVOLT": 0.012},
    "": {"PVC": 0.052, "PAC": 0.018, "LVOLT": 0.008, "HVOLT": 0.002, "PRC(S)": 0.001},
}
"""How often form statements come with a superclass; "": with any recording."""

_RHYTHM: dict[str, dict[str, float]] = {
    "normal": {
        "SR": 0.86, "SARRH": 0.052, "SBRAD": 0.04, "STACH": 0.022, "SVARR": 0.002, "": 0.024,
    },
    "abnormal": {
        "SR": 0.69, "AFIB": 0.12, "STACH": 0.052, "SARRH": 0.024, "SBRAD": 0.022, "SVARR": 0.011,
        "AFLT": 0.005, "BIGU": 0.005, "SVTAC": 0.002, "PSVT": 0.002, "TRIGU": 0.002, "PACE": 0.002,
        "": 0.065,
    },
    "none": {
        "PACE": 0.68, "AFIB": 0.11, "AFLT": 0.05, "SVTAC": 0.02, "PSVT": 0.02, "SR": 0.08,
        "STACH": 0.04,
    },
}  # fmt: skip
_SINUS = {"SR", "SARRH", "STACH", "SBRAD", "SVARR", "BIGU", "TRIGU", ""}
_NEEDS_SINUS = {"1AVB", "2AVB", "3AVB", "LPR", "WPW", "LAO/LAE", "RAO/RAE", "PAC"}
_FORM_OF_NONE = ("LVOLT", "STD_", "NT_", "ABQRS", "LPR", "PVC")
_SURE_FORM = {"PVC": 0.6, "PACE": 0.8, "AFLT": 0.75, "AFIB": 0.04, "PAC": 0.06, "BIGU": 0.25}
"""How often these carry likelihood 100 instead of 0."""


def scenario_deck(size: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """`size` scenarios in random order, in proportion as even as whole numbers allow."""
    names = list(SCENARIOS)
    edges = np.cumsum(list(SCENARIOS.values())) / sum(SCENARIOS.values())
    points = (np.arange(size) + rng.random()) / size
    deck = [names[int(i)] for i in np.searchsorted(edges, points, side="right")]
    return [deck[int(i)] for i in rng.permutation(size)]


def _pick(weights: Mapping[T, float], rng: np.random.Generator) -> T:
    values = list(weights)
    total = np.cumsum(list(weights.values()))
    return values[int(np.searchsorted(total, rng.random() * total[-1], side="right"))]


def _allowed(code: str, chosen: Mapping[str, float]) -> bool:
    return not any(code in group and group & set(chosen) for group in _ONE_OF)


def _diagnostic(scenario: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    """One or two codes of each superclass, with likelihoods."""
    codes: dict[str, float] = {}
    for superclass in scenario:
        wanted = 1 + int(rng.random() < _SECOND_CODE[superclass])
        weights: dict[str, float] = dict(_DIAGNOSTIC[superclass])
        if superclass == "CD" and "NORM" in scenario:  # what a normal ECG may still carry
            weights = {"IRBBB": 0.6, "IVCD": 0.2, "1AVB": 0.15, "LAFB": 0.05}
        for _ in range(wanted):
            weights = {c: w for c, w in weights.items() if c not in codes and _allowed(c, codes)}
            if weights:
                codes[_pick(weights, rng)] = _pick(_LIKELIHOODS[superclass], rng)
    return codes


def _forms(scenario: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    """Form statements that come with the superclasses."""
    codes: dict[str, float] = {}
    for superclass in (*scenario, ""):
        for code, rate in _FORM[superclass].items():
            if rng.random() < rate and not (code == "LVOLT" and "HYP" in scenario):
                codes[code] = _form_likelihood(code, rng)
    if not scenario and rng.random() < 0.1:
        code = _FORM_OF_NONE[int(rng.integers(len(_FORM_OF_NONE)))]
        codes[code] = _form_likelihood(code, rng)
    return codes


def _form_likelihood(code: str, rng: np.random.Generator) -> float:
    return 100.0 if rng.random() < _SURE_FORM.get(code, 0.0) else 0.0


def draw_codes(scenario: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    """`scp_codes` of one recording with the superclasses of `scenario`: code to likelihood, 0 to
    100.

    Diagnostic statements come first, then form, then at most one rhythm statement, as in PTB-XL.
    There is always at least one.
    """
    codes = {c: float(v) for c, v in _diagnostic(scenario, rng).items()}
    codes |= {c: v for c, v in _forms(scenario, rng).items() if c not in codes}
    kind = "none" if not scenario else "normal" if "NORM" in scenario else "abnormal"
    weights = _RHYTHM[kind]
    if _NEEDS_SINUS & set(codes):
        weights = {c: w for c, w in weights.items() if c in _SINUS}
    rhythm = _pick(weights, rng)
    if rhythm:
        codes[rhythm] = _form_likelihood(rhythm, rng)
    return codes or {"SR": 0.0}
