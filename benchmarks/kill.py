"""Kill -9 at random moments: does the next run end in the same result? Counts, for each stage that writes.

    python benchmarks/kill.py --kills 20

Each stage is run once in peace. Then it is started and killed at a random moment, again and again in the same folder,
and at last let through; what it leaves must be what it left in peace. Exit code 1 if it ever differs.
"""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMAND = [sys.executable, "-m", "twelvelead.cli"]
ROUNDS_EVERY = 4
"""Kills after which a stage is let through and compared."""


@dataclass(frozen=True)
class Stage:
    """One command that writes."""

    name: str
    words: Callable[[Path], list[str]]
    """Its words, for a folder to write into; the same words must go on after a break."""
    result: Callable[[Path], str]
    """A digest of what it left there."""


def main() -> int:
    """Run the stages; prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="kills for each stage")
    parser.add_argument("--records", type=int, default=400, help="simulated ECGs to work on")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--stages", default="prepare,train,predict,download", help="which, with commas between")
    chosen = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="twelvelead-kill-") as name:
        folder = Path(name)
        data = folder / "data"
        _run(["simulate", str(data), "--records", str(chosen.records), "--rate", "100"])
        with _served(data) as address:
            for stage in _stages(folder, data, address):
                if stage.name in chosen.stages.split(","):
                    wrong += _stress(stage, folder, chosen.kills, random.Random(chosen.seed))
    return 1 if wrong else 0


def _stages(folder: Path, data: Path, address: str) -> Iterator[Stage]:
    yield Stage("prepare", lambda out: ["prepare", str(data), "--store", str(out)], _files("signals-100hz/signals.npy"))
    train = ["train", str(data), "--epochs", "3", "--resume", "--out"]
    yield Stage("train", lambda out: [*train, str(out)], _files("model/model.safetensors", "model/model.json"))
    run = folder / "train-in-peace"
    predict = ["predict", str(data), "--run", str(run), "--csv"]
    yield Stage("predict", lambda out: [*predict, str(out / "answers.csv")], _files("answers.csv"))
    _write_sums(data)
    download = ["--from", address, "--rate", "100"]
    yield Stage("download", lambda out: ["download", str(out), *download], _tree)


def _stress(stage: Stage, folder: Path, kills: int, chance: random.Random) -> int:
    peace = folder / f"{stage.name}-in-peace"
    begun = time.monotonic()
    _run(stage.words(peace))
    lasts = time.monotonic() - begun
    expected, wrong, rounds, landed = stage.result(peace), 0, 0, 0
    while landed < kills:
        out = folder / f"{stage.name}-{rounds}"
        for _ in range(min(ROUNDS_EVERY, kills - landed)):
            # Importing takes seconds in which nothing is written; most kills are to fall later.
            landed += _kill_after(stage.words(out), lasts * chance.uniform(0.3, 1.0))
        _run(stage.words(out))
        wrong += stage.result(out) != expected
        rounds += 1
    print(f"{stage.name}: {landed} kills, {rounds} times let through, {wrong} with another result", flush=True)
    return wrong


def _kill_after(words: list[str], seconds: float) -> int:
    """Start, wait, kill with all its children; 1 if it was still running."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return 1
    return 0


def _run(words: list[str]) -> None:
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed: {done.stderr.strip().splitlines()[-1]}")


def _files(*names: str) -> Callable[[Path], str]:
    return lambda folder: " ".join(_digest(folder / name) for name in names)


def _tree(folder: Path) -> str:
    """All files below the folder but those of hidden folders, where the download keeps its journal."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and "/." not in f"/{p.relative_to(folder).as_posix()}")
    return " ".join(f"{path.relative_to(folder)} {_digest(path)}" for path in paths)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_sums(data: Path) -> None:
    """The list of digests that PTB-XL has and a simulated data set lacks."""
    files = sorted(p for p in data.rglob("*") if p.is_file() and p.suffix in (".csv", ".txt", ".hea", ".dat"))
    lines = [f"{_digest(p)} {p.relative_to(data).as_posix()}" for p in files if p.name != "SHA256SUMS.txt"]
    (data / "SHA256SUMS.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *arguments: object) -> None:
        """A client that was killed is what this is for."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    sys.exit(main())
