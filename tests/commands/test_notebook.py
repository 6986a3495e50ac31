"""Carrying a notebook out: parameters, the kernel, what is written, and what is said when it goes wrong."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pypdf import PdfReader

from twelvelead.cli import main
from twelvelead.commands.notebook import parse_settings, set_parameters
from twelvelead.errors import ConfigError


def notebook(*sources: str, parameters: str = "N = 1\nDATA_PATH: str = 'x'") -> nbformat.NotebookNode:
    cells = [new_markdown_cell("# Titre"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    return new_notebook(cells=[*cells, *map(new_code_cell, sources)], metadata={"lang": "fr"})


def pdf_text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_with_parameters(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    drawing = "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"
    about = "import os, sys\nprint(N + 40, DATA_PATH, os.getcwd(), sys.executable)"
    nbformat.write(notebook(drawing, about), folder / "a.ipynb")
    before = (folder / "a.ipynb").read_bytes()
    words = ["--set", "N=2", "--data", "données", "--out", "new/b.pdf", "--ipynb", "new/b.ipynb"]
    assert main(["notebook", "a.ipynb", *words]) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["new/b.pdf", "new/b.ipynb"]
    assert "cell 2/4: N = 2" in captured.err
    assert (folder / "a.ipynb").read_bytes() == before
    assert {path.name for path in folder.rglob("*")} == {"a.ipynb", "new", "b.pdf", "b.ipynb"}
    outputs = [cell.outputs for cell in nbformat.read(folder / "new" / "b.ipynb", 4).cells[3:]]
    assert "image/png" in outputs[0][-1].data, "a backend from outside drew the figure"
    assert outputs[1][0].text.split() == ["42", "données", str(folder), sys.executable]
    # An executed notebook is converted as it is.
    assert main(["notebook", "new/b.ipynb", "--no-run", "--out", "again.pdf"]) == 0
    assert (folder / "again.pdf").read_bytes() == (folder / "new" / "b.pdf").read_bytes()


def test_a_failing_cell_is_named_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("# why\nprint(1)", "1 / 0\n", "print(3)"), folder / "a.ipynb")
    assert main(["notebook", "a.ipynb", "--ipynb", "b.ipynb"]) == 1
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1] == "twelvelead: Cell 3 (1 / 0) failed: ZeroDivisionError: division by zero."
    assert captured.out == ""
    assert [path.name for path in folder.iterdir()] == ["a.ipynb"]


def test_a_kernel_that_dies_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("import os; os._exit(3)"), folder / "a.ipynb")
    assert main(["notebook", "a.ipynb"]) == 1
    assert "Cell 2 (import os; os._exit(3)) ended its Python process" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["a.ipynb"]


@pytest.mark.skipif(os.name != "posix", reason="needs SIGINT")
def test_ctrl_c_leaves_no_kernel_and_no_file(folder: Path) -> None:
    waiting = "import os, time\nopen('started', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    nbformat.write(notebook(waiting), folder / "a.ipynb")
    process = subprocess.Popen(
        [sys.executable, "-m", "twelvelead.cli", "notebook", "a.ipynb"], stderr=subprocess.PIPE, text=True
    )
    started = folder / "started"
    deadline = time.monotonic() + 60
    while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert not (folder / "a.pdf").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["no.ipynb"], 1, "no.ipynb not found"),
        (["bad.ipynb"], 1, "bad.ipynb is not a notebook"),
        (["a.ipynb", "--set", "N"], 2, "is not of the form NAME=VALUE"),
        (["a.ipynb", "--set", "N=__import__('os')"], 2, "is no Python literal"),
        (["a.ipynb", "--set", "NUM=1"], 2, "--set: name is 'NUM'; allowed are N, DATA_PATH"),
        (["plain.ipynb", "--set", "N=1"], 2, "no cell with the tag 'parameters'"),
        (["a.ipynb", "--out", "a.ipynb"], 2, "allowed is a file name that ends in .pdf"),
        (["a.ipynb", "--ipynb", "a.ipynb"], 2, "is the notebook itself"),
        (["a.ipynb", "--out", "folder.pdf"], 2, "is a folder"),
        (["a.ipynb", "--no-run", "--set", "N=1"], 2, "need a run"),
    ],
)
def test_errors_are_one_line(
    words: list[str], code: int, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nbformat.write(notebook(), folder / "a.ipynb")
    nbformat.write(new_notebook(), folder / "plain.ipynb")
    (folder / "bad.ipynb").write_text("no JSON")
    (folder / "folder.pdf").mkdir()
    before = sorted(folder.rglob("*"))
    assert main(["notebook", *words]) == code
    captured = capsys.readouterr()
    assert message in captured.err and len(captured.err.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before


def test_no_run_says_that_there_are_no_outputs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("print('never')"), folder / "a.ipynb")
    assert main(["notebook", "a.ipynb", "--no-run"]) == 0
    assert "has no outputs" in capsys.readouterr().err
    assert "print('never')" in pdf_text(folder / "a.pdf")


@pytest.mark.parametrize(
    ("text", "value"), [("A=1", 1), ("A= 'b=c'", "b=c"), ("A=[1, 2.5]", [1, 2.5]), ("A=-3", -3), ("A=None", None)]
)
def test_settings_are_literals(text: str, value: object) -> None:
    assert parse_settings([text]) == {"A": value}


@pytest.mark.parametrize(
    "text", ["", "A", "=1", "1=1", "A=", "A=ptbxl", "A=open('x')", "A=1;b", "a b=1", "A=" + "(" * 999]
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--set"):
        parse_settings([text])


def test_parameters_set_again_replace_the_earlier_ones() -> None:
    book = notebook("print(N)")
    set_parameters(book, {"N": 2})
    set_parameters(book, {"DATA_PATH": "a'b\n"})
    assert [cell.source for cell in book.cells if cell.cell_type == "code"] == [
        "N = 1\nDATA_PATH: str = 'x'",
        '# Valeurs données à la commande\nDATA_PATH = "a\'b\\n"',
        "print(N)",
    ]
    nbformat.validate(book)
