"""What tests of engines share: an archive made ready for an engine, and what an engine has made of it."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import write_plan
from twelvelead.commands.archive.source import planned_files
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.predict import ReadingHints

SHARD = 4
"""ECGs."""


def planned(out: Path, sources: Path, model: Path, shard_size: int = SHARD) -> Job:
    """Plan the ECGs below `sources`."""
    out.mkdir()
    write_plan(out, planned_files([sources]), shard_size, {})
    return Job(str(out), str(model), model_digests(model), ReadingHints())


def rows(out: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All answers and all ECGs without one, by file."""
    layout = Layout(out)
    tables = []
    for folder in (layout.parts, layout.bad):
        found = pq.read_table(folder).to_pylist() if folder.is_dir() else []
        tables.append(sorted(found, key=lambda row: row["file"]))
    return tables[0], tables[1]
