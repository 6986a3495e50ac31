"""The command line as a user meets it: exit codes, one-line errors, files written, JSON on stdout."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from data.download.served import write_sums
from twelvelead.cli import main
from twelvelead.config import DataOptions
from twelvelead.data.parts import load_parts
from twelvelead.training.history import read_history

COMMANDS = (
    "demo", "download", "simulate", "prepare", "train", "evaluate", "compare", "report", "predict", "explain", "score",
    "serve", "formats", "notebook", "benchmark",
)  # fmt: skip


@pytest.fixture(scope="module")
def run(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", str(simulated), "--out", str(folder), "--epochs", "2"]) == 0
    assert main(["evaluate", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_defaults(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    example = text.split("Example")[1]
    assert f"twelvelead {command} " in example
    assert "default: " in text
    assert "--config FILE" in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["train", "DATA", "--epoch", "3"], 2, "Did you mean --epochs? Allowed are --amplitude"),
        (["train", "DATA", "--task", "super"], 2, "task is 'super'; allowed are all, diagnostic"),
        (["train", "DATA", "--epochs", "0"], 2, "--epochs is 0; allowed is 1 or more"),
        (["train", "DATA", "--epochs", "many"], 2, "--epochs is 'many'; allowed is a whole number."),
        (["train", "DATA", "--lr", "fast"], 2, "--lr is 'fast'; allowed is a number."),
        (["train", "DATA", "--network", "cnn_ltsm"], 2, "xresnet1d. Did you mean 'cnn_lstm'?"),
        (["train", "DATA", "--train-folds", "1-9"], 2, "fold 9 is in both train and val"),
        (["train", "DATA", "--train-folds", "x"], 2, "write them like 1-8"),
        (["train", "DATA", "--val-folds", ""], 1, "the val part is empty"),
        (["train", "nowhere"], 1, "nowhere/ptbxl_database.csv not found"),
        (["trian", "DATA"], 2, 'Did you mean "train"?'),
        (["evaluate", "nowhere"], 1, "no run folder"),
        (["report", "nowhere"], 1, "no run folder"),
        (["predict", "x", "--run", "nowhere"], 1, "no run folder or exported file nowhere"),
        (["prepare"], 2, "requires an argument"),
        (["download", "new", "--from", "nowhere.zip"], 1, "--from nowhere.zip is not there; allowed are an address"),
        (["download", "new", "--from", "ftp://x/"], 2, "allowed is one like https://physionet.org/"),
        (["download", "new", "--version", "1.0.3", "--from", "x"], 2, "--version has no meaning with --from"),
        (["download", "new", "--parallel", "0"], 2, "--parallel is 0; allowed is 1 to 64"),
        (["simulate", "new", "--records", "0"], 2, "records is 0; allowed is 1 or more"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str],
    code: int,
    message: str,
    simulated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([str(simulated) if a == "DATA" else a for a in arguments]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    lines = [line for line in captured.err.splitlines() if not line.startswith("prepared: ")]
    assert len(lines) == 1
    assert not any(tmp_path.iterdir()), "an error left something behind"


def test_a_run_holds_all_that_it_should(run: Path) -> None:
    expected = {
        "config.toml", "split.csv", "history.csv", "training.json", "metrics.json", "predictions.parquet",
        "model", "figures",
    }  # fmt: skip
    assert expected <= {path.name for path in run.iterdir()}
    assert {p.stem for p in (run / "figures").iterdir()} == {
        "roc", "precision_recall", "confusion", "confusion_at_0.5", "reliability", "subgroups", "history",
    }  # fmt: skip


def test_metrics_name_their_protocol(run: Path) -> None:
    protocol = json.loads((run / "metrics.json").read_text())["protocol"]
    for key in ("data_version", "records", "label_rule", "split", "threshold_rule", "parts", "patient_overlap"):
        assert protocol[key] not in (None, ""), key


def test_metrics_equal_scikit_learns_on_the_written_predictions(run: Path, simulated: Path) -> None:
    metrics = json.loads((run / "metrics.json").read_text())
    table = pq.read_table(run / "predictions.parquet").to_pandas().set_index("ecg_id")
    parts = load_parts(simulated, DataOptions())
    for part in ("val", "test"):
        positions, _, labels = parts.part(part)
        scores = table[table["part"] == part].loc[parts.metadata.index[positions], list(parts.labels.classes)]
        for i, name in enumerate(parts.labels.classes):
            found = metrics[part]["classes"][name]["auc"]
            if len(set(labels[:, i])) < 2:
                assert found is None
            else:
                assert found == pytest.approx(roc_auc_score(labels[:, i], scores[name]), abs=1e-9)


def test_json_goes_to_stdout_alone(run: Path, simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", str(simulated), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["usable"] == 60
    assert main(["evaluate", str(run), "--json"]) == 0
    assert "test" in json.loads(capsys.readouterr().out)


def test_download_says_what_came_and_what_is_next(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "source", tmp_path / "my data"
    shutil.copytree(simulated, source)
    write_sums(source)
    assert main(["download", str(target), "--from", str(source)]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == f"{target}: simulated (60 records)"
    assert lines[1].startswith("60 records at 100 Hz; 123 files, 1.5 MB, each as its SHA256SUMS.txt says")
    assert lines[2] == "fetched now: 123 files, there already: 0"
    assert lines[3] == f"next: twelvelead prepare '{target}'"
    assert captured.err == "downloaded: 1.5 of 1.5 MB\n"
    assert main(["download", str(target), "--from", str(source), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["fetched"] == 0 and result["files"] == 123 and result["records"] == {"100": 60}


def test_predict_a_folder_with_a_bad_file(
    run: Path, simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = sorted(simulated.rglob("*.hea"))[:2]
    (tmp_path / "bad.hea").write_text("nonsense")
    words = ["predict", str(good[0]), str(tmp_path), str(good[1]), "--run", str(run)]
    assert main([*words, "--json"]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert main([*words, "--plot", str(tmp_path / "pictures")]) == 1
    assert "not a medical device" in capsys.readouterr().out
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2


def test_a_config_file_means_the_same_as_options(
    run: Path, simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    assert main(["train", "--config", str(run / "config.toml"), "--out", str(again), "--epochs", "1"]) == 0
    first, second = (read_history(folder)[0] for folder in (run, again))
    assert first.val_loss == second.val_loss
    config = tmp_path / "bad.toml"
    for text, message in [
        ('[train]\nepochs = "many"', f"--epochs is 'many' in {config}; allowed is a whole number"),
        ("[train]\nepoch = 3", "Did you mean --epochs? Allowed are"),
        ('[train]\nsplit = "x"', "Choose from"),
        ("[trian]\nepochs = 3", "Did you mean 'train'?"),
        ("[predict]\nplot = 'x'", "has no table [train], only [predict]"),
        ("epochs = 3", "outside a table"),
        ("[train", "cannot be read"),
    ]:
        config.write_text(text)
        capsys.readouterr()
        assert main(["train", str(simulated), "--config", str(config), "--out", str(tmp_path / "no")]) == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_a_test_part_that_is_missing_is_said(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run), "--test-folds", ""]) == 1
    assert "the test part is empty" in capsys.readouterr().err
    assert main(["evaluate", str(run), "--test-folds", "9"]) == 2
    assert "fold 9 is in both" in capsys.readouterr().err


def test_records_that_the_model_has_seen_are_no_test(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "metrics.json").read_bytes()
    assert main(["evaluate", str(run), "--val-folds", "10", "--test-folds", "9"]) == 1
    assert "were in the training or validation part of this model" in capsys.readouterr().err
    assert (run / "metrics.json").read_bytes() == before


def test_a_stratified_split_is_not_made_again(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records that turn up after the training must not shuffle the parts."""
    data, folder = tmp_path / "data", tmp_path / "run"
    shutil.copytree(simulated, data, ignore=shutil.ignore_patterns(".twelvelead"))
    hidden = sorted(data.rglob("*.dat"))[5:15]
    for path in hidden:
        path.rename(path.with_suffix(".later"))
    words = ["train", str(data), "--out", str(folder), "--epochs", "1", "--split", "stratified"]
    assert main(words) == 0
    for path in hidden:
        path.with_suffix(".later").rename(path)
    assert main(["evaluate", str(folder)]) == 0
    trained = {row["ecg_id"]: row["part"] for row in csv.DictReader((folder / "split.csv").read_text().splitlines())}
    shown = pq.read_table(folder / "predictions.parquet").to_pylist()
    assert {str(row["ecg_id"]): row["part"] for row in shown} == {i: p for i, p in trained.items() if p != "train"}


