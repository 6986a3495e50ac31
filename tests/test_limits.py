"""Full disks, folders that cannot be written to, too little memory: one line, exit code 1, and the next run goes on."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them"), pytest.mark.timeout(900)]

TRAIN = ["--network-options", "filters=8", "--epochs", "2", "--batch-size", "24", "--device", "cpu", "--threads", "1"]


def run(words: list[str], limit: Callable[[], None] | None = None) -> tuple[int, list[str]]:
    """Exit code, and what was said beside progress."""
    result = subprocess.run(
        [sys.executable, "-m", "twelvelead.cli", *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        preexec_fn=limit,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, [line for line in result.stderr.splitlines() if line.startswith("twelvelead:")]


def files_up_to(size: int) -> Callable[[], None]:
    """Writing beyond this many bytes of a file fails, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith(".tmp")]


def test_a_full_disk_while_preparing(simulated: Path, tmp_path: Path) -> None:
    words = ["prepare", str(simulated), "--store", str(tmp_path)]
    code, said = run(words, files_up_to(500_000))
    assert code == 1 and len(said) == 1, said
    assert "cannot be written" in said[0] and "--store" in said[0]
    assert not leftovers(tmp_path)
    assert run(words) == (0, [])


@pytest.mark.parametrize("size", [20_000, 60_000])
def test_a_full_disk_while_training(simulated: Path, tmp_path: Path, size: int) -> None:
    """The weights of 25 kB, then the state of 75 kB find no room."""
    out = tmp_path / "run"
    words = ["train", str(simulated), "--store", str(tmp_path / "store"), "--out", str(out), *TRAIN]
    assert run(["prepare", str(simulated), "--store", str(tmp_path / "store")]) == (0, [])
    code, said = run(words, files_up_to(size))
    assert code == 1 and len(said) == 1, said
    assert "File too large" in said[0]
    assert not leftovers(out)
    assert run([*words, "--resume"]) == (0, [])


@pytest.mark.parametrize("command", ["prepare", "train"])
def test_a_folder_that_cannot_be_written_to(simulated: Path, tmp_path: Path, command: str) -> None:
    # Not one of our own making: the tests may run as root, who may write anywhere but there.
    closed = {"prepare": ["--store", "/sys/twelvelead"], "train": ["--out", "/sys/twelvelead", *TRAIN]}[command]
    code, said = run([command, str(simulated), *closed])
    assert code == 1 and len(said) == 1 and "/sys/twelvelead" in said[0], said


def test_too_little_memory_while_training(simulated: Path, tmp_path: Path) -> None:
    program = (
        "import resource, sys\n"
        "from twelvelead.cli import main\n"
        "import twelvelead.training.train as module\n"
        "plain = module.new_classifier\n"
        "def limited(*arguments):\n"
        "    size = 1024 * int(next(l for l in open('/proc/self/status') if l.startswith('VmSize')).split()[1])\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (size + 2**26, size + 2**26))\n"
        "    return plain(*arguments)\n"
        "module.new_classifier = limited\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    large = ["filters=256" if word == "filters=8" else word for word in TRAIN]
    words = ["train", str(simulated), "--out", str(tmp_path / "run"), *large]
    result = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=400, check=False
    )
    assert result.returncode == 1, result.stderr
    said = [line for line in result.stderr.splitlines() if line.startswith("twelvelead:")]
    assert "Traceback" not in result.stderr
    assert len(said) == 1 and "not enough memory; lower --batch-size" in said[0], said
