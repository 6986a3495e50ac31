"""What is to be scored, listed once: ECGs in shards, in an order that stays.

`plan.jsonl` has a line a shard, `plan.offsets` where each line begins, so that a shard is found without reading the
others; `plan.json`, written last, says what it is. Memory holds one shard at a time, however many there are.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twelvelead.errors import DataError
from twelvelead.files import atomic_path, write_json
from twelvelead.inference.predict import shown_path

__all__ = ["PLAN_FILES", "Plan", "PlannedEcg", "read_plan", "write_plan"]

FORMAT = 1
PLAN_FILE = "plan.json"
LINES_FILE = "plan.jsonl"
OFFSETS_FILE = "plan.offsets"
PLAN_FILES = (LINES_FILE, OFFSETS_FILE, PLAN_FILE)
"""In the order in which they are written."""


class PlannedEcg(NamedTuple):
    """One ECG: a file, or a record of a signal store."""

    file: str
    """Its absolute path as Python has it, whatever bytes it holds; of a store's record what its table calls it."""
    ecg_id: int | None = None
    """Of a store's record."""
    row: int | None = None
    """In the store; -1 for a record that it left out."""
    reason: str = ""
    """Why it was left out."""

    @property
    def shown(self) -> str:
        """What stands in the table's column `file`."""
        return shown_path(Path(self.file)) if self.row is None else self.file


@dataclass(frozen=True)
class Plan:
    """A plan on disk."""

    folder: Path
    shards: int
    ecgs: int
    about: dict[str, Any]
    """What the answers depend on: model, options, source."""

    def read(self, shard: int) -> list[PlannedEcg]:
        """The ECGs of a shard.

        Raises:
            DataError: the plan is damaged.
        """
        try:
            with (self.folder / OFFSETS_FILE).open("rb") as stream:
                stream.seek(8 * shard)
                begin, end = np.frombuffer(stream.read(16), "<u8").tolist()
            with (self.folder / LINES_FILE).open("rb") as stream:
                stream.seek(begin)
                return _from_line(stream.read(end - begin))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self.folder, error) from error


def write_plan(
    folder: Path,
    ecgs: Iterable[PlannedEcg],
    shard_size: int,
    about: dict[str, Any],
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """List the ECGs once and for all.

    Args:
        folder: exists.
        ecgs: taken one shard at a time.
        shard_size: ECGs of a shard; the last one may have fewer.
        about: JSON; what the answers depend on.
        progress: called with the number of ECGs found so far.

    Raises:
        DataError: there are none.
    """
    rest, count, shards, position = iter(ecgs), 0, 0, 0
    with atomic_path(folder / LINES_FILE) as lines, atomic_path(folder / OFFSETS_FILE) as offsets:
        with lines.open("wb") as line_stream, offsets.open("wb") as offset_stream:
            offset_stream.write(np.uint64(0).astype("<u8").tobytes())
            while shard := list(islice(rest, shard_size)):
                position += line_stream.write(_to_line(shard))
                offset_stream.write(np.uint64(position).astype("<u8").tobytes())
                count, shards = count + len(shard), shards + 1
                if progress:
                    progress(count)
        if not count:
            raise DataError("there is no ECG to score; `twelvelead formats` lists the files that are known.")
        (folder / PLAN_FILE).unlink(missing_ok=True)  # an older one, whose lines these are not
    write_json(folder / PLAN_FILE, {"format": FORMAT, "ecgs": count, "shards": shards, "about": about})
    return Plan(folder, shards, count, about)


def read_plan(folder: Path) -> Plan | None:
    """The plan in a folder, or None where there is none yet.

    Raises:
        DataError: it is damaged, or of another version's format.
    """
    try:
        values = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error
    try:
        plan = Plan(folder, int(values["shards"]), int(values["ecgs"]), dict(values["about"]))
        whole = values["format"] == FORMAT and os.stat(folder / OFFSETS_FILE).st_size == 8 * (plan.shards + 1)  # noqa: PTH116
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, error) from error
    if not whole:
        raise DataError(f"{folder / PLAN_FILE} is of another version or incomplete; score into another folder.")
    return plan


def _to_line(shard: list[PlannedEcg]) -> bytes:
    """A shard as a line of ASCII: bytes of a name that are no text stay what they are, as lone surrogates."""
    if shard[0].row is not None:
        return json.dumps({"records": shard}, separators=(",", ":")).encode() + b"\n"
    prefix = os.path.commonprefix([ecg.file for ecg in shard])  # noqa: RUF071
    files = [ecg.file[len(prefix) :] for ecg in shard]
    return json.dumps({"prefix": prefix, "files": files}, separators=(",", ":")).encode() + b"\n"


def _from_line(line: bytes) -> list[PlannedEcg]:
    values = json.loads(line)
    if "records" in values:
        return [PlannedEcg(*ecg) for ecg in values["records"]]
    return [PlannedEcg(values["prefix"] + rest) for rest in values["files"]]


def _damaged(folder: Path, error: Exception) -> DataError:
    return DataError(f"the plan in {folder} cannot be read ({error}); score into another folder.")
