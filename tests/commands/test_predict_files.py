"""Prediction of many files into a table: one row a file, the same after any break, and the files a user means."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from twelvelead.cli import main
from twelvelead.commands.find_ecgs import check_ecgs, find_ecgs
from twelvelead.commands.predict_files import picture_name
from twelvelead.commands.prediction_log import Totals, log_predictions
from twelvelead.errors import ConfigError, DataError
from twelvelead.inference.predict import Prediction, load
from twelvelead.leads import LEADS


@pytest.fixture
def folder(simulated: Path, tmp_path: Path, run: Path) -> Path:
    """An ECG in several formats, two files that are none, and a file that nobody asked for."""
    below = tmp_path / "ecgs" / "below"
    below.mkdir(parents=True)
    header = sorted(simulated.rglob("*.hea"))[0]
    for path in (header, header.with_suffix(".dat")):
        (below / path.name).write_bytes(path.read_bytes())
    ecg = load(run).predict(header).recording.signal_mv
    table = pd.DataFrame(ecg, columns=[f"{lead} (mV)" for lead in LEADS]).assign(time=np.arange(1000) / 100)
    table.to_csv(tmp_path / "ecgs" / "export.csv", index=False)
    (tmp_path / "ecgs" / "broken.xml").write_text("<nothing/>")
    (tmp_path / "ecgs" / "empty.edf").write_text("")
    (tmp_path / "ecgs" / "notes.docx").write_text("no ECG")
    return tmp_path / "ecgs"


def test_a_folder_stands_for_the_ecgs_below_it(folder: Path, simulated: Path) -> None:
    names = [path.name for path in find_ecgs([folder])]
    assert names == ["00001_lr.hea", "broken.xml", "empty.edf", "export.csv"]
    assert len(list(find_ecgs([simulated]))) == 60
    assert list(find_ecgs([folder / "notes.docx"])) == [folder / "notes.docx"]


def test_tables_have_a_row_for_each_file(folder: Path, run: Path, tmp_path: Path, capsys) -> None:
    tables = {}
    for kind in ("csv", "parquet"):
        path = tmp_path / f"answers.{kind}"
        assert main(["predict", str(folder), "--run", str(run), f"--{kind}", str(path)]) == 1
        tables[kind] = pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)
        assert not list(tmp_path.glob("answers*partial*"))
    assert "4 files, 2 could not be predicted" in capsys.readouterr().out
    for table in tables.values():
        assert [Path(name).name for name in table["file"]] == ["00001_lr.hea", "broken.xml", "empty.edf", "export.csv"]
        assert table["error"].notna().tolist() == [False, True, True, False]
        assert table["A"].iloc[0] == pytest.approx(table["A"].iloc[3], abs=1e-4)
        assert table["A"].between(0, 1).sum() == 2
    expected = load(run).predict(folder / "below" / "00001_lr.hea")
    assert tables["parquet"]["A"].iloc[0] == pytest.approx(expected.probabilities["A"], abs=1e-6)
    assert bool(tables["parquet"]["A_decision"].iloc[0]) == expected.decisions["A"]


def _answers(files: list[Path], made: list[str]):
    def predict(rest):
        for path in rest:
            made.append(path.name)
            yield Prediction(file=str(path), probabilities={"A": len(path.name) / 10}, decisions={"A": True})

    return predict


@pytest.mark.parametrize("torn", [b"", b'{"file": "c", "prob', b"\xff\xfe nonsense\n", b'["no object"]\n'])
def test_an_interrupted_table_goes_on_behind_its_last_whole_answer(tmp_path: Path, torn: bytes) -> None:
    files, made = [Path(name) for name in "abcdefg"], []
    table = tmp_path / "t.csv"

    def log(about: dict) -> list[Prediction]:
        return list(log_predictions(table, ["A"], about, iter(files), _answers(files, made), Totals()))

    first = log_predictions(table, ["A"], {"m": 1}, iter(files), _answers(files, made), Totals())
    next(first), next(first)
    first.close()
    assert not table.exists()
    with (tmp_path / "t.csv.partial").open("ab") as stream:
        stream.write(torn)
    made.clear()
    log({"m": 1})
    assert made == list("cdefg")
    with table.open() as stream:
        assert [row["file"] for row in csv.DictReader(stream)] == list("abcdefg")


def test_answers_of_another_model_or_another_folder_are_not_taken_over(tmp_path: Path) -> None:
    table, made = tmp_path / "t.parquet", []
    for about, names, expected in (({"m": 1}, "abcd", "a"), ({"m": 2}, "abcd", "abc"), ({"m": 2}, "abxcd", "xcd")):
        made.clear()
        files = [Path(name) for name in names]
        answers = log_predictions(table, ["A"], about, iter(files), _answers(files, made), Totals())
        for _ in expected:
            next(answers)
        assert made == list(expected)
        rest = list(answers) if names == "abxcd" else answers.close()
        assert rest in ([], None)
    assert pd.read_parquet(table)["file"].tolist() == list("abxcd")


def test_one_table_has_one_writer(tmp_path: Path) -> None:
    files = [Path("a"), Path("b")]
    first = log_predictions(tmp_path / "t.csv", ["A"], {}, iter(files), _answers(files, []), Totals())
    next(first)
    with pytest.raises(ConfigError, match="another process is writing"):
        next(log_predictions(tmp_path / "t.csv", ["A"], {}, iter(files), _answers(files, []), Totals()))


def test_killed_at_any_moment_the_next_run_ends_in_the_same_table(simulated: Path, run: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "twelvelead.cli", "predict", str(simulated), "--run", str(run), "--csv"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    whole = tmp_path / "whole.csv"
    assert subprocess.run([*words, str(whole)], env=environment, capture_output=True).returncode == 0
    table, chance = tmp_path / "broken.csv", random.Random(0)
    for _ in range(3):
        process = subprocess.Popen([*words, str(table)], env=environment, stdout=-3, stderr=-3, start_new_session=True)
        partial = table.with_name("broken.csv.partial")
        deadline = time.monotonic() + 60
        while process.poll() is None and not partial.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.wait()
    assert subprocess.run([*words, str(table)], env=environment, capture_output=True).returncode == 0
    assert table.read_bytes() == whole.read_bytes()


def test_one_ecg_on_standard_input(folder: Path, run: Path) -> None:
    words = [sys.executable, "-m", "twelvelead.cli", "predict", "-", "--run", str(run), "--json"]
    done = subprocess.run(words, input=(folder / "export.csv").read_bytes(), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["probabilities"].keys() == {"A", "B"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--csv", "t.txt"], "must end in .csv"),
        (["x", "--csv", "t.csv", "--parquet", "t.parquet"], "exclude each other"),
        (["-", "x"], "give it alone"),
        ([], "needs at least one file"),
        (["EMPTY"], "no ECG file in"),
        (["x", "--unit", "inch"], "unit 'inch' is no voltage"),
        (["x", "--rate", "-5"], "--rate"),
    ],
)
def test_options_that_make_no_sense_are_refused(words, message, run, tmp_path, capsys) -> None:
    given = [str(tmp_path) if word == "EMPTY" else word for word in words]
    assert main(["predict", *given, "--run", str(run)]) in (1, 2)
    captured = capsys.readouterr()
    assert message in captured.err + captured.out
    assert not any(tmp_path.iterdir())


def test_pictures_are_png_or_pdf(folder: Path, run: Path, tmp_path: Path) -> None:
    for suffix in ("png", "pdf"):
        words = ["--plot", str(tmp_path / "pictures"), "--plot-format", suffix]
        assert main(["predict", str(folder / "export.csv"), "--run", str(run), *words]) == 0
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {"export.png", "export.pdf"}


def test_files_that_failed_before_a_break_still_count(folder: Path, run: Path, tmp_path: Path, monkeypatch) -> None:
    from twelvelead.commands import prediction_log

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    words = ["predict", str(folder), "--run", str(run), "--csv", str(tmp_path / "t.csv")]
    with monkeypatch.context() as patched:
        patched.setattr(prediction_log, "_write_csv", broken)
        assert main(words) == 1
    assert not (tmp_path / "t.csv").exists()
    assert main(words) == 1
    assert len(pd.read_csv(tmp_path / "t.csv")) == 4


def test_a_files_picture_has_always_the_same_name(tmp_path: Path) -> None:
    a, b = tmp_path / "a" / "x.csv", tmp_path / "b" / "x.csv"
    assert picture_name(str(a), [tmp_path]) == "a__x.csv"
    assert picture_name(str(b), [tmp_path]) == "b__x.csv"
    assert picture_name(str(a), [a]) == "x"
    names = {picture_name(str(path), [a, b]) for path in (a, b)}
    assert len(names) == 2 and all(name.startswith("x.csv-") for name in names)


def test_a_name_that_is_no_text_is_answered_too(folder: Path, run: Path, tmp_path: Path, capsys) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/ecg\xff.csv"))
    odd.write_bytes((folder / "export.csv").read_bytes())
    for words in (["--csv", str(tmp_path / "t.csv")], ["--json"]):
        assert main(["predict", str(odd), "--run", str(run), *words]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["file"].endswith("ecg\\xff.csv")


def test_sample_files_belong_to_their_header_and_other_formats_do_not(tmp_path: Path) -> None:
    for name in ("s1_1.dat", "S1_2.DAT", "s1.edf", "x.mat", "B.HEA", "B.DAT", "SHA256SUMS.txt"):
        (tmp_path / name).touch()
    (tmp_path / "s1.hea").write_text("s1 2 500 10\ns1_1.dat 16\nS1_2.DAT 16\n")
    assert [path.name for path in find_ecgs([tmp_path])] == ["B.HEA", "s1.edf", "s1.hea", "x.mat"]


def test_a_file_with_a_name_like_a_headers_is_an_ecg_unless_the_header_lists_it(tmp_path: Path) -> None:
    (tmp_path / "s1.hea").write_text("s1 1 500 10\ns1.dat 16\n")
    odd = os.fsdecode(b"s1_\xff.mat")
    for name in ("s1.dat", "s1_2.mat", odd):
        (tmp_path / name).touch()
    assert [path.name for path in find_ecgs([tmp_path])] == ["s1.hea", "s1_2.mat", odd]


def test_a_wrong_unit_is_told_before_a_model_is_loaded(capsys, monkeypatch):
    def load(*_: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("twelvelead.inference.predict.load", load)
    assert main(["predict", "ecg.csv", "--unit", "furlong"]) == 1
    assert "--unit: unit 'furlong' is no voltage" in capsys.readouterr().err


def test_what_is_not_there_is_told_before_a_model_is_loaded(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("twelvelead.inference.predict.load", lambda *_: pytest.fail("a model was loaded"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for words, said in (
        (["a.dcm"], "a.dcm not found."),
        (["a.dcm", "b.dcm", "--csv", "t.csv"], "a.dcm, b.dcm not found."),
        (["empty"], "no ECG file in empty; `twelvelead formats` lists what is known."),
    ):
        assert main(["predict", *words]) == 1
        assert capsys.readouterr() == ("", f"twelvelead: {said}\n")


def test_a_wfdb_record_is_there_where_its_header_is(tmp_path: Path) -> None:
    (tmp_path / "r.hea").write_text("")
    for name in ("r", "r.hea", "r.dat"):
        check_ecgs([tmp_path / name])
    with pytest.raises(DataError, match="not found"):
        check_ecgs([tmp_path / "s"])


def test_the_model_that_comes_along_is_named_with_the_first_answer_only(folder: Path, run: Path, monkeypatch, capsys):
    monkeypatch.setattr("twelvelead.inference.shipped.find_model", lambda model: run)
    assert main(["predict", str(folder / "broken.xml"), str(folder / "export.csv")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["twelvelead", "model"] and str(run) in lines[1]
    assert main(["predict", str(folder / "broken.xml")]) == 1
    assert "model: " not in capsys.readouterr().err
