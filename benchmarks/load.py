"""From files to signals: `wfdb.rdsamp` on one record after the other, beside making and opening a signal store.

Only the assignment's loop over records is timed, not its reading of the table; `prepare` is timed with all it does.
Opening a store maps its signals; to be fair to the loop, converting every sample to millivolts is shown as well.
"""

import shutil
from pathlib import Path

import numpy as np

import assignment_way
from table import Findings, check, row
from timing import take_turns
from twelvelead.data.store import SignalStore, open_or_prepare, prepare

MANY_RECORDS = 5000
"""From here on one round is long enough."""


def compare(data: Path, store: Path, quick: bool) -> Findings:
    """Time both ways and compare the signals."""
    rounds = 1 if quick else 3
    table = assignment_way.read_table(data)
    if len(table) >= MANY_RECORDS:
        rounds = 1
    prepare(data, store=store / "kept")  # also brings the files into the system's cache, for both ways
    first = take_turns(rounds, lambda: assignment_way.read_signals(table, data), lambda: _prepare_anew(data, store))
    opening = take_turns(5 * rounds, lambda: None, lambda: open_or_prepare(data, store=store / "kept"))
    whole = take_turns(rounds, lambda: None, lambda: _read_all(open_or_prepare(data, store=store / "kept")))
    loop, preparing = first.medians
    rows = [
        row("load: prepare a store for the first time", "s", loop, preparing, 20),
        row("load: open the prepared store", "s", loop, opening.medians[1], 500),
        row("load: open it and convert every sample", "s", loop, whole.medians[1], None),
    ]
    theirs, ids = assignment_way.read_signals(table, data)
    opened = open_or_prepare(data, store=store / "kept")
    ours = _read_all(opened)[opened.rows_of(ids)]
    equal = [check("signals, mV", float(np.abs(ours - theirs).max()), 1e-6)]
    details = {
        "records": len(table),
        "loop_s": first.assignment,
        "prepare_s": first.twelvelead,
        "open_s": opening.twelvelead,
        "open_and_convert_s": whole.twelvelead,
    }
    return Findings(rows, equal, details)


def _prepare_anew(data: Path, store: Path) -> None:
    shutil.rmtree(store / "new", ignore_errors=True)
    prepare(data, store=store / "new")


def _read_all(store: SignalStore) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    return store.signals / np.float32(store.manifest.units_per_mv)
