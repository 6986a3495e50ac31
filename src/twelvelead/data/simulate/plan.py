"""Who is recorded when, with what findings, and in which fold: the data set without its signals.

Every draw for a record comes from its own generator, seeded by (seed, ecg_id), and looks only at
earlier records. So the first records of a large data set are those of a small one with the same
seed.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from twelvelead.data.simulate.cases import SUPERCLASS_OF, draw_codes, scenario_deck
from twelvelead.data.simulate.ecg import Stage, draw_severity
from twelvelead.data.simulate.noise import Disturbance
from twelvelead.data.simulate.normal import Person

__all__ = ["Patient", "PlannedRecord", "plan_records"]

DECK = 50
"""Superclasses are dealt in decks of this size, so that small data sets have all of them."""

REPEAT = 0.14
"""Share of records whose patient was recorded before (PTB-XL: 2,930 of 21,799)."""

GAP = 0.03
"""How often an `ecg_id` is left out."""

MISREAD = 0.03
"""Share of records with findings that no reader could see, or with one that the reader missed."""

FOLDS = 10


@dataclass(frozen=True, slots=True)
class Patient:
    """Someone with one or more recordings."""

    number: int
    """0, 1, 2, ... in order of the first recording."""
    patient_id: int
    person: Person
    height_cm: float
    weight_kg: float
    fold: int
    """1 to 10, the same for all recordings."""
    scenario: tuple[str, ...]
    """Superclasses at the first recording."""


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """One recording to be made."""

    ecg_id: int
    patient: Patient
    codes: dict[str, float]
    """What the reader wrote: code to likelihood."""
    severities: dict[str, float]
    """What the heart has: code to severity."""
    stage: Stage
    disturbance: Disturbance
    hours: float
    """Since the first recording of the data set."""
    seed: np.random.SeedSequence = field(repr=False)
    """For the signal and the free-text columns."""


def _person(scenario: tuple[str, ...], rng: np.random.Generator) -> tuple[Person, float, float]:
    """Age, sex, height, weight.

    People with a normal ECG are younger (means of PTB-XL's, rounded).
    """
    normal = "NORM" in scenario
    age = float(np.clip(round(rng.normal(53, 17) if normal else rng.normal(67, 13)), 18, 96))
    male = bool(rng.random() < (0.46 if normal else 0.57))
    height = float(np.clip(round(rng.normal(174 if male else 162, 8)), 140, 205))
    weight = float(np.clip(round(rng.normal(79 if male else 68, 13)), 40, 150))
    return Person(age=age, male=male), height, weight


class _Folds:
    """Gives each new patient the fold that has fewest of his rarest superclass, then of the others.

    Folds 9 and 10, in which models are tuned and tested, get the first two of each superclass.
    """

    _RAREST_FIRST = ("none", "HYP", "CD", "STTC", "MI", "NORM")

    def __init__(self) -> None:
        self._size: Counter[int] = Counter()
        self._labels: Counter[tuple[int, str]] = Counter()

    def choose(self, scenario: tuple[str, ...]) -> int:
        labels = [s for s in self._RAREST_FIRST if s in (scenario or ("none",))]

        def fullness(fold: int) -> tuple[int, ...]:
            counts = [self._labels[fold, label] for label in labels]
            late = int(counts[0] > 0 or fold < 9)
            return counts[0], late, self._size[fold], *counts[1:]

        return min(range(1, FOLDS + 1), key=fullness)

    def add(self, fold: int, scenario: tuple[str, ...]) -> None:
        self._size[fold] += 1
        for label in scenario or ("none",):
            self._labels[fold, label] += 1


def _earlier_patient(patients: list[Patient], scenario: tuple[str, ...], rng: np.random.Generator) -> Patient | None:
    """Someone recorded before, mostly with the same superclasses; None for someone new."""
    if not patients or rng.random() >= REPEAT:
        return None
    same = [p for p in patients if p.scenario == scenario] if rng.random() < 0.8 else patients
    return same[int(rng.integers(len(same)))] if same else None


def _severities(codes: dict[str, float], rng: np.random.Generator) -> dict[str, float]:
    """How plain each finding is.

    In some records hardly at all, or with one that the reader missed.
    """
    severities = {code: draw_severity(value, rng) for code, value in codes.items()}
    if rng.random() >= MISREAD:
        return severities
    diagnostic = [c for c in codes if c in SUPERCLASS_OF]
    if "NORM" in codes:
        missed = ("IRBBB", "NDT", "LAFB", "IMI", "LVH", "ASMI")
        severities[missed[int(rng.integers(len(missed)))]] = float(rng.uniform(0.3, 0.9))
    else:
        for code in diagnostic:
            severities.pop(code)
    return severities


_LIMBS = ("RA", "LA", "LL")
_CHEST = ("V1", "V2", "V3", "V4", "V5", "V6")
_STATIC = ((_LIMBS, 0.7), (_LIMBS + _CHEST, 0.2), ((*_LIMBS, "V1"), 0.06), (("V2",), 0.04))


def _disturbance(rng: np.random.Generator) -> Disturbance:
    """Which electrodes are disturbed; rates as in PTB-XL's quality columns."""
    static: tuple[str, ...] = ()
    if rng.random() < 0.15:
        choice = int(rng.choice(len(_STATIC), p=[p for _, p in _STATIC]))
        static = _STATIC[choice][0]
    chest = tuple(_CHEST[i] for i in sorted(rng.permutation(6)[: int(rng.integers(1, 3))]))
    drift = chest if rng.random() < 0.06 else _LIMBS + _CHEST if rng.random() < 0.013 else ()
    burst = chest if rng.random() < 0.018 else _LIMBS if rng.random() < 0.01 else ()
    loose = chest[:1] if rng.random() < 0.003 else ()
    return Disturbance(static=static, drift=drift, burst=burst, loose=loose)


def plan_records(records: int, seed: int) -> list[PlannedRecord]:
    """Plan a data set of `records` recordings, in the order of `ecg_id` and of time."""
    planned: list[PlannedRecord] = []
    patients: list[Patient] = []
    folds, hours, ecg_id = _Folds(), 0.0, 0
    deck: list[tuple[str, ...]] = []
    for index in range(records):
        if index % DECK == 0:
            deck = scenario_deck(DECK, np.random.default_rng([seed, 0, index]))
        scenario = deck[index % DECK]
        ecg_id += 1
        sequence = np.random.SeedSequence([seed, ecg_id])
        rng = np.random.default_rng(sequence.spawn(1)[0])
        if rng.random() < GAP:
            ecg_id += int(rng.integers(1, 4))
        patient = _earlier_patient(patients, scenario, rng)
        if patient is None:
            patient = _new_patient(len(patients), scenario, folds.choose(scenario), rng)
            patients.append(patient)
        folds.add(patient.fold, scenario)
        hours += float(rng.exponential(6.6))
        planned.append(_plan_one(ecg_id, patient, scenario, hours, sequence, rng))
    return planned


def _new_patient(number: int, scenario: tuple[str, ...], fold: int, rng: np.random.Generator) -> Patient:
    person, height, weight = _person(scenario, rng)
    patient_id = 302 + number * 7919 % 100_003  # looks random, never twice: the modulus is prime
    return Patient(number, patient_id, person, height, weight, fold, scenario)


def _plan_one(
    ecg_id: int,
    patient: Patient,
    scenario: tuple[str, ...],
    hours: float,
    sequence: np.random.SeedSequence,
    rng: np.random.Generator,
) -> PlannedRecord:
    codes = draw_codes(scenario, rng)
    stages: tuple[Stage, ...] = ("acute", "recent", "old")
    return PlannedRecord(
        ecg_id=ecg_id,
        patient=patient,
        codes=codes,
        severities=_severities(codes, rng),
        stage=stages[int(rng.choice(3, p=[0.12, 0.38, 0.5]))],
        disturbance=_disturbance(rng),
        hours=hours,
        seed=sequence,
    )
