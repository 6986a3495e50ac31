"""The walls of the left ventricle as directions.

A lead faces a wall when its row of the lead matrix (`torso`) points the wall's way: II, III and
aVF the inferior wall, I, aVL, V5 and V6 the lateral one, V1 to V4 septum and anterior wall; none
faces the posterior wall, which V1 to V3 show upside down (Wagner et al. 2009, AHA/ACCF/HRS
recommendations part VI, JACC 53:1003; Thygesen et al. 2018, Circulation 138:e618).
"""

from twelvelead.data.simulate.heart import Vector, unit, vector

__all__ = ["TERRITORIES"]

TERRITORIES: dict[str, Vector] = {
    "anterior": unit(vector(0.35, 0.0, -0.95)),
    "anteroseptal": unit(vector(-0.05, 0.0, -1.0)),
    "anterolateral": unit(vector(0.92, -0.15, -0.22)),
    "lateral": unit(vector(0.95, -0.40, 0.05)),
    "inferior": unit(vector(0.05, 1.0, 0.10)),
    "inferolateral": unit(vector(0.70, 0.70, 0.10)),
    "inferoposterior": unit(vector(0.05, 0.75, 0.65)),
    "inferoposterolateral": unit(vector(0.55, 0.60, 0.58)),
    "posterior": unit(vector(0.20, 0.10, 0.97)),
}
"""Unit vectors from the middle of the heart to the wall."""
