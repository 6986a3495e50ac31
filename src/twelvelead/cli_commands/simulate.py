"""`twelvelead simulate`: options, help, what is printed."""

from pathlib import Path
from typing import Literal

from twelvelead.progress import counting

__all__ = ["simulate"]


def simulate(
    folder: Path,
    *,
    records: int = 500,
    seed: int = 0,
    rate: Literal["100", "500", "both"] = "both",
) -> int:
    """Write a simulated data set in PTB-XL's layout.

    Example: twelvelead simulate made-up --records 1000 --seed 1

    Parameters
    ----------
    folder
        New or empty folder.
    records
        Number of 10 s ECGs.
    seed
        The same seed gives the same files.
    rate
        Sampling rates to write, Hz.
    """
    from twelvelead.data.simulate import simulate_dataset

    rates = (100, 500) if rate == "both" else (int(rate),)
    with counting("simulated") as progress:
        simulate_dataset(folder, records=records, seed=seed, rates=rates, progress=progress)
    print(f"{records:,} simulated ECGs in {folder}")
    return 0
