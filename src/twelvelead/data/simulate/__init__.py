"""Simulated ECGs in PTB-XL's layout: the data of the demo and the tests; no download, no patients.

A heart-vector model. Each file does one thing; read them in this order:
    heart         the parameters: dipole waves in space and time
    normal        the normal heart and how people differ
    territories, infarction, repolarisation, conduction, hypertrophy, rhythm    signs of disease
    signs         all 71 SCP codes to their signs
    timing        rhythm to beat times
    dipole        heart and beats to the dipole over time
    torso, noise  dipole to electrodes to leads; what disturbs them
    ecg           `simulate_ecg`: codes in, one recording out
    cases, plan, report_text, table, wfdb_files    who has what, and how PTB-XL writes it down
    dataset       `simulate_dataset`: a whole folder
Simulated recordings look like ECGs and are none: results on them say nothing about patients.
"""

from twelvelead.data.simulate.dataset import simulate_dataset
from twelvelead.data.simulate.ecg import simulate_ecg

__all__ = ["simulate_dataset", "simulate_ecg"]
