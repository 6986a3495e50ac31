"""Anyone's predictions judged: the same numbers as the run's own, and clear refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from twelvelead.cli import main
from twelvelead.commands.compare_runs import compare_runs
from twelvelead.commands.evaluate_arrays import ArrayFiles, evaluate_arrays
from twelvelead.commands.evaluate_predictions import evaluate_predictions
from twelvelead.commands.report_run import report_run
from twelvelead.data.labels import SUPERCLASSES, make_labels
from twelvelead.data.metadata import read_metadata
from twelvelead.data.statements import STATEMENTS
from twelvelead.errors import ConfigError, DataError


@pytest.fixture
def theirs(simulated: Path, tmp_path: Path) -> Path:
    """Scores that know something of the labels, in another order than the data's, as Parquet."""
    metadata = read_metadata(simulated)
    labels = make_labels(metadata["scp_codes"], STATEMENTS).matrix
    random = np.random.default_rng(0)
    scores = np.clip(labels * 0.3 + random.random(labels.shape) * 0.7, 0, 1)
    table = pd.DataFrame(scores, columns=list(SUPERCLASSES)).assign(ecg_id=metadata.index)
    path = tmp_path / "theirs.parquet"
    table.sample(frac=1, random_state=0).to_parquet(path, index=False)
    return path


def test_scores_are_matched_by_ecg_id(theirs: Path, simulated: Path, tmp_path: Path) -> None:
    found = evaluate_predictions(theirs, simulated, val_folds="8,9", out=tmp_path / "out").metrics
    metadata = read_metadata(simulated)
    labels = make_labels(metadata["scp_codes"], STATEMENTS).matrix
    test = (metadata["strat_fold"] == 10).to_numpy()
    scores = pd.read_parquet(theirs).set_index("ecg_id").loc[metadata.index[test], list(SUPERCLASSES)]
    for i, (name, row) in enumerate(found["test"]["classes"].items()):
        truth = labels[test, i]
        if 0 < truth.sum() < len(truth):
            assert row["auc"] == pytest.approx(roc_auc_score(truth, scores[name]), abs=1e-12)
    assert found["test"]["records"] == test.sum()
    assert found["test"]["at_thresholds"] is not None
    assert found["protocol"]["parts"]["train"]["records"] == 0
    assert json.loads((tmp_path / "out" / "metrics.json").read_text()) == found
    assert (tmp_path / "out" / "figures" / "roc.png").is_file()
    again = evaluate_predictions(tmp_path / "out" / "predictions.parquet", simulated, val_folds="8,9").metrics
    assert again["test"] == found["test"]


def test_a_csv_is_read_too_and_what_it_lacks_is_said(theirs: Path, simulated: Path, tmp_path: Path) -> None:
    table = pd.read_parquet(theirs)
    folds = read_metadata(simulated)["strat_fold"]
    in_test = table[table["ecg_id"].map(folds) == 10]
    path = tmp_path / "some.csv"
    pd.concat([in_test.iloc[1:], in_test.iloc[:1].assign(ecg_id=999_999)]).to_csv(path, index=False)
    found = evaluate_predictions(path, simulated).metrics
    notes = "; ".join(found["protocol"]["notes"])
    assert f"WARNING: only {len(in_test) - 1} of the {len(in_test)} test records have a prediction" in notes
    assert "1 predictions are of records that the data do not have" in notes
    assert "there are no thresholds but 0.5" in notes
    assert "val" not in found and found["test"]["at_thresholds"] is None


def test_calibration_changes_no_ranking(theirs: Path, simulated: Path) -> None:
    plain = evaluate_predictions(theirs, simulated, val_folds="8,9").metrics
    scaled = evaluate_predictions(theirs, simulated, val_folds="8,9", calibrate=True).metrics
    assert scaled["protocol"]["temperature"] == pytest.approx(plain["temperature_scaling"]["temperature"])
    assert scaled["test"]["macro_auc"] == plain["test"]["macro_auc"]
    assert scaled["test"]["calibration"]["cross_entropy"] == pytest.approx(
        plain["temperature_scaling"]["after"]["cross_entropy"]
    )
    assert scaled["temperature_scaling"]["temperature"] == pytest.approx(1, abs=1e-3)


def test_finer_predictions_are_scored_as_superclasses(simulated: Path, tmp_path: Path) -> None:
    metadata = read_metadata(simulated)
    labels = make_labels(metadata["scp_codes"], STATEMENTS, "all")
    path = tmp_path / "all.parquet"
    frame = pd.DataFrame(labels.matrix.astype(float), columns=list(labels.classes)).assign(ecg_id=metadata.index)
    frame.to_parquet(path)
    found = evaluate_predictions(path, simulated, task="all").metrics["superclasses"]
    for how in ("noisy_or", "max"):
        assert found[how]["test"]["macro_auc"] == 1.0


