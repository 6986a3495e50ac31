"""A data set of a few records in PTB-XL's layout, made by hand, for tests that damage it."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twelvelead.leads import LEADS

PTBXL_ORDER = tuple(lead.upper() for lead in LEADS)


class SmallDataset:
    """Records of noise at 100 Hz with headers as PTB-XL has them, and the table's needed columns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[int, dict[str, Any]] = {}
        self.units: dict[int, NDArray[np.int16]] = {}

    def add(self, ecg_id: int, seed: int | None = None, **columns: Any) -> Path:
        """Write one record and its row of the table; return its path without suffix."""
        units = noise(ecg_id if seed is None else seed)
        name = f"records100/00000/{ecg_id:05d}_lr"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_plain(path, units)
        row = {"patient_id": float(ecg_id), "scp_codes": "{'NORM': 100.0, 'SR': 0.0}", "strat_fold": ecg_id % 10 + 1}
        row |= {"filename_lr": name, "filename_hr": name.replace("100", "500").replace("_lr", "_hr")}
        self.rows[ecg_id] = row | columns
        self.units[ecg_id] = units
        self.save()
        return path

    def save(self) -> None:
        """Write `ptbxl_database.csv` from `rows`, in their order."""
        with (self.folder / "ptbxl_database.csv").open("w", newline="", encoding="utf-8") as stream:
            columns = ["ecg_id", "patient_id", "scp_codes", "strat_fold", "filename_lr", "filename_hr"]
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows({"ecg_id": ecg_id, **row} for ecg_id, row in self.rows.items())


def noise(seed: int, samples: int = 1000) -> NDArray[np.int16]:
    """`(samples, 12)` int16 that differs in every lead."""
    return np.random.default_rng(seed).integers(-3000, 3000, (samples, 12)).astype("<i2")


def header_text(
    name: str, units: NDArray[np.int16], rate: int = 100, leads: Sequence[str] = PTBXL_ORDER, gain: str = "1000.0(0)/mV"
) -> str:
    """The header that PTB-XL has for `units` `(time, lead)`."""
    sums = units.sum(axis=0, dtype=np.int64) % 65536
    lines = [f"{name} {len(leads)} {rate} {len(units)}"]
    lines += [f"{name}.dat 16 {gain} 16 0 {units[0, i]} {sums[i]} 0 {lead}" for i, lead in enumerate(leads)]
    return "\n".join(lines) + "\n"


def write_plain(path: Path, units: NDArray[np.int16], **fields: Any) -> None:
    """Write `path`.dat and `path`.hea."""
    path.with_suffix(".dat").write_bytes(units.astype("<i2").tobytes())
    path.with_suffix(".hea").write_text(header_text(path.name, units, **fields))
