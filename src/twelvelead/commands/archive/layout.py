"""Where things lie in the folder of a scored archive, and when a shard of it is finished."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["MANIFEST_FILE", "Layout"]

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class Layout:
    """The folder that `score` writes.

    Readers of Parquet take `parts` (or `bad`) as one data set; names that begin with a point are passed over by them.
    """

    out: Path

    @property
    def parts(self) -> Path:
        """Folder of the answers."""
        return self.out / "parts"

    @property
    def bad(self) -> Path:
        """Folder of the ECGs without an answer."""
        return self.out / "bad"

    @property
    def done(self) -> Path:
        """Folder of the finished shards' manifests."""
        return self.out / "done"

    @property
    def careful(self) -> Path:
        """Folder of the notes on shards that end their processes."""
        return self.out / "careful"

    @property
    def manifest(self) -> Path:
        """Totals, written when every shard is finished."""
        return self.out / MANIFEST_FILE

    @property
    def log(self) -> Path:
        """What the local engine's processes print; absent where they printed nothing."""
        return self.out / "workers.log"

    def part(self, shard: int) -> Path:
        """The answers of a shard."""
        return self.parts / f"part-{shard:06d}.parquet"

    def bad_part(self, shard: int) -> Path:
        """The ECGs of a shard that have no answer; absent where there are none."""
        return self.bad / f"bad-{shard:06d}.parquet"

    def shard_manifest(self, shard: int) -> Path:
        """The mark that a shard is finished."""
        return self.done / f"{shard:06d}.json"

    def careful_note(self, shard: int) -> Path:
        """How far a shard that ends its processes has been tried ECG by ECG."""
        return self.careful / f"{shard:06d}.json"

    def finished(self, shard: int) -> dict[str, Any] | None:
        """The manifest of a shard whose files are all there in their size; None if it is yet to be done."""
        try:
            found: dict[str, Any] = json.loads(self.shard_manifest(shard).read_text(encoding="utf-8"))
            for name, about in found["files"].items():
                if (self.out / name).stat().st_size != about["bytes"]:
                    return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return found

    def clear_leftovers(self) -> None:
        """Remove the temporary files of processes that were killed; nobody else may be writing."""
        for folder in (self.out, self.parts, self.bad, self.done, self.careful):
            for path in folder.glob(".*.tmp"):
                path.unlink(missing_ok=True)

    def clear_unfinished(self) -> None:
        """Remove what was begun by another plan, of which no shard is finished: its shards are not the new one's."""
        for found in (self.parts.glob("part-*.parquet"), self.bad.glob("bad-*.parquet"), self.careful.glob("*.json")):
            for path in found:
                path.unlink(missing_ok=True)
