"""What is done of a plan: counts for progress, and the audit at the end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import Plan
from twelvelead.errors import DataError
from twelvelead.files import write_json
from twelvelead.notice import NOTICE

__all__ = ["ScoreTotals", "Tally", "finish"]


@dataclass(frozen=True)
class ScoreTotals:
    """What the folder holds when all is done."""

    ecgs: int
    """In all; each is in `parts` or in `bad`, once."""
    scored: int
    bad: int
    """Without an answer; the table in `bad` says why."""
    shards: int
    shards_now: int
    """Of them those that this call scored; the others were there."""
    out: Path
    """`out/parts` is the table of answers."""


class Tally:
    """Counts of what is done, for progress and for the end."""

    def __init__(self, plan: Plan, progress: Callable[[int, int], None] | None) -> None:
        self._plan, self._progress = plan, progress
        self._begun: dict[int, int] = {}
        self._before = 0
        self._ecgs_now = 0
        self.shards_now = 0

    @property
    def _ecgs(self) -> int:
        return self._before + self._ecgs_now

    def unfinished(self, layout: Layout) -> Iterator[int]:
        """The shards that are yet to be done, looked for as they are asked for."""
        for shard in range(self._plan.shards):
            manifest = layout.finished(shard)
            if manifest is None:
                yield shard
            else:
                self._before += manifest["ecgs"]

    def note(self, shard: int, event: int | dict[str, Any]) -> None:
        """A shard has come further, or is finished."""
        if isinstance(event, int):
            self._begun[shard] = event
        else:
            self._begun.pop(shard, None)
            self._ecgs_now += event["ecgs"]
            self.shards_now += 1
        if self._progress:
            self._progress(self._ecgs + sum(self._begun.values()), self._plan.ecgs)

    def stopped(self) -> str:
        """What to say after Ctrl-C."""
        return f"stopped by hand after {self._ecgs:,} of {self._plan.ecgs:,} ECGs; the same command goes on."


def finish(layout: Layout, plan: Plan, tally: Tally) -> ScoreTotals:
    """Check that every shard is there with all its ECGs, and write the totals.

    Raises:
        DataError: one is not.
    """
    scored, bad = _audited(layout.finished(shard) for shard in range(plan.shards))
    if scored + bad != plan.ecgs:
        raise DataError(f"{layout.out} holds {scored + bad:,} of {plan.ecgs:,} ECGs; the same command completes it.")
    totals = {"ecgs": plan.ecgs, "scored": scored, "bad": bad, "shards": plan.shards}
    write_json(layout.manifest, {**totals, "about": plan.about, "notice": NOTICE})
    return ScoreTotals(**totals, shards_now=tally.shards_now, out=layout.out)


def _audited(manifests: Iterable[dict[str, Any] | None]) -> tuple[int, int]:
    scored = bad = 0
    for manifest in manifests:
        if manifest is None:
            continue
        rows = [about["rows"] for about in manifest["files"].values()]
        if sum(rows) == manifest["ecgs"] == manifest["scored"] + manifest["bad"]:
            scored, bad = scored + manifest["scored"], bad + manifest["bad"]
    return scored, bad
