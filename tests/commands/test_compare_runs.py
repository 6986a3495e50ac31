"""Comparison of evaluated runs and of tables: the same records, the same labels, or a refusal."""

import json
from pathlib import Path

import numpy as np
import pytest

from twelvelead.cli import main
from twelvelead.commands.compare_runs import compare_runs
from twelvelead.commands.prediction_table import PredictionTable, write_predictions
from twelvelead.errors import CheckpointError, DataError

CLASSES = ("A", "B")


def _table(seed: int = 0, records: int = 200, **changes) -> PredictionTable:
    labels = (np.random.default_rng(0).random((records, 2)) < 0.4).astype(np.uint8)
    random = np.random.default_rng(seed)
    table = {
        "ecg_ids": np.arange(records) * 3,
        "classes": CLASSES,
        "scores": np.clip(labels * 0.2 + random.random(labels.shape) * 0.8, 0, 1),
        "labels": labels,
        "parts": ("val",) * 50 + ("test",) * (records - 50),
        "patients": tuple(i // 2 for i in range(records)),
    }
    return PredictionTable(**{**table, **changes})


def _run(folder: Path, table: PredictionTable, notes: tuple[str, ...] = ()) -> Path:
    folder.mkdir()
    write_predictions(folder / "predictions.parquet", table)
    (folder / "metrics.json").write_text(json.dumps({"protocol": {"notes": list(notes)}}))
    return folder


def test_only_test_records_that_both_have_are_compared(tmp_path: Path) -> None:
    one = _run(tmp_path / "one", _table(0), ("WARNING: 3 test records are from patients who are also in train", "x"))
    full = _table(1)
    rows = np.random.default_rng(0).permutation(200)[:180]
    fewer = _table(
        ecg_ids=full.ecg_ids[rows],
        scores=full.scores[rows][:, ::-1],
        labels=full.labels[rows][:, ::-1],
        classes=CLASSES[::-1],
        parts=tuple(full.parts[i] for i in rows),
        patients=tuple(full.patients[i] for i in rows),
    )
    other = _run(tmp_path / "other", fewer)
    found = compare_runs(one, other)
    protocol = found["protocol"]
    common = sum(full.parts[i] == "test" for i in rows)
    assert protocol["records"] == common and protocol["left_out"] == {"first": 150 - common, "second": 0}
    assert protocol["patients"] == len({i // 2 for i in rows if full.parts[i] == "test"})
    assert any("WARNING: 3 test records" in note for note in protocol["notes"])
    assert not any(note.startswith("x") for note in protocol["notes"])
    again = compare_runs(other, one)
    for name in CLASSES:
        a, b = found["auc"]["classes"][name], again["auc"]["classes"][name]
        assert (a["first"], a["second"]) == (b["second"], b["first"])
        assert a["difference"] == pytest.approx(-b["difference"])


def test_the_command_prints_and_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (_run(tmp_path / str(seed), _table(seed)) for seed in (0, 1))
    assert main(["compare", str(one), str(other), "--out", str(tmp_path / "c.json")]) == 0
    printed = capsys.readouterr().out
    assert "150 records of 75 patients" in printed and "p (Holm)" in printed
    assert main(["compare", str(one), str(other), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "c.json").read_text())


def test_a_table_without_parts_or_patients_is_taken_whole_and_said(tmp_path: Path) -> None:
    path = tmp_path / "theirs.parquet"
    write_predictions(path, _table(1, parts=None, patients=None))
    notes = "; ".join(compare_runs(path, path)["protocol"]["notes"])
    assert "does not say which records are of a test part" in notes
    assert "patients are not known" in notes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ecg_ids": np.arange(200) + 10_000}, "no test record of"),
        ({"classes": ("A", "C")}, "only models of the same classes can be compared"),
        ({"labels": np.ones((200, 2), dtype=np.uint8)}, "have other labels"),
        ({"labels": None}, "has no labels"),
        ({"parts": ("val",) * 200}, "has no record of a test part"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, changes: dict, message: str) -> None:
    one, other = _run(tmp_path / "one", _table()), _run(tmp_path / "other", _table(**changes))
    with pytest.raises(DataError, match=message):
        compare_runs(one, other)


def test_a_finer_model_is_pointed_to_its_superclass_scores(tmp_path: Path) -> None:
    one, other = _run(tmp_path / "one", _table()), _run(tmp_path / "other", _table(classes=("X", "Y")))
    beside = other / "predictions_noisy_or.parquet"
    write_predictions(beside, _table(1))
    with pytest.raises(DataError, match=r"Compare .*predictions_noisy_or.parquet instead"):
        compare_runs(one, other)
    assert compare_runs(one, beside)["auc"]["classes_scored"] == 2


def test_a_run_that_was_not_evaluated_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(CheckpointError, match="run `twelvelead evaluate` first"):
        compare_runs(tmp_path / "run", tmp_path / "run")
