"""The demo at its smallest: every stage runs and every picture is there."""

from pathlib import Path

import pytest

from twelvelead.cli import main


def test_it_ends_by_naming_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["demo", "--out", str(tmp_path / "demo"), "--records", "80", "--epochs", "1"]
    assert main(words) == 0
    text = capsys.readouterr().out
    named = [Path(line.strip()) for line in text.split("Look at:")[1].split("The trained")[0].splitlines() if line]
    named = [path for path in named if path.name]
    assert len(named) >= 9
    assert all(path.is_file() and path.stat().st_size > 1000 for path in named)
    assert "not a medical device" in text
    assert main(words) == 0, "a second demo in the same folder"
