"""The folder for the results: empty, or of the same call before; and the plan in it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import twelvelead
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import PLAN_FILES, Plan, read_plan, write_plan
from twelvelead.commands.archive.source import StoreFolder, find_store, planned_files, planned_records
from twelvelead.errors import ConfigError, DataError
from twelvelead.inference.model_digests import model_digests
from twelvelead.inference.predict import ReadingHints, load, shown_path

__all__ = ["LOCK", "make_folder", "open_plan"]

LOCK = "lock"
"""Held by the process that scores into the folder."""


def make_folder(folder: Path) -> None:
    """The folder for the results, which must not hold anything else.

    Raises:
        ConfigError: it does, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = {path.name for path in folder.iterdir() if not path.name.startswith(".")} - {LOCK}
    except OSError as error:
        raise ConfigError(f"--out {folder} cannot be used: {error.strerror}.") from error
    if inside and PLAN_FILES[-1] not in inside and not inside <= set(PLAN_FILES):
        raise ConfigError(f"--out {folder} holds other files ({sorted(inside)[0]}); name a new or an empty folder.")


def open_plan(
    folder: Path,
    sources: Sequence[Path],
    model: Path,
    hints: ReadingHints,
    shard_size: int,
    store: Path | None,
    found: Callable[[int], None] | None,
) -> tuple[Plan, StoreFolder | None]:
    """The plan in the folder if it is of the same call, else a new one; and the signal store, if that is the source."""
    about: dict[str, Any] = {
        "model": model_digests(model),
        "options": {**asdict(hints), "leads": list(hints.leads) if hints.leads is not None else None},
        "sources": [shown_path(path.absolute()) for path in sources],
        "store": str(store.absolute()) if store else None,
        "shard size": shard_size,
        "version": twelvelead.__version__,
    }
    plan = read_plan(folder)
    if plan is not None and _same(Layout(folder), plan.about, about):
        where = plan.about["signals"]
        return plan, StoreFolder(**where) if where else None
    _check_sources(sources)
    Layout(folder).clear_unfinished()
    opened = find_store(sources, hints.rate_hz, lambda: load(model, "cpu").info.rate_hz, store)
    if opened is None:
        return write_plan(folder, planned_files(sources), shard_size, {**about, "signals": None}, found), None
    if hints.leads or hints.unit:
        raise ConfigError("a data folder says its leads and unit itself; leave --leads and --unit out.")
    where, records = planned_records(opened)
    return write_plan(folder, records, shard_size, {**about, "signals": asdict(where)}, found), where


def _same(layout: Layout, before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a plan is of the same call; if it is not, nothing may be finished yet.

    Raises:
        ConfigError: something is.
    """
    other = [name for name, value in now.items() if before.get(name) != value]
    if other and layout.done.is_dir() and any(layout.done.glob("*.json")):
        raise ConfigError(
            f"{layout.out} was begun by a call that differs in its {', '.join(other)}; score into another folder, or "
            "repeat the command as it was."
        )
    return not other


def _check_sources(sources: Sequence[Path]) -> None:
    """Refuse sources of which one holds the other: its ECGs would be there twice.

    Raises:
        DataError: there are such, or none at all.
    """
    if not sources:
        raise DataError("name the ECGs to score: files or folders.")
    resolved = [path.resolve() for path in sources]
    for i, path in enumerate(resolved):
        for other in resolved[:i]:
            if path.is_relative_to(other) or other.is_relative_to(path):
                raise DataError(f"{sources[i]} is named twice; its ECGs would be scored twice.")
