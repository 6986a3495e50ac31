"""The normal heart, and how healthy people differ: size, position, age, sex, timing.

The loop: septum to the right and front, then apex, free wall to the left and down, base to the
back; order and directions as in any textbook of vectorcardiography (Chou, Helm and Kaplan 1974).
Means and spreads of the variation are set so that each lead's deviation and QRS height come out as
in PTB-XL's normal recordings; they are not measurements.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate.heart import Heart, Rhythm, Ventricle, Wave, mix, vector

__all__ = ["Person", "normal_heart", "rotation"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is recorded; both are drawn where they are not given."""

    age: float
    """Years, 0 to 110."""
    male: bool


def rotation(axis: int, degrees: float) -> NDArray[np.float64]:
    """(3, 3) rotation about x (0), y (1) or z (2), for row vectors: `v @ rotation(...)`."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    first, second = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = c
    matrix[first, second], matrix[second, first] = s, -s
    return matrix


def _loop(orientation: NDArray[np.float64], stretch: float) -> dict[str, Wave]:
    """The five forces of a normal QRS complex of about 88 ms times `stretch`."""
    forces = {
        "septal": Wave(vector(-0.16, -0.02, -0.20), 17, 7.0, 7.5),
        "apical": Wave(vector(0.52, 0.28, -0.28), 31, 8.0, 8.0),
        "main": Wave(vector(1.15, 0.55, 0.22), 43, 8.5, 9.0),
        "late": Wave(vector(0.14, 0.15, 0.92), 56, 8.5, 9.5),
        "basal": Wave(vector(-0.20, -0.14, 0.24), 71, 7.5, 7.5),
    }
    for wave in forces.values():
        wave.vector = wave.vector @ orientation
        wave.centre_ms *= stretch
        wave.rise_ms *= stretch
        wave.fall_ms *= stretch
    return forces


def _orientation(person: Person, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rotation and gain: the axis turns left with age, voltages fall with it."""
    frontal = np.clip(rng.normal(-2 - 0.5 * (person.age - 45), 15), -43, 25)
    gain = 0.87 * np.exp(rng.normal(0, 0.22)) * (1.06 if person.male else 0.94)
    gain *= np.clip(1.2 - 0.004 * person.age, 0.85, 1.15)
    turned = rotation(2, float(frontal)) @ rotation(1, rng.normal(0, 11)) @ rotation(0, rng.normal(0, 9))
    return np.asarray(gain * turned)


def _conducted(person: Person, orientation: NDArray[np.float64], rng: np.random.Generator) -> Ventricle:
    """The ventricles in a normally conducted beat."""
    stretch = np.clip(rng.normal(1.04 if person.male else 0.98, 0.07), 0.85, 1.2)
    qrs = _loop(orientation, float(stretch))
    for name, spread in [("septal", 0.35), ("apical", 0.2), ("late", 0.2), ("basal", 0.6)]:
        qrs[name].vector = qrs[name].vector * np.exp(rng.normal(0, spread)) + rng.normal(0, 0.03, 3)
    if rng.random() < 0.08:  # the crista supraventricularis: a small r' in V1 without any block
        qrs["crista"] = Wave(vector(-0.12, -0.05, -0.16) * rng.uniform(0.5, 1.2), 80, 6, 7)
    size = np.exp(rng.normal(0, 0.25)) * (1.1 if person.male else 0.85)
    size *= np.clip(1.25 - 0.006 * person.age, 0.6, 1.15)
    # The T wave keeps to the direction of the QRS complex, but turns only half as far with it.
    turned = 0.5 * orientation / np.cbrt(np.linalg.det(orientation)) + 0.5 * np.eye(3)
    t = vector(0.28, 0.16, -0.33 if person.male else -0.24) @ turned * size + rng.normal(0, 0.03, 3)
    young = np.clip((50 - person.age) / 30, 0, 1)
    st = vector(-0.015, 0.0, -0.085) * (1.0 if person.male else 0.4) * rng.uniform(0.2, 1.6)
    if person.male and rng.random() < 0.12 * young:  # early repolarisation
        st = st + vector(0.06, 0.05, -0.05) * rng.uniform(0.5, 1.2)
    u = vector(0.02, 0.015, -0.03) * rng.uniform(0, 1.2)
    return Ventricle(qrs=qrs, t=t, st=st + rng.normal(0, 0.008, 3), u=u)


