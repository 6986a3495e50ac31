"""One simulated recording: SCP codes in, twelve leads in millivolts out.

The road: person -> normal heart -> signs of the codes -> beats -> dipole -> electrodes plus noise
-> leads. It is always walked at 500 Hz, so that one seed is one recording at any rate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import gcd
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, resample_poly

from twelvelead.data.simulate.dipole import dipole
from twelvelead.data.simulate.heart import Heart
from twelvelead.data.simulate.noise import CLEAN, Disturbance, electrode_noise
from twelvelead.data.simulate.normal import Person, normal_heart
from twelvelead.data.simulate.signs import apply_codes
from twelvelead.data.simulate.timing import Timing, beat_times
from twelvelead.data.simulate.torso import electrode_matrix, leads_from_electrodes, respiration
from twelvelead.errors import ConfigError

__all__ = [
    "NATIVE_HZ",
    "Recording",
    "build_heart",
    "draw_severity",
    "resample",
    "simulate_ecg",
    "synthesise",
]

NATIVE_HZ = 500
"""The rate at which everything is simulated."""

MARGIN_S = 0.2
"""Simulated before and behind each recording, for the resampling filter, then cut."""

Stage = Literal["acute", "recent", "old"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with what made it."""

    electrodes: NDArray[np.float64]
    """(time, 9) mV at 500 Hz, with `MARGIN_S` on both sides."""
    heart: Heart
    timing: Timing
    """Seconds from the first sample behind the margin."""

    def leads(self, rate_hz: int = NATIVE_HZ) -> NDArray[np.float64]:
        """(time, 12) mV at `rate_hz`, without the margins, leads as in `twelvelead.leads.LEADS`."""
        return leads_from_electrodes(resample(self.electrodes, rate_hz))


@cache
def _low_pass(factor: int) -> NDArray[np.float64]:
    """The filter that `resample_poly` would design anew on every call."""
    return np.asarray(firwin(20 * factor + 1, 1.0 / factor, window=("kaiser", 5.0)))


