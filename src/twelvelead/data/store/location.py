"""Where the signal store of a data folder lies."""

import hashlib
import os
import stat
from pathlib import Path

from twelvelead.files import writable_folder

__all__ = ["store_folder"]


def store_folder(data_dir: Path, rate_hz: int, store: Path | None = None) -> Path:
    """The folder of the signal store for `data_dir` at `rate_hz`.

    `store` if given; else `.twelvelead` beside the data where that may be written to; else a folder of the
    user's cache (`$XDG_CACHE_HOME`, by default `~/.cache`) that is named after the data folder.
    """
    name = f"signals-{rate_hz}hz"
    if store is not None:
        return store / name
    beside = data_dir / ".twelvelead"
    if beside.exists() or (writable_folder(data_dir) and _meant_to_be_written(data_dir)):
        return beside / name
    resolved = str(data_dir.resolve())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(resolved.encode()).hexdigest()[:12]
    return cache / "twelvelead" / f"{data_dir.resolve().name}-{digest}" / name


def _meant_to_be_written(folder: Path) -> bool:
    # The superuser may write anywhere; a folder without any write permission was still closed on purpose.
    return not folder.exists() or bool(folder.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
