"""PTB-XL's table of records: `ptbxl_database.csv` in, a checked DataFrame out.

The traps of this file are handled here and nowhere else: `scp_codes` is Python source and is parsed as a
literal, ids have gaps, patients are floats, noise columns are free text, paths may lie.
"""

import ast
import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twelvelead.errors import DataError, require_choice

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DATABASE_FILE",
    "RATES",
    "SIMULATED_MARKER",
    "check_record_path",
    "data_version",
    "database_bytes",
    "database_digest",
    "filename_column",
    "parse_scp_codes",
    "read_database",
    "read_metadata",
]

DATABASE_FILE = "ptbxl_database.csv"
RATES = {100: "filename_lr", 500: "filename_hr"}
"""Sampling rates in Hz of PTB-XL's two copies of each record, and the column that names the file."""

REQUIRED_COLUMNS = ("patient_id", "scp_codes", "strat_fold", "filename_lr", "filename_hr")
SIMULATED_MARKER = "simulated.json"
"""Left in its folder by `twelvelead simulate`."""

WITHDRAWN = frozenset(
    {
        137, 139, 140, 141, 142, 143, 145, 456, 458, 459, 461, 462, 2506, 2511, 3795, 3798, 3800, 3801, 3832,
        5817, 7777, 7779, 7782, 9821, 9825, 9888, 11810, 11814, 11815, 11817, 11838, 13791, 13793, 13796,
        13797, 13799, 15742, 18150,
    }
)  # fmt: skip
"""The ecg_ids that 1.0.1 has and 1.0.3 has not, most of them duplicates."""

RELEASES = {"1.0.1": (21_837, WITHDRAWN), "1.0.3": (21_799, frozenset[int]())}
"""Releases of PTB-XL: their number of records, and which of `WITHDRAWN` they have."""

LONGEST_SCP_CODES = 10_000
"""Characters; the longest cell of PTB-XL has fewer than 200. Bounds the work of parsing a hostile cell."""


def filename_column(rate_hz: int) -> str:
    """The column that holds the record's path at `rate_hz` (100 or 500 Hz).

    Raises:
        ConfigError: any other rate; PTB-XL has no others.
    """
    require_choice("sampling rate (Hz)", str(rate_hz), [str(rate) for rate in RATES])
    return RATES[rate_hz]


def read_database(data_dir: Path) -> "pd.DataFrame":
    """`ptbxl_database.csv` as pandas reads it, indexed by `ecg_id`, one row a record, nothing converted.

    Raises:
        DataError: the folder or file is missing, is no CSV, lacks a column, or repeats an `ecg_id`.
    """
    import pandas as pd

    path = data_dir / DATABASE_FILE
    try:
        table = pd.read_csv(path, low_memory=False)
    except (FileNotFoundError, NotADirectoryError):
        raise _not_found(path) from None
    except (ValueError, OSError) as error:
        raise DataError(f"{path} cannot be read as a CSV table: {error}.") from error
    missing = [name for name in ("ecg_id", *REQUIRED_COLUMNS) if name not in table.columns]
    if missing:
        raise DataError(f"{path} lacks the column {', '.join(missing)} of PTB-XL 1.0.x.")
    if table.empty:
        raise DataError(f"{path} holds no record.")
    _require_integers(table["ecg_id"], path, "ecg_id")
    repeated = table["ecg_id"][table["ecg_id"].duplicated()]
    if len(repeated):
        raise DataError(f"{path} has ecg_id {repeated.iloc[0]} more than once.")
    return table.set_index("ecg_id")


def database_digest(data_dir: Path) -> str:
    """SHA-256 of `ptbxl_database.csv`, by which a later run sees that the table has changed.

    Raises:
        DataError: as `database_bytes`.
    """
    return hashlib.sha256(database_bytes(data_dir)).hexdigest()


def database_bytes(data_dir: Path) -> bytes:
    """The content of `ptbxl_database.csv`.

    Raises:
        DataError: the folder or file is missing or cannot be read.
    """
    path = data_dir / DATABASE_FILE
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _not_found(path) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error


