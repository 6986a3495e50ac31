"""Writing a whole simulated data set in PTB-XL's layout, for everything that reads PTB-XL.

FOLDER/simulated.json         what was asked for; written first
FOLDER/scp_statements.csv     the 71 statements
FOLDER/records100/00000/...   00001_lr.dat, 00001_lr.hea, ...
FOLDER/records500/00000/...   00001_hr.dat, 00001_hr.hea, ...
FOLDER/ptbxl_database.csv     one row a record; written last
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.data.metadata import SIMULATED_MARKER
from twelvelead.data.simulate.ecg import build_heart, synthesise
from twelvelead.data.simulate.heart import Heart
from twelvelead.data.simulate.plan import PlannedRecord, plan_records
from twelvelead.data.simulate.table import database_csv, record_name, row
from twelvelead.data.simulate.wfdb_files import is_complete, to_units, write_record
from twelvelead.data.statements import statements_csv
from twelvelead.errors import ConfigError, DataError
from twelvelead.files import write_json, write_text

__all__ = ["simulate_dataset"]

VERSION = 1
"""Of the simulator: raised whenever the same seed gives other signals."""

RATES = (100, 500)
SECONDS = 10


def simulate_dataset(
    folder: str | Path,
    records: int = 500,
    seed: int = 0,
    rates: tuple[int, ...] = RATES,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a simulated data set in exactly PTB-XL's layout.

    The same arguments give the same bytes. If interrupted, the same call goes on where it stopped.
    A larger data set begins with the records of a smaller one with the same seed.

    Args:
        folder: new, empty, or begun by a call with the same arguments.
        records: how many; at least 1.
        seed: 0 or larger.
        rates: 100, 500 or both: which of PTB-XL's two sampling rates are written.
        progress: called after each record with (records done, records in all).

    Raises:
        DataError: the folder holds something else, or a data set made with other arguments.
        ConfigError: `records`, `seed` or `rates` is not allowed.
    """
    folder = Path(folder)
    _check(records, seed, rates)
    asked = {"simulator": VERSION, "records": records, "seed": seed, "rates": sorted(set(rates))}
    _claim(folder, asked)
    write_text(folder / "scp_statements.csv", statements_csv())
    rows = []
    for done, planned in enumerate(plan_records(records, seed), start=1):
        heart = _write_signals(folder, planned, seed, sorted(set(rates)))
        rows.append(row(planned, heart))
        if progress is not None:
            progress(done, records)
    write_text(folder / "ptbxl_database.csv", database_csv(rows))


def _check(records: int, seed: int, rates: tuple[int, ...]) -> None:
    if records < 1:
        raise ConfigError(f"records is {records}; allowed is 1 or more.")
    if seed < 0:
        raise ConfigError(f"seed is {seed}; allowed is 0 or more.")
    if not rates or not set(rates) <= set(RATES):
        raise ConfigError(f"rates is {tuple(rates)}; allowed are 100, 500 or both.")


def _claim(folder: Path, asked: dict[str, Any]) -> None:
    """Put the marker into an empty folder.

    Refuse any other that is not marked with just `asked`.
    """
    marker = folder / SIMULATED_MARKER
    if marker.is_file():
        try:
            found = json.loads(marker.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if found != asked:
            raise DataError(
                f"{folder} holds a simulated data set made with other settings ({found}); "
                "choose another folder, or delete this one first."
            )
        return
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; give a folder to write the data set to.")
    if folder.is_dir() and any(not p.name.startswith(".") for p in folder.iterdir()):
        raise DataError(f"{folder} is not empty and holds no simulated data set; give a new or empty folder.")
    write_json(marker, asked)


def _write_signals(folder: Path, planned: PlannedRecord, seed: int, rates: list[int]) -> Heart:
    """Write the record's files at all rates, unless they are there.

    Return the heart that made them.
    """
    of_heart, of_beats, of_noise = (np.random.default_rng(s) for s in planned.seed.spawn(3))
    of_person = np.random.default_rng([seed, 1, planned.patient.number])
    heart = build_heart(planned.severities, planned.patient.person, of_person, of_heart, stage=planned.stage)
    paths = {rate: folder / record_name(planned.ecg_id, rate) for rate in rates}
    if all(is_complete(path, rate * SECONDS) for rate, path in paths.items()):
        return heart
    made = synthesise(heart, SECONDS, of_beats, of_noise, planned.disturbance)
    for rate, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_record(path, to_units(made.leads(rate)), rate)
    return heart
