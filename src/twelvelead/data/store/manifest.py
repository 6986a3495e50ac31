"""`manifest.json` of a signal store: written last, so that its presence means that the store is whole."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from twelvelead.errors import DataError
from twelvelead.files import write_json
from twelvelead.leads import LEADS, UNITS_PER_MV

__all__ = ["FORMAT", "MANIFEST_FILE", "Manifest"]

FORMAT = 1
"""Raised when the layout changes; a store of another format is built anew."""

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a store holds."""

    rate_hz: int
    samples: int
    """Samples of each record."""
    rows: int
    """Rows of `signals.npy` in use."""
    records: int
    """Records in `records.parquet`, the ones left out included."""
    database_sha256: str
    """Of the `ptbxl_database.csv` that it was made from."""
    data_dir: str
    format: int = FORMAT
    units_per_mv: int = UNITS_PER_MV
    leads: tuple[str, ...] = LEADS

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`, atomically."""
        write_json(folder / MANIFEST_FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Manifest | None":
        """The manifest in `folder`, or None where there is none or it is of another format.

        Raises:
            DataError: the file is there but is no manifest.
        """
        path = folder / MANIFEST_FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise DataError(f"{path} cannot be read ({error}); delete {folder} and prepare again.") from error
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            return None
        try:
            manifest = cls(**{**values, "leads": tuple(values["leads"])})
            sizes = (manifest.rate_hz, manifest.samples, manifest.rows, manifest.records)
            if all(isinstance(size, int) and size >= 0 for size in sizes):
                return manifest
        except (TypeError, KeyError):
            pass
        raise DataError(f"{path} is no manifest; delete {folder} and prepare again.")