def read_metadata(data_dir: str | Path) -> "pd.DataFrame":
    """PTB-XL's table with checked types, indexed by `ecg_id`, in the file's order.

    `scp_codes` becomes a dict code -> likelihood (0 to 100), `patient_id` Int64 (missing allowed),
    `strat_fold` int64; every other column is left as pandas reads it.

    Raises:
        DataError: as `read_database`; or a cell of those three columns is not what PTB-XL has there.
    """
    data_dir = Path(data_dir)
    table = read_database(data_dir)
    path = data_dir / DATABASE_FILE
    _require_integers(table["strat_fold"], path, "strat_fold")
    _require_integers(table["patient_id"].dropna(), path, "patient_id")
    codes: list[Any] = []
    for ecg_id, text in table["scp_codes"].items():
        try:
            codes.append(parse_scp_codes(text))
        except DataError as error:
            raise DataError(f"{path}, ecg_id {ecg_id}: {error}") from None
    return table.assign(
        scp_codes=codes,
        patient_id=table["patient_id"].astype("Int64"),
        strat_fold=table["strat_fold"].astype("int64"),
    )


def data_version(data_dir: Path, ecg_ids: Collection[int]) -> str:
    """What the folder holds: a release of PTB-XL, told by its records, a part of one, or a simulation."""
    count = len(ecg_ids)
    if (data_dir / SIMULATED_MARKER).is_file():
        return f"simulated ({count:,} records)"
    found = (count, WITHDRAWN.intersection(ecg_ids))
    release = next((name for name, holds in RELEASES.items() if holds == found), None)
    return f"PTB-XL {release}" if release else f"no complete release of PTB-XL ({count:,} records)"


def parse_scp_codes(text: object) -> dict[str, float]:
    """One cell of `scp_codes`, such as "{'NORM': 100.0, 'SR': 0.0}", as code -> likelihood in percent.

    Parsed as a literal, never evaluated: a cell that is anything but a flat dict of names to numbers
    from 0 to 100 is refused.

    Raises:
        DataError: the cell is no such dict.
    """
    shown = str(text)[:60]
    if not isinstance(text, str) or len(text) > LONGEST_SCP_CODES:
        raise DataError(f"scp_codes {shown!r} is not the text of a dict of codes.")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise DataError(f"scp_codes {shown!r} is not the text of a dict of codes.") from None
    if not isinstance(value, Mapping):
        raise DataError(f"scp_codes {shown!r} is a {type(value).__name__}, not a dict of codes.")
    for code, likelihood in value.items():
        number = isinstance(likelihood, int | float) and not isinstance(likelihood, bool)
        if not (isinstance(code, str) and number and 0 <= likelihood <= 100):
            raise DataError(f"scp_codes {shown!r} has {code!r}: {likelihood!r}, not 0 to 100.")
    return {code: float(likelihood) for code, likelihood in value.items()}


def check_record_path(name: object) -> str:
    """The path of a record below the data folder, as the table gives it, once it is known to stay there.

    Symbolic links inside the folder are its owner's own and are followed.

    Raises:
        DataError: the path is empty, absolute, climbs with "..", or has a drive, backslash or NUL.
    """
    if not isinstance(name, str) or not name.strip():
        raise DataError("no file name given")
    if any(sign in name for sign in "\\:\0"):
        raise DataError(f"path {name!r} has a sign that no PTB-XL path has")
    if name.startswith("/") or ".." in name.split("/"):
        raise DataError(f"path {name!r} leads outside the data folder")
    return name


def _not_found(path: Path) -> DataError:
    return DataError(
        f"{path} not found: give the folder that holds PTB-XL's {DATABASE_FILE}, "
        "or make a simulated one with `twelvelead simulate DIR`."
    )


def _require_integers(column: "pd.Series", path: Path, name: str) -> None:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    # Beyond 2^53 a float no longer tells whole numbers apart.
    wrong = column[~((numbers % 1 == 0) & (numbers.abs() < 2**53))]
    if len(wrong):
        raise DataError(f"{path}: {name} has {wrong.tolist()[0]!r}, which is not a whole number.")
