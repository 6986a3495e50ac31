"""Of processes that were started together one tells; commands one after another all do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twelvelead.processes import first_to_tell, told_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")


def said(script: str, folder: Path) -> list[str]:
    """Lines on stderr of a shell in which commands have SLURM's rank."""
    environment = {**os.environ, "SLURM_PROCID": "0", "TMPDIR": str(folder), "PYTHON": sys.executable}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    return done.stderr.splitlines()


def test_each_failing_command_of_a_jobs_script_tells(tmp_path: Path) -> None:
    one = '"$PYTHON" -m twelvelead.cli train'
    lines = said(f"{one} first; {one} second; exit 1", tmp_path)
    assert [line.split("/")[0] for line in lines] == ["twelvelead: first", "twelvelead: second"]


def test_one_of_those_that_run_together_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_PROCID", "1")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert first_to_tell()
    assert told_file(os.getppid(), os.environ.get("MASTER_PORT", "")).parent == tmp_path
    assert not first_to_tell()
