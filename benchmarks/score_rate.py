"""How fast `twelvelead score` is, where its time goes, and from that, on paper, what very many ECGs would take.

    python benchmarks/score_rate.py --ecgs 2000 --json build/score.json      measures and prints the tables
    python benchmarks/score_rate.py --paper build/score.json --price 0.04    the calculation alone
    ... --docs docs/scale.md                                                 writes them between the comments there

Simulated ECGs of 10 s. Processor time of each step is measured with nothing beside it, in one process; rates with the
real engines, from the first sign of progress to the last, so that they are of a long run, without its start.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pandas as pd

from machine import describe
from page import conditions, is_busy, put
from score_paper import Assumed, Measured, paper_table
from twelvelead.commands.archive.layout import Layout
from twelvelead.commands.archive.plan import PlannedEcg, write_plan
from twelvelead.commands.archive.score import score
from twelvelead.commands.archive.source import planned_files
from twelvelead.commands.archive.table import write_table
from twelvelead.commands.export_run import export_run
from twelvelead.data.simulate import simulate_dataset
from twelvelead.data.store import prepare
from twelvelead.formats import read
from twelvelead.formats.recording import Recording, make_recording
from twelvelead.inference.predict import load
from twelvelead.inference.prepare import prepare_recording
from twelvelead.leads import LEADS, UNITS_PER_MV

SHARD = 128
STEPS = ("read", "prepare", "predict", "write")
OTHER = "CSV, 500 Hz"


def make_sources(folder: Path, ecgs: int) -> dict[str, Path]:
    """The same ECGs as WFDB at both rates, as CSV, and as a store, by name."""
    data = folder / "data"
    simulate_dataset(data, records=ecgs, seed=0, rates=(100, 500))
    tables = folder / "csv"
    tables.mkdir()
    for header in sorted((data / "records500").rglob("*.hea")):
        frame = pd.DataFrame(read(header).signal_mv, columns=[f"{lead} (mV)" for lead in LEADS])
        frame.insert(0, "time", [i / 500 for i in range(len(frame))])
        frame.round(4).to_csv(tables / f"{header.stem}.csv", index=False)
    store = prepare(data, 100, folder / "store").store.folder
    return {
        "WFDB, 100 Hz": data / "records100",
        "WFDB, 500 Hz": data / "records500",
        OTHER: tables,
        "store, 100 Hz": store,
    }


def steps(source: Path, model: str, ecgs: int) -> dict[str, float]:
    """Milliseconds of processor time of each step for one ECG."""
    loaded = load(model, "cpu", workers=1)
    files = [Path(ecg.file) for _, ecg in zip(range(ecgs), planned_files([source]))] if not _is_store(source) else []
    times = dict.fromkeys(STEPS, 0.0)
    recordings = _timed(times, "read", lambda: [read(path) for path in files] if files else _rows(source, ecgs))
    prepared = _timed(times, "prepare", lambda: [prepare_recording(one, loaded.info) for one in recordings])
    del prepared
    # All of it, less what was measured alone, is predicting: the model's own road, batches as they are.
    loaded_answers = _timed(times, "predict", lambda: list(loaded.predict_files(iter(recordings))))
    times["predict"] -= times["prepare"]
    rows = [(PlannedEcg(one.file), one) for one in loaded_answers if one.error is None]
    with tempfile.TemporaryDirectory() as folder:
        _timed(times, "write", lambda: write_table(Path(folder) / "part.parquet", rows, loaded.info.classes, {}, False))
    return {name: 1000 * seconds / len(recordings) for name, seconds in times.items()}


def _is_store(source: Path) -> bool:
    return (source / "signals.npy").is_file()


def _rows(store: Path, ecgs: int) -> list[Recording]:
    from twelvelead.data.store import SignalStore

    opened = SignalStore.open(store)
    return [make_recording(row / UNITS_PER_MV, opened.rate_hz, LEADS, "a row") for row in opened.signals[:ecgs]]


def _timed(times: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    before = time.process_time()
    result = work()
    times[name] = time.process_time() - before
    return result


def rate(source: Path, out: Path, model: str, engine: str, workers: int) -> dict[str, float]:
    """ECGs a second from the first sign of progress to the last, seconds before it, and bytes written for an ECG."""
    seen: list[tuple[float, int]] = []
    begun = time.perf_counter()
    totals = score(
        source,
        out,
        model,
        engine=engine,  # type: ignore[arg-type]
        workers=workers,
        device="cpu",
        shard_size=SHARD,
        progress=lambda done, total: seen.append((time.perf_counter(), done)),
    )
    (first, before), (last, after) = seen[0], seen[-1]
    layout = Layout(out)
    written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file() and path != layout.manifest)
    return {
        "start_s": first - begun,
        "rate": (after - before) / max(1e-9, last - first),
        "bytes_out": written / totals.ecgs,
    }


def list_us(source: Path, folder: Path, ecgs: int) -> float:
    """Microseconds to find an ECG and to plan it; a store's records are in its table already."""
    folder.mkdir()
    records = (PlannedEcg(f"{i:08d}", i, i) for i in range(ecgs)) if _is_store(source) else planned_files([source])
    before = time.perf_counter()
    plan = write_plan(folder, records, SHARD, {})
    return 1e6 * (time.perf_counter() - before) / plan.ecgs


