"""`twelvelead explain` as a user meets it: text, JSON, table and picture say the same."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.lines import Line2D

from twelvelead.cli import main
from twelvelead.commands.explain_file import describe_explanation, plot_explanation
from twelvelead.config import ExplainMethod
from twelvelead.data.simulate import simulate_ecg
from twelvelead.inference.predict import load
from twelvelead.leads import LEADS
from twelvelead.notice import NOTICE


@pytest.fixture
def ecg(tmp_path: Path) -> Path:
    np.save(tmp_path / "ecg.npy", simulate_ecg(["IMI"], seed=0, rate_hz=100))
    return tmp_path / "ecg.npy"


HINTS = ["--rate", "100", "--leads", ",".join(LEADS), "--unit", "mV"]


@pytest.mark.parametrize("method", ["integrated_gradients", "grad_cam"])
def test_text_json_table_and_picture(run, ecg, tmp_path, method, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", str(ecg), "--class", "B", "--run", str(run), "--method", method, *HINTS]
    assert main([*words, "--csv", str(tmp_path / "a.csv"), "--plot", str(tmp_path / "a.pdf"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["file"] == str(ecg)
    assert main(words) == 0
    text = capsys.readouterr().out
    assert f"{ecg}: B {answer['probability']:.3f} (threshold 0.500:" in text
    assert answer["method_note"] in text and NOTICE in text
    with (tmp_path / "a.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 1000 and rows[3]["time_s"] == "0.03"
    table = np.array([[float(v) for k, v in row.items() if k != "time_s"] for row in rows])
    assert np.abs(table[20:40]).sum() / np.abs(table).sum() == pytest.approx(answer["by_time"][1]["share"], abs=1e-5)
    if method == "grad_cam":
        assert list(rows[0]) == ["time_s", "all leads"] and answer["by_lead"] is None
    else:
        assert list(rows[0]) == ["time_s", *LEADS]
        assert table.sum() == pytest.approx(answer["attributed"], abs=1e-5)
        assert table[:, 6].sum() == pytest.approx(answer["by_lead"]["V1"]["logit"], abs=1e-5)
        strongest = max(answer["by_lead"], key=lambda lead: answer["by_lead"][lead]["share"])
        assert text.split("logits\n")[1].splitlines()[1].split()[0] == strongest
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--class", "C"], 2, "--class is 'C'; allowed are A, B"),
        (["--class", "A", "--csv", "a.txt"], 2, "must end in .csv"),
        (["--class", "A", "--plot", "a.jpg"], 2, "must end in .png, .pdf or .svg"),
        ([], 2, "--class is missing: name one of the model's classes, A, B."),
    ],
)
def test_mistakes(run, ecg, words, code, message, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(ecg), "--run", str(run), *HINTS, *words]) == code
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_a_folder_and_an_exported_file_are_refused(run, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path), "--class", "A", "--run", str(run)]) == 1
    assert "is a folder; one file is explained at a time" in capsys.readouterr().err


def test_of_a_long_recording_the_strongest_part_is_drawn(run: Path) -> None:
    signal = np.zeros((2500, 12))
    signal[1400:2300] = simulate_ecg(["IMI"], seed=0, rate_hz=100)[:900]
    found = load(run).explain(signal, "A", rate_hz=100, leads=LEADS, unit="mV")
    figure = plot_explanation(found, "12x1")
    axes = figure.axes[0]
    trace = next(line for line in axes.lines if isinstance(line, Line2D) and line.get_gid() == "trace II")
    shown = [text.get_text() for text in axes.texts if "s on are shown" in text.get_text()]
    start = round(100 * float(shown[0].split("10 s from ")[1].split(" s on")[0]))
    assert len(trace.get_ydata()) == 1000
    outside = np.abs(found.attribution).sum() - np.abs(found.attribution[start : start + 1000]).sum()
    sums = [np.abs(found.attribution[i : i + 1000]).sum() for i in range(1501)]
    assert outside <= np.abs(found.attribution).sum() - max(sums) + 0.05 * max(sums)


@pytest.mark.parametrize(
    ("method", "columns", "sentence"),
    [
        ("grad_cam", 1, "Nothing in the network's last map of features speaks for A."),
        ("integrated_gradients", 12, "Nothing in this ECG speaks for or against A, beside the flat ECG"),
    ],
)
def test_nothing_for_the_class_is_said(run: Path, method: ExplainMethod, columns: int, sentence: str) -> None:
    found = load(run).explain(
        simulate_ecg(["NORM"], seed=0, rate_hz=100), "A", method=method, rate_hz=100, leads=LEADS, unit="mV"
    )
    found = replace(found, attribution=np.zeros((1000, columns)))
    text = describe_explanation(found)
    assert sentence in text and text.count("Nothing in") == 1
