"""The parameters of one simulated heart: activation waves as dipoles in space and time.

Vectors are heart dipoles in Frank's frame, x to the left, y to the feet, z to the back (Frank
1956), in millivolts as Frank's leads show them. Times are milliseconds. A sign of disease is a
function that changes a `Heart`; what the signs start from is `normal.normal_heart`.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AtrialRhythm",
    "Conduction",
    "EctopicKind",
    "Ectopics",
    "Heart",
    "Rhythm",
    "Vector",
    "Ventricle",
    "Wave",
    "mix",
    "unit",
    "vector",
]

Vector = NDArray[np.float64]
"""Shape (3,): x left, y down, z back; millivolts."""

AtrialRhythm = Literal["sinus", "fibrillation", "flutter", "tachycardia", "wandering"]
Conduction = Literal["all", "wenckebach", "two_to_one", "none"]
EctopicKind = Literal["ventricular", "atrial"]

EDGE_SIGMAS = 2.3
"""Where a Gaussian wave counts as begun or ended: there it has 7 % of its height left."""


def vector(x: float, y: float, z: float) -> Vector:
    """A dipole; x to the left, y to the feet, z to the back."""
    return np.array([x, y, z], dtype=np.float64)


def unit(v: Vector) -> Vector:
    """`v` scaled to length 1."""
    return np.asarray(v / np.linalg.norm(v))


def mix(mild: float, full: float, severity: float) -> float:
    """Linear from `mild` (severity 0) to `full` (severity 1), going on beyond 1."""
    return mild + (full - mild) * severity


@dataclass(slots=True)
class Wave:
    """One wave: a fixed dipole whose size follows a two-sided Gaussian in time.

    Sums of Gaussians for the waves of the ECG: McSharry et al. 2003, IEEE Trans Biomed Eng 50:289;
    as dipoles in space: Sameni et al. 2007, EURASIP J Adv Signal Process, 43407.
    """

    vector: Vector
    centre_ms: float
    """From the onset of the P wave or QRS complex that the wave belongs to."""
    rise_ms: float
    """Standard deviation before the centre."""
    fall_ms: float
    """Standard deviation after the centre."""

    @property
    def end_ms(self) -> float:
        return self.centre_ms + EDGE_SIGMAS * self.fall_ms


def _zero() -> Vector:
    return np.zeros(3)


@dataclass(slots=True)
class Ventricle:
    """How the ventricles are activated and recover in one kind of beat."""

    qrs: dict[str, Wave]
    """The forces of the QRS complex by name; centres count from the onset of the QRS."""
    t: Vector
    """Peak of the T wave."""
    st: Vector = field(default_factory=_zero)
    """Level of the ST segment against the baseline."""
    scoop: Vector = field(default_factory=_zero)
    """Deepest point of a sagging ST segment."""
    u: Vector = field(default_factory=_zero)
    """Peak of the U wave."""
    t_width: float = 1.0
    """Width of the T wave against the usual one."""

    @property
    def qrs_ms(self) -> float:
        """Duration of the QRS complex, up to the last force of some size."""
        return max(w.end_ms for w in self.qrs.values() if np.linalg.norm(w.vector) > 0.04)

    def scale(self, factor: float, *names: str) -> None:
        """Scale the named forces, of those that there are (a blocked bundle leaves others)."""
        for name in names:
            if name in self.qrs:
                self.qrs[name].vector = self.qrs[name].vector * factor

    def loop(self) -> NDArray[np.float64]:
        """The QRS complex millisecond by millisecond, (220, 3) mV."""
        total = np.zeros((220, 3))
        for wave in self.qrs.values():
            offset = np.arange(220) - wave.centre_ms
            width = np.where(offset < 0, wave.rise_ms, wave.fall_ms)
            total += np.exp(-0.5 * (offset / width) ** 2)[:, None] * wave.vector
        return total

    def net(self) -> Vector:
        """The QRS complex integrated over time, mV ms: its direction is the electrical axis."""
        areas = [w.vector * (w.rise_ms + w.fall_ms) for w in self.qrs.values()]
        return np.asarray(np.sum(areas, axis=0))


@dataclass(slots=True)
class Ectopics:
    """Premature beats."""

    kind: EctopicKind
    every: int = 0
    """2 is bigeminy, 3 trigeminy; 0: `count` single ones anywhere."""
    count: int = 1


@dataclass(slots=True)
class Rhythm:
    """What starts the beats, and which of them are conducted."""

    rate_bpm: float = 70.0
    """Of the ventricles; with conduction "wenckebach", "two_to_one" or "none", of the atria."""
    atria: AtrialRhythm = "sinus"
    conduction: Conduction = "all"
    escape_bpm: float = 38.0
    """Of the ventricles where nothing is conducted."""
    irregularity: float = 0.03
    """Standard deviation of the RR interval over its mean, without the respiratory part."""
    respiratory: float = 0.03
    """Amplitude of the respiratory change of the RR interval over its mean."""
    ectopics: list[Ectopics] = field(default_factory=list)
    sudden: bool = False
    """A tachycardia that begins or ends within the recording."""
    paced: bool = False
    wide_escape: bool = True


@dataclass(slots=True)
class Heart:
    """Everything that decides how the recording looks, noise aside."""

    ventricle: Ventricle
    premature: Ventricle
    """Beats from an ectopic focus in the ventricles."""
    paced: Ventricle
    """Beats from an electrode in the apex of the right ventricle; also a wide escape rhythm."""
    p: dict[str, Wave]
    """The P wave; centres count from its onset."""
    orientation: NDArray[np.float64]
    """(3, 3), person's rotation times gain.

    What turns a textbook vector `v` into `v @ orientation`.
    """
    pr_ms: float = 155.0
    qtc_ms: float = 410.0
    """QT at 60 beats a minute."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    fibrillation_mv: float = 0.07
    """Size of fibrillation or flutter waves."""
    stage: Literal["acute", "recent", "old"] = "old"
    """Of an infarction, if there is one."""

    def oriented(self, x: float, y: float, z: float) -> Vector:
        """A textbook vector, turned and scaled as this person's heart is."""
        return np.asarray(vector(x, y, z) @ self.orientation)

    @property
    def gain(self) -> float:
        """How much larger than average this person's voltages are."""
        return float(np.cbrt(np.linalg.det(self.orientation)))