def test_arrays_are_judged_like_tables(theirs: Path, simulated: Path, tmp_path: Path) -> None:
    table = evaluate_predictions(theirs, simulated, val_folds="8,9", out=tmp_path / "out").metrics
    frame = pd.read_parquet(tmp_path / "out" / "predictions.parquet")
    files = {}
    for part in ("val", "test"):
        rows = frame[frame["part"] == part]
        files[part] = ArrayFiles(*(tmp_path / f"{part}_{kind}.npy" for kind in ("scores", "labels", "patients")))
        np.save(files[part].scores, rows[list(SUPERCLASSES)].to_numpy())
        np.save(files[part].labels, rows[[f"{name}_true" for name in SUPERCLASSES]].to_numpy())
        np.save(files[part].patients, rows["patient_id"].to_numpy())
    found = evaluate_arrays(files["test"], val=files["val"]).metrics
    assert found["test"] == table["test"]
    words = [
        f"--{name}={path}" for name, path in (("predictions", files["test"].scores), ("labels", files["test"].labels))
    ]
    assert main(["evaluate", *words]) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="MI"), "lacks the column MI"),
        (lambda t: t.assign(MI=t["MI"] * 20 - 9), "Apply the sigmoid to logits first"),
        (lambda t: t.assign(MI=np.nan), "scores that are no numbers"),
        (lambda t: t.assign(MI="x"), "has text in a column of probabilities"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "more than once"),
        (lambda t: t.assign(ecg_id=t["ecg_id"] + 0.5), "allowed are whole numbers"),
        (lambda t: t.assign(ecg_id=t["ecg_id"] + 10**6), "none of the"),
        (lambda t: t.iloc[:0], "holds no record"),
    ],
)
def test_a_table_that_cannot_be_judged_is_refused(theirs, simulated, tmp_path, change, message) -> None:
    for suffix, write in (("parquet", pd.DataFrame.to_parquet), ("csv", pd.DataFrame.to_csv)):
        path = tmp_path / f"changed.{suffix}"
        write(change(pd.read_parquet(theirs)), path, index=False)
        with pytest.raises(DataError, match=message):
            evaluate_predictions(path, simulated)


def test_files_that_are_none_are_refused(simulated: Path, tmp_path: Path) -> None:
    for name in ("x.parquet", "x.csv", "x.npy"):
        (tmp_path / name).write_bytes(b"\x93NUMPY\x01\x00 nonsense \xff")
    for name, message in (
        ("x.parquet", "cannot be read"),
        ("x.csv", "cannot be read"),
        ("y.csv", "not found"),
        ("x.txt", ".parquet"),
    ):
        with pytest.raises(DataError, match=message):
            evaluate_predictions(tmp_path / name, simulated)
    with pytest.raises(DataError, match="no array that can be read"):
        evaluate_arrays(ArrayFiles(tmp_path / "x.npy", tmp_path / "x.npy"))


def test_arrays_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    scores, labels = tmp_path / "scores.npy", tmp_path / "labels.npy"
    np.save(labels, np.eye(3))
    np.save(scores, np.eye(3)[:2])
    with pytest.raises(DataError, match="they must be the same"):
        evaluate_arrays(ArrayFiles(scores, labels))
    np.save(scores, np.eye(3))
    with pytest.raises(DataError, match="2 classes are named"):
        evaluate_arrays(ArrayFiles(scores, labels), classes=["A", "B"])
    np.save(labels, np.eye(3) * 2)
    with pytest.raises(DataError, match="other than 0 and 1"):
        evaluate_arrays(ArrayFiles(scores, labels))
    np.save(scores, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="no array that can be read"):
        evaluate_arrays(ArrayFiles(scores, labels))
    with pytest.raises(ConfigError, match="needs predictions of validation records"):
        np.save(labels, np.eye(3))
        np.save(scores, np.eye(3))
        evaluate_arrays(ArrayFiles(scores, labels), calibrate=True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "needs a run folder, or --predictions FILE"),
        (["RUN", "--task", "all"], "--task has no meaning without --predictions"),
        (["RUN", "--predictions", "x.csv"], "a run folder has no meaning with --predictions"),
        (["--predictions", "x.csv"], "needs --data FOLDER"),
        (["--predictions", "x.csv", "--data", "d", "--labels", "y.npy"], "--labels has no meaning with a table"),
        (["--predictions", "x.npy"], "needs --labels FILE.npy"),
        (["--predictions", "x.npy", "--labels", "y.npy", "--val-labels", "v.npy"], "go together"),
        (["--predictions", "x.npy", "--labels", "y.npy", "--val-patients", "v.npy"], "without --val-predictions"),
        (["--predictions", "x.npy", "--labels", "y.npy", "--data", "d"], "--data has no meaning with .npy files"),
        (["RUN", "--thresholds", "f2"], "allowed is f1, youden"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words, message, tmp_path, capsys) -> None:
    (tmp_path / "config.toml").write_text('[train]\ndata = "x"\n')
    assert main(["evaluate", *(str(tmp_path) if w == "RUN" else w for w in words)]) == 2
    assert message in capsys.readouterr().err


