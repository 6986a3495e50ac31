"""On paper: hours, cost and bytes of scoring many ECGs, from measured rates and stated assumptions."""

from dataclasses import dataclass

SIZES = (10**6, 10**8, 10**9)


@dataclass(frozen=True)
class Measured:
    """What `score_rate.py` has measured for one source."""

    source: str
    cpu_ms: float
    """Of one core for an ECG: read, prepared, predicted, written."""
    bytes_in: float
    """Of an ECG in its files."""
    bytes_out: float
    """Of an ECG in all tables, plan included."""
    list_us: float
    """To find an ECG and write it into the plan; done by one process."""


@dataclass(frozen=True)
class Assumed:
    """What no measurement here says."""

    price_core_hour: float = 0.04
    """In any currency; some 0.04 US dollars are asked for a core of a general machine with 4 GB in 2026."""
    busy: float = 0.8
    """Part of the time that the cores compute: the rest is starting, waiting for storage, a last shard."""
    cores: dict[int, int] | None = None
    """By number of ECGs."""
    shard_size: dict[int, int] | None = None

    def cores_for(self, ecgs: int) -> int:
        return (self.cores or {10**6: 16, 10**8: 256, 10**9: 1024})[ecgs]

    def shard_size_for(self, ecgs: int) -> int:
        return (self.shard_size or {10**6: 2048, 10**8: 16_384, 10**9: 65_536})[ecgs]


def paper(measured: Measured, ecgs: int, assumed: Assumed) -> dict[str, float]:
    """Hours, cost and bytes for so many ECGs.

    core hours = ECGs x CPU time of one / busy part; hours = core hours / cores; listing is one process's.
    """
    core_hours = ecgs * measured.cpu_ms / 3.6e6 / assumed.busy
    cores, hours = assumed.cores_for(ecgs), core_hours / assumed.cores_for(ecgs)
    return {
        "ecgs": ecgs,
        "cores": cores,
        "core_hours": core_hours,
        "hours": hours,
        "listing_hours": ecgs * measured.list_us / 3.6e9,
        "cost": core_hours * assumed.price_core_hour,
        "read_tb": ecgs * measured.bytes_in / 1e12,
        "read_mb_s": ecgs * measured.bytes_in / 1e6 / (hours * 3600),
        "written_gb": ecgs * measured.bytes_out / 1e9,
        "shards": -(-ecgs // assumed.shard_size_for(ecgs)),
    }


def paper_table(measured: list[Measured], assumed: Assumed) -> list[str]:
    """The calculation as a Markdown table."""
    lines = [
        "| source | ECGs | cores | core hours | hours | of listing | cost | read | while scoring | written | parts |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in measured:
        for ecgs in SIZES:
            r = paper(one, ecgs, assumed)
            lines.append(
                f"| {one.source} | 10^{len(str(ecgs)) - 1} | {r['cores']:,} | {_digits(r['core_hours'])} | "
                f"{_digits(r['hours'])} | {_digits(r['listing_hours'])} | {_digits(r['cost'])} | "
                f"{_digits(r['read_tb'])} TB | {_digits(r['read_mb_s'])} MB/s | {_digits(r['written_gb'])} GB | "
                f"{r['shards']:,} |"
            )
    return lines


def _digits(value: float) -> str:
    """Two figures that count."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
