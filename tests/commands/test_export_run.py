"""`twelvelead export`: what is written, what is refused, and that nothing is left of what is refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

import twelvelead as tl
from twelvelead.cli import main
from twelvelead.commands import export_run as job
from twelvelead.commands.export_run import export_run
from twelvelead.data.simulate import simulate_ecg
from twelvelead.inference.exported import EXPORT_KEY, INFO_KEY
from twelvelead.leads import LEADS
from twelvelead.models.checkpoint import save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo

NO_TORCH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "lightning_fabric", "safetensors", "onnx", "onnxscript"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
from twelvelead.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def run(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one short training."""
    folder = tmp_path_factory.mktemp("run") / "run"
    options = tl.TrainOptions(network="cnn_lstm", network_options="filters=8", epochs=2, batch_size=16, crop_s=2.5)
    tl.train(simulated, folder, options=options)
    return folder


@pytest.fixture(scope="module")
def exported(run: Path) -> Path:
    """The run's ONNX file."""
    return export_run(run).file


@pytest.fixture(scope="module")
def ecg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ECG at another rate than the model's."""
    path = tmp_path_factory.mktemp("ecg") / "ecg.npy"
    np.save(path, simulate_ecg(["IMI"], seed=3))
    return path


def words(ecg: Path, model: Path) -> list[str]:
    return ["predict", str(ecg), "--run", str(model), "--rate", "500", "--leads", ",".join(LEADS), "--unit", "mV"]


def test_the_file_says_all_that_a_user_needs(run: Path, exported: Path) -> None:
    assert exported == run / "model.onnx"
    model = onnx.load(exported)
    onnx.checker.check_model(model, full_check=True)
    metadata = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    assert metadata[INFO_KEY] == json.loads((run / "model" / "model.json").read_text())
    export = metadata[EXPORT_KEY]
    assert export["input"] == {"name": "signals_mv", "shape": ["batch", 1000, 12], "type": "float32"}
    assert export["output"] == {"name": "probabilities", "shape": ["batch", 5], "type": "float32"}
    assert export["sha256"].keys() == {"weights", "info"}
    assert "not a medical device" in export["notice"]
    assert model.producer_name == "twelvelead"
    assert str(run) not in str(model.graph)