def _arrays(folder: Path, part: str, patients: np.ndarray | None = None) -> ArrayFiles:
    random = np.random.default_rng(len(part))
    labels = (random.random((40, 2)) < 0.4).astype(np.uint8)
    files = ArrayFiles(*(folder / f"{part}_{kind}.npy" for kind in ("scores", "labels")))
    np.save(files.scores, np.clip(labels * 0.3 + random.random(labels.shape) * 0.7, 0, 1))
    np.save(files.labels, labels)
    if patients is None:
        return files
    np.save(folder / f"{part}_patients.npy", patients)
    return ArrayFiles(files.scores, files.labels, folder / f"{part}_patients.npy")


def test_patients_of_two_arrays_are_compared(tmp_path: Path) -> None:
    test, val = _arrays(tmp_path, "test", np.arange(40)), _arrays(tmp_path, "val", np.arange(30, 70))
    protocol = evaluate_arrays(test, val=val, classes=["A", "B"]).metrics["protocol"]
    assert protocol["patient_overlap"] == [{"first": "val", "second": "test", "patients": 10, "records": 10}]
    assert any(note.startswith("WARNING: 10 test records") for note in protocol["notes"])
    unknown = evaluate_arrays(_arrays(tmp_path, "test"), val=val, classes=["A", "B"]).metrics["protocol"]
    assert unknown["patient_overlap"] is None
    assert any("not known" in note for note in unknown["notes"])


def test_what_it_writes_can_be_reported_on_and_compared(tmp_path: Path) -> None:
    for name in ("one", "other"):
        test, val = _arrays(tmp_path, "test"), _arrays(tmp_path, "val")
        evaluate_arrays(test, val=val, classes=["A", "B"], out=tmp_path / name, figures=False)
    assert compare_runs(tmp_path / "one", tmp_path / "other")["protocol"]["records"] == 40
    assert report_run(tmp_path / "one").html.is_file()


def test_a_run_is_not_overwritten_and_old_results_go(tmp_path: Path) -> None:
    test, out = _arrays(tmp_path, "test"), tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("old")
    evaluate_arrays(test, classes=["A", "B"], out=out, figures=False)
    assert not (out / "report.html").exists()
    (out / "config.toml").write_text("")
    with pytest.raises(ConfigError, match="a run with a model of its own"):
        evaluate_arrays(test, classes=["A", "B"], out=out)


@pytest.mark.parametrize("names", [["A", "A"], ["A", ""], ["A", "part"], ["A", "B_true"]])
def test_class_names_must_be_able_to_stand_over_columns(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(ConfigError, match="allowed are names that differ"):
        evaluate_arrays(_arrays(tmp_path, "test"), classes=names)


def test_superclasses_are_made_of_calibrated_scores_and_without_validation_too(simulated: Path, tmp_path: Path) -> None:
    metadata = read_metadata(simulated)
    labels = make_labels(metadata["scp_codes"], STATEMENTS, "diagnostic")
    random = np.random.default_rng(0)
    scores = np.clip(labels.matrix * 0.4 + random.random(labels.matrix.shape) * 0.6, 0, 1)
    path = tmp_path / "finer.csv"
    pd.DataFrame(scores, columns=list(labels.classes)).assign(ecg_id=metadata.index).to_csv(path, index=False)
    plain, scaled = (
        evaluate_predictions(path, simulated, task="diagnostic", val_folds="8,9", calibrate=calibrate).metrics
        for calibrate in (False, True)
    )
    brier = [m["superclasses"]["noisy_or"]["test"]["calibration"]["macro_brier"] for m in (plain, scaled)]
    assert brier[0] != brier[1]
    alone = evaluate_predictions(path, simulated, task="diagnostic", val_folds="").metrics
    assert alone["superclasses"]["max"]["test"]["at_thresholds"] is None
    assert alone["superclasses"]["max"]["test"]["macro_auc"] == plain["superclasses"]["max"]["test"]["macro_auc"]
