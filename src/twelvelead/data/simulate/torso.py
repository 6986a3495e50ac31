"""From the heart's dipole to nine electrodes, and from those to the twelve leads.

Projection: Dower, Machado and Osborne 1980, Clin Cardiol 3:97, the matrix that gives I, II and V1
to V6 from Frank's x, y and z. Electrodes come in between so that noise, too, obeys Einthoven and
Goldberger.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DOWER",
    "ELECTRODES",
    "LEADS_FROM_DIPOLE",
    "electrode_matrix",
    "frontal_axis",
    "leads_from_electrodes",
    "respiration",
]

Array = NDArray[np.float64]

DOWER: Array = np.array([
    [0.632, -0.235, 0.059],  # I
    [0.235, 1.066, -0.132],  # II
    [-0.515, 0.157, -0.917],  # V1
    [0.044, 0.164, -1.387],  # V2
    [0.882, 0.098, -1.277],  # V3
    [1.213, 0.127, -0.601],  # V4
    [1.125, 0.127, -0.086],  # V5
    [0.831, 0.076, 0.230],  # V6
])  # fmt: skip
"""(8, 3): leads I, II, V1 to V6 from x (left), y (down), z (back)."""

ELECTRODES: tuple[str, ...] = ("RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6")


def leads_from_electrodes(electrodes: Array) -> Array:
    """Potentials (time, 9) of `ELECTRODES` to leads (time, 12) in the order of `leads.LEADS`.

    I = LA - RA, II = LL - RA, III = LL - LA (Einthoven); aVR, aVL and aVF against the mean of the
    other two (Goldberger); V1 to V6 against the mean of the three limbs (Wilson).
    """
    ra, la, ll = (electrodes[:, k] for k in range(3))
    leads = np.empty((len(electrodes), 12))
    leads[:, 0], leads[:, 1], leads[:, 2] = la - ra, ll - ra, ll - la
    leads[:, 3] = ra - (la + ll) / 2
    leads[:, 4] = la - (ra + ll) / 2
    leads[:, 5] = ll - (ra + la) / 2
    leads[:, 6:] = electrodes[:, 3:] - ((ra + la + ll) / 3)[:, None]
    return leads


def _electrodes(eight: Array) -> Array:
    """(3, 9): dipole to potentials against Wilson's terminal, from eight rows as `DOWER`'s."""
    ra = -(eight[0] + eight[1]) / 3
    return np.vstack([ra, ra + eight[0], ra + eight[1], eight[2:]]).T


LEADS_FROM_DIPOLE: Array = leads_from_electrodes(_electrodes(DOWER))
"""(3, 12): dipole (time, 3) times this are the leads of a textbook torso."""


def frontal_axis(dipole: Array) -> float:
    """Angle of a dipole (3,) as the limb leads show it, degrees: 0 along I, 90 along aVF."""
    one, two = DOWER[:2] @ dipole
    return float(np.degrees(np.arctan2((two - one / 2) * 2 / np.sqrt(3), one)))


def electrode_matrix(rng: np.random.Generator, spread: float = 1.0) -> Array:
    """(3, 9): dipole (time, 3) times this are potentials of `ELECTRODES` against Wilson's terminal.

    Chest electrodes sit a little off their places in everybody: each row is mixed with a
    neighbour's (up to 35 % to the right, 15 % to the left) and varied by 0.07; `spread` scales
    both, 0 gives the bare matrix.
    """
    chest = DOWER[2:]
    shift = spread * rng.uniform(-0.35, 0.15) + spread * rng.normal(0, 0.05, 6)
    toward_right = np.vstack([chest[:1], chest[:-1]])
    toward_left = np.vstack([chest[1:], chest[-1:]])
    neighbour = np.where(shift[:, None] < 0, toward_right, toward_left)
    share = np.abs(shift)[:, None]
    moved = (1 - share) * chest + share * neighbour + spread * rng.normal(0, 0.07, (6, 3))
    return _electrodes(np.vstack([DOWER[:2], moved]))


def respiration(dipole: Array, rate_hz: float, rng: np.random.Generator, spread: float = 1.0) -> Array:
    """Turn and scale the dipole with the breath: up to about 4 degrees and 4 % at 0.18 to 0.32 Hz.

    Axis rotation as the way respiration enters the ECG: Moody et al. 1985, Computers in Cardiology
    12:113.
    """
    times = np.arange(len(dipole)) / rate_hz
    breath = np.sin(2 * np.pi * rng.uniform(0.18, 0.32) * times + rng.uniform(0, 2 * np.pi))
    a, b, c = spread * rng.normal(0, 0.03, 3)
    scale = spread * rng.normal(0, 0.02)
    change = np.array([[scale, a, b], [-a, scale, c], [-b, -c, scale]])
    return np.asarray(dipole + breath[:, None] * (dipole @ change))