def bytes_in(source: Path, ecgs: int) -> float:
    """Bytes of an ECG's files."""
    files = [source / "signals.npy"] if _is_store(source) else [path for path in source.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / ecgs


def measure(ecgs: int, model: str, counts: list[int], step_ecgs: int, with_ray: bool) -> dict[str, Any]:
    """Everything, for all sources."""
    machine = describe()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exported = str(export_run(model, out=folder / "model.onnx").file)
        for number, (source, path) in enumerate(make_sources(folder, ecgs).items()):
            runs = [("local", count) for count in counts] + ([("ray", max(counts))] if with_ray else [])
            rates = {
                f"{engine} {count}": rate(path, folder / f"{number}-{engine}-{count}", model, engine, count)
                for engine, count in runs
            }
            found.append(
                {
                    "source": source,
                    "steps_ms": steps(path, model, min(ecgs, step_ecgs)),
                    "exported_ms": steps(path, exported, min(ecgs, step_ecgs))["predict"],
                    "rates": rates,
                    "list_us": list_us(path, folder / f"{number}-plan", ecgs),
                    "bytes_in": bytes_in(path, ecgs),
                }
            )
            print(f"measured: {source}", file=sys.stderr)
    return {"machine": machine, "model": model, "ecgs": ecgs, "sources": found}


def _has_ray() -> bool:
    try:
        import ray  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


def rate_table(result: dict[str, Any]) -> list[str]:
    """ECGs a second by source and engine, then the steps, as Markdown."""
    runs = list(result["sources"][0]["rates"])
    titles = [f"{run.split()[0]}, {run.split()[1]} worker{'s' * (run.split()[1] != '1')}" for run in runs]
    lines = [f"| ECGs a second | {' | '.join(titles)} |", f"|---|{'---:|' * len(runs)}"]
    for one in result["sources"]:
        rates = [one["rates"][run]["rate"] for run in runs]
        lines.append(f"| {one['source']} | {' | '.join(f'{value:,.0f}' for value in rates)} |")
    titles = [*STEPS, "sum", "predict, exported to ONNX"]
    lines += ["", "| processor ms an ECG | " + " | ".join(titles) + " |", f"|---|{'---:|' * len(titles)}"]
    for one in result["sources"]:
        times = [one["steps_ms"][step] for step in STEPS]
        cells = [f"{value:.2f} ({100 * value / sum(times):.0f} %)" for value in times]
        lines.append(f"| {one['source']} | {' | '.join(cells)} | {sum(times):.2f} | {one['exported_ms']:.2f} |")
    return lines


def measured(result: dict[str, Any]) -> list[Measured]:
    """What the calculation takes."""
    return [
        Measured(
            one["source"],
            sum(one["steps_ms"].values()),
            one["bytes_in"],
            max(run["bytes_out"] for run in one["rates"].values()),
            one["list_us"],
        )
        for one in result["sources"]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ecgs", type=int, default=2000)
    parser.add_argument("--step-ecgs", type=int, default=400, help="ECGs whose steps are timed one by one")
    parser.add_argument("--run", default="resnet1d_wang")
    parser.add_argument("--workers", default="1,2", help="numbers of processes, with commas between")
    parser.add_argument("--no-ray", dest="ray", action="store_false", help="the local engine only")
    parser.add_argument("--json", type=Path, default=Path("build/score.json"))
    parser.add_argument("--paper", type=Path, metavar="JSON", help="calculate from measured figures, measure nothing")
    parser.add_argument("--price", type=float, default=Assumed.price_core_hour, help="of a core for an hour")
    parser.add_argument("--busy", type=float, default=Assumed.busy, help="part of the time that cores compute")
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    if options.paper:
        result = json.loads(options.paper.read_text(encoding="utf-8"))
    else:
        counts = [int(count) for count in options.workers.split(",")]
        result = measure(options.ecgs, options.run, counts, options.step_ecgs, options.ray and _has_ray())
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=2), encoding="utf-8")
    machine = result["machine"]
    where = conditions(machine) + (": only the processor times hold" if is_busy(machine) else "")
    about = f"`{result['model']}`, {result['ecgs']:,} simulated ECGs of 10 s, one run on {where}:"
    rates = [about, "", *rate_table(result)]
    assumed = Assumed(price_core_hour=options.price, busy=options.busy)
    numbers = asdict(assumed)
    on_paper = [f"{numbers['price_core_hour']:g} for a core hour, cores {100 * numbers['busy']:.0f} % busy:", ""]
    on_paper += paper_table(measured(result), assumed)
    print("\n".join([*rates, "", *on_paper]))
    if options.docs:
        put(options.docs, "rates", rates)
        put(options.docs, "paper", on_paper)


if __name__ == "__main__":
    main()