def resample(electrodes: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """From 500 Hz to `rate_hz` along axis 0 with an anti-aliasing filter.

    The margins are cut off.
    """
    if rate_hz != NATIVE_HZ:
        common = gcd(rate_hz, NATIVE_HZ)
        up, down = rate_hz // common, NATIVE_HZ // common
        electrodes = resample_poly(electrodes, up, down, axis=0, window=_low_pass(max(up, down)))
    margin = round(MARGIN_S * rate_hz)
    return electrodes[margin:-margin]


def draw_severity(likelihood: float, rng: np.random.Generator) -> float:
    """How plain a sign is, 0 (hardly) to about 1.2: the surer the reader was, the plainer.

    Likelihood 0 means "not stated" in PTB-XL, and is drawn as widely as there is.
    """
    if likelihood <= 0:
        return float(rng.uniform(0.15, 1.1))
    if likelihood >= 80:
        return float(np.clip(rng.normal(0.73, 0.28), 0.0, 1.25))
    if likelihood >= 50:
        return float(np.clip(rng.normal(0.42, 0.22), 0.0, 1.0))
    return float(np.clip(rng.normal(0.22, 0.16), 0.0, 0.7))


def build_heart(
    severities: Mapping[str, float],
    person: Person,
    of_person: np.random.Generator,
    of_signs: np.random.Generator,
    stage: Stage | None = None,
) -> Heart:
    """The heart of `person` with signs of the given severities (0 mild, 1 plain).

    `of_person` draws what stays the same from recording to recording, `of_signs` what is new. The
    `stage` of an infarction is drawn if not given.

    Raises:
        DataError: a code is none of the 71 statements.
    """
    heart = normal_heart(person, of_person)
    stages: tuple[Stage, ...] = ("acute", "recent", "old")
    drawn = stages[int(of_signs.choice(3, p=[0.15, 0.35, 0.5]))]
    heart.stage = stage or drawn
    apply_codes(heart, severities, of_signs)
    return heart


def synthesise(
    heart: Heart,
    seconds: float,
    of_beats: np.random.Generator,
    of_noise: np.random.Generator,
    disturbance: Disturbance | None = CLEAN,
) -> Recording:
    """Record `heart`.

    `disturbance=None` leaves out noise, breath and the misplacing of electrodes.
    """
    timing = beat_times(heart, seconds, of_beats)
    samples = round((seconds + 2 * MARGIN_S) * NATIVE_HZ)
    spread = 0.0 if disturbance is None else 1.0
    moment = dipole(heart, _shift(timing, MARGIN_S), samples, NATIVE_HZ, of_beats)
    moment = respiration(moment, NATIVE_HZ, of_beats, spread)
    electrodes = moment @ electrode_matrix(of_beats, spread)
    if disturbance is not None:
        electrodes += electrode_noise(samples, NATIVE_HZ, disturbance, of_noise)
    return Recording(electrodes, heart, timing)


def _shift(timing: Timing, seconds: float) -> Timing:
    """The same events, later by `seconds`."""
    return Timing(
        beats=[type(b)(b.onset_s + seconds, b.kind, b.rr_s) for b in timing.beats],
        p_waves=[type(p)(p.onset_s + seconds, p.kind) for p in timing.p_waves],
        spikes=[t + seconds for t in timing.spikes],
        flutter_hz=timing.flutter_hz,
    )


def simulate_ecg(
    codes: Mapping[str, float] | Iterable[str],
    *,
    seed: int,
    rate_hz: int = NATIVE_HZ,
    seconds: float = 10.0,
    severity: float | None = 1.0,
    male: bool | None = None,
    age: float | None = None,
    stage: Stage | None = None,
    noise: bool = True,
) -> NDArray[np.float32]:
    """Simulate a 12-lead ECG that shows the signs of the given SCP codes.

    Args:
        codes: one or more SCP codes, or a mapping from codes to likelihoods (0 to 100) as in
            PTB-XL's `scp_codes`.
        seed: same seed and arguments, same recording.
        rate_hz: samples a second, 50 to 1000.
        seconds: length, 1 to 600.
        severity: of every sign, 0 (borderline) to 1.5 (extreme), 1 is plain; None draws it from the
            likelihoods.
        male: drawn if None.
        age: years; drawn from 20 to 90 if None.
        stage: of an infarction; "acute" has ST elevation, "recent" T inversion; drawn if None.
        noise: with noise, breath and misplaced electrodes, or without.

    Returns:
        (time, lead) millivolts, leads in the order of `twelvelead.leads.LEADS`. III = II - I, aVR =
        -(I + II) / 2, aVL = I - II / 2 and aVF = II - I / 2 hold to float32 rounding.

    Raises:
        DataError: a code is none of the 71 statements.
        ConfigError: rate, length or severity is out of range.
    """
    _check("rate_hz", rate_hz, 50, 1000)
    _check("seconds", seconds, 1, 600)
    codes = [codes] if isinstance(codes, str) else codes
    likelihoods = dict(codes) if isinstance(codes, Mapping) else dict.fromkeys(codes, 100.0)
    rng, of_person, of_signs, of_beats, of_noise = (
        np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)
    )
    drawn = Person(age=float(rng.uniform(20, 90)), male=bool(rng.random() < 0.5))
    person = Person(age=drawn.age if age is None else age, male=drawn.male if male is None else male)
    if severity is None:
        severities = {code: draw_severity(value, rng) for code, value in likelihoods.items()}
    else:
        _check("severity", severity, 0, 1.5)
        severities = dict.fromkeys(likelihoods, severity)
    heart = build_heart(severities, person, of_person, of_signs, stage)
    disturbance = CLEAN if noise else None
    made = synthesise(heart, seconds, of_beats, of_noise, disturbance)
    return made.leads(rate_hz).astype(np.float32)


def _check(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ConfigError(f"{what} is {value}; allowed is {least} to {most}.")