def _premature(rng: np.random.Generator) -> Ventricle:
    """A wide beat from the right (two in three) or left ventricle, with an opposite T wave.

    Wide (over 120 ms) and discordant: Surawicz and Knilans, Chou's Electrocardiography.
    """
    if rng.random() < 0.67:
        way = vector(0.75, rng.choice([0.8, -0.6]), 0.75)
    else:
        way = vector(-0.5, rng.choice([0.7, -0.7]), -0.85)
    way = way * rng.uniform(0.9, 1.5)
    side = rng.normal(0, 0.25, 3)
    qrs = {
        "start": Wave(0.45 * way + side, 35, 13, 14),
        "main": Wave(way, 68, 17, 18),
        "end": Wave(0.45 * way - side, 104, 16, 17),
    }
    return Ventricle(qrs=qrs, t=-0.42 * way, st=-0.12 * way, t_width=1.15)


def _paced(rng: np.random.Generator) -> Ventricle:
    """From the apex of the right ventricle.

    Like left bundle branch block, axis to the left and up.
    """
    way = vector(0.5, -0.8, 0.75) * rng.uniform(0.85, 1.3) + rng.normal(0, 0.1, 3)
    qrs = {
        "start": Wave(0.5 * way, 34, 12, 15),
        "main": Wave(way, 74, 18, 18),
        "end": Wave(0.5 * way + vector(0.25, 0.0, 0.0), 112, 16, 16),
    }
    return Ventricle(qrs=qrs, t=-0.4 * way, st=-0.12 * way, t_width=1.15)


def _p_wave(person: Person, rng: np.random.Generator) -> dict[str, Wave]:
    """Right atrium to the front and down, then left atrium to the left and back; about 100 ms."""
    turn = rotation(2, rng.normal(0, 12)) * np.exp(rng.normal(0, 0.22))
    slow = np.clip(rng.normal(1.0 + 0.001 * (person.age - 50), 0.08), 0.8, 1.2)
    return {
        "right": Wave(vector(0.035, 0.09, -0.035) @ turn, 36 * slow, 15 * slow, 15 * slow),
        "left": Wave(vector(0.085, 0.065, 0.03) @ turn, 62 * slow, 16 * slow, 16 * slow),
    }  # fmt: skip


def normal_heart(person: Person, rng: np.random.Generator) -> Heart:
    """A healthy heart drawn for `person`.

    PR 120 to 200 ms, and QTc longer in women (Rautaharju et al. 2009, JACC 53:982);
    rate mostly 60 to 100 a minute.
    """
    orientation = _orientation(person, rng)
    return Heart(
        ventricle=_conducted(person, orientation, rng),
        premature=_premature(rng),
        paced=_paced(rng),
        p=_p_wave(person, rng),
        orientation=orientation,
        pr_ms=float(np.clip(rng.normal(mix(145, 165, person.age / 80), 17), 122, 200)),
        qtc_ms=float(np.clip(rng.normal(402 if person.male else 412, 16), 360, 452)),
        rhythm=Rhythm(
            rate_bpm=float(np.clip(rng.normal(70, 10), 57, 98)),
            irregularity=float(rng.uniform(0.01, 0.03)),
            respiratory=float(np.clip(0.06 - 0.0006 * person.age, 0.01, 0.05) * rng.uniform(0.3, 1.4)),
        ),
        fibrillation_mv=float(rng.uniform(0.03, 0.1)),
    )
