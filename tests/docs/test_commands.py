"""Every command and Python block of README and docs is run, but for those that `pages.py` lists with a reason.

They are run in the order of the pages. The data set that the pages call `ptbxl` is here a simulated one of 60 records;
nothing else is changed, and no option is made smaller. What is not run is held against the command line's parser.
"""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from docs.pages import ELSEWHERE, NOT_RUN, PYTHON_NOT_RUN, RUN, excuse, python_excuse
from docs.snippets import PAGES, REPO, blocks, commands
from formats.writers import dicom, scp
from twelvelead import LEADS, SUPERCLASSES, read_metadata, simulate_dataset, simulate_ecg
from twelvelead.cli import main
from twelvelead.cli_commands import app

ALL = [(page, words) for page in PAGES for words in commands(page)]
PYTHON = [(page, block) for page in PAGES for block in blocks(page) if block.language == "python"]
OTHERS = [(page.name, words) for page, words in ALL if excuse(page, " ".join(words))]


@pytest.mark.parametrize(("page", "words"), OTHERS, ids=[" ".join(words)[:60] for _, words in OTHERS])
def test_what_is_not_run_exists(page: str, words: list[str]) -> None:
    program, *rest = words
    if program == "make":
        makefile = (REPO / "Makefile").read_text(encoding="utf-8")
        assert all(re.search(f"^{word}:", makefile, re.MULTILINE) for word in rest if "=" not in word)
    elif program == "pip":
        extras = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        for found in re.finditer(r"(?:twelvelead|\.)\[([\w,]+)\]", " ".join(rest)):
            assert set(found[1].split(",")) <= set(extras)
    elif program in ("python", "pytest"):
        file = next(word for word in rest if word.endswith(".py") or "/" in word)
        assert (REPO / file).exists(), file
    elif program in ("twelvelead", "torchrun", "srun"):
        ours = next(place for place, word in enumerate(words) if word.startswith("twelvelead"))
        app.parse_args(words[ours + 1 :], exit_on_error=False, print_error=False)
    else:
        assert program in ("git", "cd", "curl", "python3", "source")


def test_all_else_is_run() -> None:
    """Nothing is left out but by the list, and the list has nothing that is no longer there."""
    run = [(page, words) for page, words in ALL if not excuse(page, " ".join(words))]
    assert len(run) > len(ALL) / 3
    assert {words[0] for _, words in run} == {"twelvelead"}
    assert {page.name for page, _ in run} <= set(RUN)
    assert {page.name for page, block in PYTHON if not python_excuse(page, block.code)} <= set(RUN)
    for begin in NOT_RUN:
        assert any(" ".join(words).startswith(begin) for _, words in ALL), begin
    for line in PYTHON_NOT_RUN:
        assert any(line in block.code for _, block in PYTHON), line


@pytest.mark.parametrize("reason", [*NOT_RUN.values(), *PYTHON_NOT_RUN.values(), *ELSEWHERE.values()])
def test_the_tests_that_the_list_names_are_there(reason: str) -> None:
    for name in re.findall(r"tests?[\w/]*(?:\.py|/\w+)|test_\w+\.py", reason):
        assert (REPO / name).exists() or (REPO / "tests" / "docs" / name).exists(), name


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
    Path("ecg.scp").write_bytes(scp.scp())
    np.save("ecg.npy", np.round(signal * 1000))
    for folder in ("folder", "archive"):
        Path(folder).mkdir()
        shutil.copy("ecg.dcm", folder)
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
        if name == "scale.md":
            shutil.rmtree("scores")  # of the README, which scores another folder
        now: dict[str, str] = {}  # a page may say the same command twice, to go on
        for words in commands(page):
            text = " ".join(words)
            if not excuse(page, text) and text not in done:
                capsys.readouterr()
                code = main(words[1:])
                complaint = f"{name}, exit code {code}: {capsys.readouterr().err}" if code else ""
                now[text] = now.get(text) or complaint
        done |= now
        for block in blocks(page):
            if block.language == "python" and not python_excuse(page, block.code):
                exec(compile(block.code, name, "exec"), given())  # noqa: S102 (the page's own)
        if name == "ptbxl.md":
            check_files_page(Path("runs/first"))
        if name == "export.md":
            shutil.copy("runs/first/model.onnx", "model.onnx")
    assert {text: complaint for text, complaint in done.items() if complaint} == {}


def given() -> dict[str, Any]:
    """The names that a page's Python takes for granted, as it takes the files of `prepare_folder`."""
    return {"array": 1000 * simulate_ecg(["NORM"], seed=2)}


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
