"""Each extra does its work alone: the libraries of all the others cannot be imported, as if they were not installed."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import edfio
import numpy as np
import pytest

from formats.writers import dicom, plain
from twelvelead import LEADS, simulate_ecg
from twelvelead.cli import main

REPO = Path(__file__).resolve().parents[1]
EXTRAS = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
IMPORTED_AS = {"iterative-stratification": "iterstrat"}
WITHOUT = """
import os, sys
from importlib.machinery import PathFinder

class Present(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in absent else super().find_spec(name, path, target)

absent = set(sys.argv[1].split(","))
sys.meta_path = [Present if finder is PathFinder else finder for finder in sys.meta_path]
"""
RUN = "from twelvelead.cli import main\n"
SERVE = """
import json, signal, socket, threading, time, urllib.error, urllib.request

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
part = '--b\\r\\nContent-Disposition: form-data; name="%s"%s\\r\\n\\r\\n%s\\r\\n'
form = part % ("file", '; filename="ecg.csv"', open("ecg.csv").read()) + part % ("rate", "", "500") + "--b--\\r\\n"
answers = []

def ask(path, body=None):
    head = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, head)) as answer:
        return answer.read()

def client():
    try:
        while not answers:
            try:
                answers.append(ask("/healthz"))
            except urllib.error.URLError:
                time.sleep(0.05)
        answers.append(json.loads(ask("/api/predict", form.encode())))
    finally:
        os.kill(os.getpid(), signal.SIGTERM)

urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
threading.Thread(target=client, daemon=True).start()
assert main(["serve", "--run", "run", "--port", str(port), "--workers", "1"]) == 0
assert len(answers[1]["probabilities"]) == 5, answers
"""
BENCHMARK = f"""
import runpy
sys.argv = ["benchmarks", "--quick", "--only", "prediction", "--out", "benchmark.json"]
runpy.run_path({str(REPO / "benchmarks")!r}, run_name="__main__")
"""
JOBS = {
    "": 'assert main(["report", "run", "--out", "plain"]) == 0\n'
    'assert not os.path.exists("plain/report.pdf")\n'
    'assert main(["predict", "ecg.csv", "--rate", "500", "--run", "run"]) == 0\n'
    'assert main(["predict", "ecg.dcm"]) == 1\n',
    "formats": 'assert main(["predict", "ecg.dcm", "ecg.edf", "ecg.h5", "--run", "run"]) == 0\n',
    "report": 'assert main(["report", "run", "--out", "printed"]) == 0\nassert os.path.exists("printed/report.pdf")\n',
    "export": 'assert main(["export", "run", "--out", "exported.onnx"]) == 0\n',
    "onnx": 'assert main(["predict", "ecg.csv", "--rate", "500", "--run", "small.onnx"]) == 0\n'
    'assert "torch" not in sys.modules\n',
    "explain": 'assert main(["explain", "ecg.csv", "--rate", "500", "--class", "MI", "--run", "run"]) == 0\n',
    "serve": SERVE,
    "ray": 'words = ["score", "ecg.csv", "--rate", "500", "--run", "run", "--engine", "ray", "--workers", "1"]\n'
    'assert main([*words, "--out", "scored"]) == 0\n',
    "bench": BENCHMARK,
    "track": 'assert main(["train", "data", "--epochs", "1", "--out", "tracked"]) == 0\n'
    'assert os.path.exists("tracked/tensorboard")\n',
}

WITHOUT_DEPENDENCIES = {"torch", "lightning_fabric", "pandas", "pyarrow", "sklearn", "matplotlib", "wfdb", "jinja2"}
"""Of those of the package itself, the ones that docs/export.md leaves out where an ONNX file predicts."""


def modules_of(extra: str) -> set[str]:
    """What the libraries of an extra are imported as."""
    names = [re.split(r"[\[>=<]", requirement)[0] for requirement in EXTRAS[extra]]
    return {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}


@pytest.fixture(scope="module")
def place(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data, a small run, its ONNX file, and an ECG in four formats."""
    folder = tmp_path_factory.mktemp("extras")
    (folder / "data").symlink_to(simulated)
    words = ["--epochs", "1", "--network-options", "filters=4", "--store", str(folder / "store")]
    assert main(["train", str(simulated), "--out", str(folder / "run"), *words]) == 0
    assert main(["evaluate", str(folder / "run"), "--no-figures"]) == 0
    assert main(["export", str(folder / "run"), "--out", str(folder / "small.onnx")]) == 0
    signal = simulate_ecg(["NORM"], seed=1)
    units = np.round(1000 * signal).astype(np.int16)
    header = ",".join(f"{lead} (mV)" for lead in LEADS)
    np.savetxt(folder / "ecg.csv", signal, "%.4f", delimiter=",", header=header, comments="")
    (folder / "ecg.dcm").write_bytes(dicom.dicom(dicom.group(units)))
    np.save(folder / "ecg.npy", signal)
    channels = [
        edfio.EdfSignal(column, 500, label=f"ECG {lead}", physical_dimension="mV")
        for lead, column in zip(LEADS, signal.T)
    ]
    edfio.Edf(channels).write(folder / "ecg.edf")
    (folder / "ecg.h5").write_bytes(plain.hdf5(signal))
    return folder


@pytest.mark.timeout(900)
@pytest.mark.parametrize("extra", ["", *sorted(EXTRAS.keys() - {"all"})])
def test_an_extra_works_alone(extra: str, place: Path) -> None:
    wanted = modules_of(extra) if extra else set()
    absent = set().union(*(modules_of(other) for other in EXTRAS if other != "all")) - wanted
    words = [sys.executable, "-c", WITHOUT + RUN + JOBS[extra], ",".join(sorted(absent))]
    done = subprocess.run(words, cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_onnx_file_predicts_without_most_dependencies(place: Path) -> None:
    absent = WITHOUT_DEPENDENCIES.union(*(modules_of(other) for other in EXTRAS if other != "all")) - {"onnxruntime"}
    job = """
hints = ["--rate", "500", "--unit", "mV", "--leads", "I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6", "--run", "small.onnx"]
assert main(["predict", "ecg.npy", *hints]) == 0
assert main(["predict", "ecg.csv", *hints[:2], *hints[-2:]]) == 1
assert main(["predict", "ecg.npy", *hints, "--plot", "pictures"]) == 1
assert main(["predict", "ecg.npy", *hints[:-2]]) == 1
"""
    words = [sys.executable, "-c", WITHOUT + RUN + job, ",".join(sorted(absent))]
    done = subprocess.run(words, cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("twelvelead: ")]
    assert told[0] == "twelvelead: ecg.csv: reading it needs pandas: pip install pandas"
    assert told[1] == "twelvelead: this needs matplotlib, which is not installed: pip install matplotlib"
    assert "without it an exported file can be predicted" in told[2] and len(told) == 3


def test_all_is_all() -> None:
    (every,) = EXTRAS["all"]
    assert set(every.removeprefix("twelvelead[").removesuffix("]").split(",")) == EXTRAS.keys() - {"all", "onnx"}
