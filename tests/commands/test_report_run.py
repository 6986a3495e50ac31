"""`twelvelead report` on a run of simulated data, and its page in a browser."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import pytest

from twelvelead.cli import main

FILES = ("report.html", "report.pdf", "MODEL_CARD.md")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--window-size=1200,900",
)


@pytest.fixture(scope="module")
def run(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", str(simulated), "--out", str(folder), "--epochs", "1"]) == 0
    assert main(["evaluate", str(folder)]) == 0
    assert main(["report", str(folder)]) == 0
    return folder


def test_all_three_files_are_written_and_named(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(run), "--out", str(tmp_path / "new"), "--json"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert [Path(path).name for path in named.values()] == list(FILES)
    for name in FILES:
        assert (tmp_path / "new" / name).read_bytes() == (run / name).read_bytes()


def test_the_page_shows_what_the_run_has(run: Path) -> None:
    page = (run / "report.html").read_text(encoding="utf-8")
    metrics = json.loads((run / "metrics.json").read_text())
    assert f"{metrics['test']['macro_auc']:.3f}" in page
    assert page.count('class="figure paper"') > 0 and "The data are simulated" in page
    assert len(page) < 3_000_000


def test_without_typst_there_is_a_page_and_a_sentence(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["report", str(run), "--out", str(tmp_path)]) == 0
    assert "No PDF: This needs typst: pip install 'twelvelead[report]'." in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MODEL_CARD.md", "report.html"]


def test_a_run_without_data_predictions_or_training_has_a_report(run: Path, tmp_path: Path) -> None:
    shutil.copy(run / "metrics.json", tmp_path)
    assert main(["report", str(tmp_path)]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="curves"' not in page and 'id="confusion"' in page


def test_files_that_do_not_belong_together_are_refused(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    metrics = json.loads((folder / "metrics.json").read_text())
    metrics["test"]["records"] += 1
    (folder / "metrics.json").write_text(json.dumps(metrics))
    assert main(["report", str(folder)]) == 1
    assert "do not belong together" in capsys.readouterr().err
    (folder / "metrics.json").unlink()
    assert main(["report", str(folder)]) == 1
    assert f"not evaluated yet; do so with `twelvelead evaluate {folder}`" in capsys.readouterr().err


def test_evaluating_again_removes_the_report(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    assert main(["evaluate", str(folder)]) == 0
    assert not any((folder / name).exists() for name in FILES)


@pytest.mark.skipif(not BROWSER, reason="needs chromium to open the page")
@pytest.mark.parametrize(("theme", "dark"), [(0, True), (1, False)])
def test_a_browser_opens_it_without_complaint_in_both_themes(run: Path, tmp_path: Path, theme: int, dark: bool) -> None:
    assert BROWSER
    picture = tmp_path / "page.png"
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    words = [BROWSER, *FLAGS, profile, f"--blink-settings=preferredColorScheme={theme}", f"--screenshot={picture}"]
    done = subprocess.run([*words, f"file://{run / 'report.html'}"], capture_output=True, text=True, timeout=120)
    assert "CONSOLE" not in done.stderr
    brightness = matplotlib.image.imread(picture)[..., :3].mean()
    assert (brightness < 0.5) == dark