def test_training_on_removes_results_of_the_old_weights(run: Path, simulated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    assert len(json.loads((folder / "metrics.json").read_text())["protocol"]["weights_sha256"]) == 64
    assert main(["train", str(simulated), "--out", str(folder), "--epochs", "3", "--resume"]) == 0
    assert not (folder / "metrics.json").exists()
    assert not (folder / "figures").exists()


def test_dropping_the_unlabelled_still_gives_both_scores(simulated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    words = ["train", str(simulated), "--out", str(folder), "--epochs", "1", "--unlabelled", "drop"]
    assert main([*words, "--task", "form"]) == 0
    assert main(["evaluate", str(folder)]) == 0
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["protocol"]["parts"]["train"]["unlabelled"] == 0
    assert metrics["test"]["labelled_only"]["records"] < metrics["test"]["records"]


def test_an_unwritable_place_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "/proc/twelvelead", "--records", "1"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_in_a_terminal_there_is_a_live_bar(simulated: Path, tmp_path: Path) -> None:
    import pty

    words = ["train", str(simulated), "--out", str(tmp_path / "run"), "--epochs", "2", "--store", str(tmp_path / "s")]
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "twelvelead.cli", *words], stderr=terminal, stdout=subprocess.DEVNULL
    ) as process:
        os.close(terminal)
        shown = b""
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(screen)
    assert process.returncode == 0, shown.decode()
    for text in (b"prepared", b"epoch 1/2", b"ECG/s", b"val macro AUC"):
        assert text in shown


def test_help_does_not_load_the_heavy_libraries() -> None:
    code = (
        "import sys, twelvelead.cli; twelvelead.cli.main(['--help']);"
        "print([m for m in ('torch','pandas','matplotlib','scipy','sklearn','wfdb') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "[]"


def test_predicting_does_not_load_the_training_engine(simulated: Path) -> None:
    """Which takes as long to import as all the rest."""
    ecg = next(simulated.rglob("*.hea"))
    code = (
        f"import sys, twelvelead.cli; twelvelead.cli.main(['predict', {str(ecg)!r}]);"
        "print([m for m in ('lightning_fabric','torch._dynamo','pandas','matplotlib','sklearn') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_kill_9_and_resume(run: Path, simulated: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    words = [sys.executable, "-m", "twelvelead.cli", "train", str(simulated), "--out", str(killed), "--epochs", "2"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (killed / "state.safetensors").exists() and time.monotonic() < deadline:
        assert process.poll() is None, "the training ended before it could be killed"
        time.sleep(0.01)
    assert (killed / "state.safetensors").exists(), "no epoch was finished in time"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert main(["train", str(simulated), "--out", str(killed), "--epochs", "2", "--resume"]) == 0
    for first, second in zip(read_history(run), read_history(killed), strict=True):
        assert (first.train_loss, first.val_loss) == (second.train_loss, second.val_loss)
