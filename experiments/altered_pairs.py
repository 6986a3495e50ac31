"""Simulated hearts with and without a disease, recorded the same: where the two signals differ is what it altered.

Person, beats, breath, places of the electrodes and noise are the same in both, drawn with the same seeds; so all that
differs comes from the disease, in whichever leads and waves it shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twelvelead.data.simulate.cases import SUPERCLASS_OF, draw_codes
from twelvelead.data.simulate.ecg import Recording, build_heart, draw_severity, synthesise
from twelvelead.data.simulate.normal import Person

__all__ = ["ALTERED_MV", "CLASSES", "AlteredPair", "altered_pairs"]

ALTERED_MV = 0.05
"""Half a millimetre on ECG paper, the least ST depression that counts (Thygesen et al. 2018, Circulation 138:e618)."""

SECONDS = 10.0
SEED = 17
CLASSES = ("MI", "STTC", "CD", "HYP")


@dataclass(frozen=True)
class AlteredPair:
    """The same heart, ill and well."""

    number: int
    codes: tuple[str, ...]
    """Of the disease."""
    ill_mv: NDArray[np.float64]
    well_mv: NDArray[np.float64]
    """`(time, lead)`, millivolts."""

    @property
    def altered(self) -> NDArray[np.bool_]:
        """`(time, lead)`: where the two differ by `ALTERED_MV` or more."""
        return np.abs(self.ill_mv - self.well_mv) >= ALTERED_MV


def altered_pairs(class_name: str, rate_hz: int) -> Iterator[AlteredPair]:
    """Pairs of a superclass without end, as often with each of its codes, and as plain, as in a simulated data set.

    Diseases that change when the heart beats (AV block of the second and third degree) alter everything after the first
    changed beat; they are left out.
    """
    number = 0
    while True:
        draws, *seeds = np.random.SeedSequence([SEED, CLASSES.index(class_name), number]).spawn(5)
        rng = np.random.default_rng(draws)
        person = Person(age=float(rng.uniform(20, 90)), male=bool(rng.random() < 0.5))
        drawn = draw_codes((class_name,), rng)
        codes = {code: value for code, value in drawn.items() if SUPERCLASS_OF.get(code) == class_name}
        severities = {code: draw_severity(likelihood, rng) for code, likelihood in codes.items()}
        ill, well = _record(person, severities, seeds), _record(person, {}, seeds)
        pair = AlteredPair(number, tuple(codes), ill.leads(rate_hz), well.leads(rate_hz))
        if _same_events(ill, well) and pair.altered.any():
            yield pair
        number += 1


def _record(person: Person, severities: Mapping[str, float], seeds: list[np.random.SeedSequence]) -> Recording:
    of_person, of_signs, of_beats, of_noise = map(np.random.default_rng, seeds)
    return synthesise(build_heart(severities, person, of_person, of_signs), SECONDS, of_beats, of_noise)


def _same_events(one: Recording, other: Recording) -> bool:
    """Whether both have as many beats and P waves of each kind, so that chance has drawn the same for both."""
    kinds = [sorted(event.kind for event in (*r.timing.beats, *r.timing.p_waves)) for r in (one, other)]
    return kinds[0] == kinds[1]