def test_without_pytorch_it_predicts_the_same(run: Path, exported: Path, ecg: Path) -> None:
    given = [sys.executable, "-c", NO_TORCH, *words(ecg, exported), "--json"]
    done = subprocess.run(given, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    expected = tl.load(run).predict(ecg, rate_hz=500, leads=LEADS, unit="mV")
    answer = json.loads(done.stdout)
    assert answer["probabilities"] == pytest.approx(expected.probabilities, abs=1e-5)
    assert answer["steps"] == list(expected.steps)
    refused = subprocess.run([sys.executable, "-c", NO_TORCH, *words(ecg, run)], capture_output=True, text=True)
    assert refused.returncode == 1
    assert "which is not installed; without it an exported file can be predicted with" in refused.stderr
    assert "Traceback" not in refused.stderr


def documented(name: str) -> str:
    text = (Path(__file__).resolve().parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    return text.split(f"<!-- {name} -->\n```python\n")[1].split("```")[0]


def test_the_documented_ways_without_twelvelead_give_the_same(run: Path, exported: Path, tmp_path: Path) -> None:
    program = export_run(run, format="torch", out=tmp_path / "model.pt2").file
    assert program.parent == tmp_path
    shutil.copy(exported, tmp_path / "model.onnx")
    np.save(tmp_path / "ecg.npy", signal := simulate_ecg(["IMI"], seed=3, rate_hz=100))
    expected = tl.load(run).predict(signal, rate_hz=100, leads=LEADS, unit="mV")
    printed = {}
    for name in ("onnxruntime", "torch"):
        given = [sys.executable, "-c", documented(name)]
        done = subprocess.run(given, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        printed[name] = done.stdout
    rows = [line.split() for line in printed["onnxruntime"].splitlines()]
    assert {row[0]: float(row[1]) for row in rows} == pytest.approx(expected.probabilities, abs=1e-4)
    assert {row[0]: row[2] == "present" for row in rows} == expected.decisions
    assert json.loads(printed["torch"]) == pytest.approx(list(expected.probabilities.values()), abs=1e-5)


def test_a_table_goes_on_with_the_same_file_only(exported: Path, ecg: Path, tmp_path: Path, capsys) -> None:
    table = tmp_path / "t.csv"
    partial = table.with_name("t.csv.partial")
    assert main([*words(ecg, exported), "--csv", str(table)]) == 0
    done = table.read_text()
    partial.write_text('{"weights": "of another model"}\n{"file": "x"}\n')
    assert main([*words(ecg, exported), "--csv", str(table)]) == 0
    assert table.read_text() == done
    assert not partial.exists()


def test_with_data_the_change_of_macro_auc_is_told(run: Path, simulated: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "m.pt2"
    given = ["export", str(run), "--format", "torch", "--data", str(simulated), "--out", str(out)]
    assert main([*given, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert Path(found["file"]) == out and out.stat().st_size == found["bytes"]
    assert found["largest_difference"] <= found["tolerance"]
    assert found["validation"]["change"] == pytest.approx(0, abs=1e-3)
    assert found["validation"]["largest_difference"] <= found["tolerance"]


def test_eight_bits_are_smaller_and_judged(
    run: Path, exported: Path, simulated: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(job, "LARGEST_FALL", 1.0)  # of a model that has learnt nothing, on a handful of records
    given = ["export", str(run), "--int8", "--data", str(simulated), "--out", str(tmp_path / "m.onnx")]
    assert main(given) == 0
    assert "macro AUC on" in capsys.readouterr().out
    small = tl.load(tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").stat().st_size < exported.stat().st_size
    signal = simulate_ecg(["IMI"], seed=3)
    one, other = (m.predict(signal, rate_hz=500, leads=LEADS, unit="mV") for m in (small, tl.load(exported)))
    assert one.probabilities == pytest.approx(other.probabilities, abs=0.05)
    monkeypatch.setattr(job, "LARGEST_FALL", -1.0)
    assert main([*given[:-1], str(tmp_path / "refused.onnx")]) == 1
    assert "is not written: with 8 bits macro AUC falls from" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


def test_a_file_that_differs_is_not_written(run: Path, exported: Path, monkeypatch, capsys) -> None:
    before = exported.read_bytes()
    files = sorted(run.iterdir())
    monkeypatch.setattr(job, "TOLERANCE", -1.0)
    assert main(["export", str(run)]) == 1
    assert "its probabilities differ from PyTorch's by up to" in capsys.readouterr().err
    assert exported.read_bytes() == before
    assert sorted(run.iterdir()) == files


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (["RUN", "--int8"], 2, "--int8 needs records to judge the result on"),
        (["RUN", "--int8", "--format", "torch"], 2, "--int8 has no meaning with --format torch"),
        (["RUN", "--out", "m.txt"], 2, "must end in .onnx"),
        (["RUN", "--format", "torch", "--out", "m.onnx"], 2, "must end in .pt2"),
        (["RUN", "--format", "tflite"], 2, "tflite"),
        (["RUN/model", "--data", "DATA"], 1, "is no run folder"),
        (["nothing"], 1, "no run folder or exported file nothing"),
        (["RUN/config.toml"], 1, "is a file; export the run folder"),
    ],
)
def test_what_makes_no_sense_is_refused(given, code, message, run, simulated, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    filled = [word.replace("RUN", str(run)).replace("DATA", str(simulated)) for word in given]
    assert main(["export", *filled]) == code
    captured = capsys.readouterr()
    assert message in captured.err + captured.out
    assert not any(tmp_path.iterdir())


def test_a_model_of_other_leads_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    info = ModelInfo("cnn_lstm", ("A",), 100, 5.0, leads=("I", "II"), options={"filters": 4})
    save_classifier(Classifier(info), tmp_path / "model")
    with pytest.raises(ValueError, match="the model takes the leads I, II"):
        export_run(tmp_path)


def test_a_training_anew_takes_exported_files_away(simulated: Path, tmp_path: Path) -> None:
    options = tl.TrainOptions(network_options="filters=4", epochs=1, batch_size=32)
    tl.train(simulated, tmp_path / "run", options=options)
    (tmp_path / "run" / "model.onnx").write_bytes(b"old")
    tl.train(simulated, tmp_path / "run", options=options, overwrite=True)
    assert not (tmp_path / "run" / "model.onnx").exists()
