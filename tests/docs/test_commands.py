"""Every command of README and docs: those that need nothing from outside are run, in the order of the pages.

The data set that the pages call `ptbxl` is here a simulated one of 60 records; nothing else is changed, and no option
is made smaller. What is only held against the command line's parser says why in `NOT_RUN`; so are pages not in `RUN`.
"""

import json
import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from docs.snippets import PAGES, REPO, blocks, commands
from formats.writers import dicom
from twelvelead import LEADS, SUPERCLASSES, read_metadata, simulate_dataset, simulate_ecg
from twelvelead.cli import main
from twelvelead.cli_commands import app

RUN = ("README.md", "start.md", "ptbxl.md", "own-model.md", "evaluation.md", "export.md", "predict.md")
NOT_RUN = {
    "download": "needs PhysioNet; tests/data/download has a server of its own",
    "serve": "until it is ended; tests/web",
    "notebook": "minutes; tests/commands/test_notebook.py",
    "train ptbxl --rate 500": "five times the samples; tests/data/store and tests/training are at both rates",
    "export runs/first --format torch": "seconds for nothing new; tests/commands/test_export_run.py",
    "export runs/first --int8": "whether 8 bits cost too much depends on the model; tests/commands/test_export_run.py",
    "export runs/first --data": "as above",
}
OTHER_PROGRAMS = {"git", "cd", "curl", "docker", "torchrun", "srun", "sbatch", "ray"}
"""Nothing is claimed of these but that they are called."""


def is_run(page: Path, words: list[str]) -> bool:
    text = " ".join(words[1:])
    return page.name in RUN and words[0] == "twelvelead" and not any(text.startswith(begin) for begin in NOT_RUN)


OTHERS = [(page.name, words) for page in PAGES for words in commands(page) if not is_run(page, words)]


@pytest.mark.parametrize(("page", "words"), OTHERS, ids=[" ".join(words)[:60] for _, words in OTHERS])
def test_what_is_not_run_exists(page: str, words: list[str]) -> None:
    program, *rest = words
    if program == "twelvelead":
        app.parse_args(rest, exit_on_error=False, print_error=False)
    elif program == "make":
        makefile = (REPO / "Makefile").read_text(encoding="utf-8")
        assert all(re.search(f"^{word}:", makefile, re.MULTILINE) for word in rest if "=" not in word)
    elif program == "pip":
        extras = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        for found in re.finditer(r"(?:twelvelead|\.)\[([\w,]+)\]", " ".join(rest)):
            assert set(found[1].split(",")) <= set(extras)
    elif program in ("python", "pytest"):
        file = next(word for word in rest if word.endswith(".py") or "/" in word)
        assert (REPO / file).exists(), file
    else:
        assert program in OTHER_PROGRAMS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_are_python(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            compile(block.code, page.name, "exec")


def prepare_folder() -> None:
    """What the pages take for granted."""
    simulate_dataset("ptbxl", records=60, seed=0, rates=(100, 500))
    signal = simulate_ecg(["IMI"], seed=1)
    Path("ecg.dcm").write_bytes(dicom.dicom(dicom.group(np.round(signal * 1000).astype(np.int16))))
    np.savetxt("export.csv", signal * 1000, delimiter=",", header=",".join(LEADS), comments="")
    Path("folder").mkdir()
    shutil.copy("ecg.dcm", "folder")
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"ecg_id": read_metadata(Path("ptbxl")).index})
    table[list(SUPERCLASSES)] = rng.random((len(table), 5))
    table.to_parquet("theirs.parquet")
    for name in ("scores", "val"):
        np.save(f"{name}.npy", rng.random((40, 5)))
    for name in ("labels", "val_labels"):
        np.save(f"{name}.npy", rng.integers(0, 2, (40, 5)))
    # Named on the pages as what the reader has trained before.
    assert main(["train", "ptbxl", "--seed", "1", "--epochs", "2", "--out", "runs/second"]) == 0
    assert main(["evaluate", "runs/second", "--no-figures"]) == 0


@pytest.mark.timeout(1800)
def test_the_pages_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare_folder()
    done: dict[str, str] = {}
    """Command -> what it complained of, "" if it did its work."""
    for name in RUN:
        page = next(page for page in PAGES if page.name == name)
        for words in commands(page):
            text = " ".join(words)
            if is_run(page, words) and text not in done:
                capsys.readouterr()
                code = main(words[1:])
                done[text] = f"{name}, exit code {code}: {capsys.readouterr().err}" if code else ""
        for block in blocks(page):
            if block.marker == "run":
                exec(compile(block.code, name, "exec"), {})  # noqa: S102 (the page's own)
        if name == "ptbxl.md":
            check_files_page(Path("runs/first"))
        if name == "export.md":
            shutil.copy("runs/first/model.onnx", "model.onnx")
    assert {text: complaint for text, complaint in done.items() if complaint} == {}


def check_files_page(run: Path) -> None:
    """docs/files.md against a run: each file, column and key is there, and no other."""
    text = (REPO / "docs" / "files.md").read_text(encoding="utf-8")
    section = text.split("## A run folder")[1].split("<!-- columns -->")[0]
    listed = {
        name
        for row in section.splitlines()
        for name in re.findall(r"`([^`]+)`", row.split("|")[1:2][0] if "|" in row else "")
    }
    found = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    found = {re.sub("^tensorboard/.*", "tensorboard/", name) for name in found}
    of_other_commands = {
        "predictions_noisy_or.parquet",
        "predictions_max.parquet",
        "model.onnx",
        "model.int8.onnx",
        "model.pt2",
        "tensorboard/",
    }
    assert found <= listed, found - listed
    assert listed - found <= of_other_commands, listed - found - of_other_commands
    columns = _listed(text, "columns")
    for name, read in (
        ("split.csv", pd.read_csv),
        ("history.csv", pd.read_csv),
        ("predictions.parquet", pd.read_parquet),
    ):
        classes = SUPERCLASSES if name == "predictions.parquet" else ()
        real = [column for column in read(run / name) if not any(column.startswith(c) for c in classes)]
        expected = [column for column in columns[name] if not column.startswith("CLASS")]
        assert real == expected, name
    keys = _listed(text, "keys")
    for name, expected in keys.items():
        keys_found = set(json.loads((run / name).read_text(encoding="utf-8")))
        assert keys_found ^ set(expected) <= {"superclasses"}, (name, keys_found ^ set(expected))


def _listed(text: str, part: str) -> dict[str, list[str]]:
    """File -> names, of the table between two comments."""
    names: dict[str, list[str]] = {}
    file = ""
    for row in text.split(f"<!-- {part} -->")[1].split(f"<!-- end of {part} -->")[0].splitlines()[3:]:
        first, second = (re.findall(r"`([^`]+)`", cell) for cell in row.split("|")[1:3])
        file = first[0] if first else file
        names.setdefault(file, []).extend(second)
    return names
