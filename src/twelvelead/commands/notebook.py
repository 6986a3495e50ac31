"""Carry a notebook out in a fresh kernel, with parameters, and write it with all its outputs as a PDF."""

import ast
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twelvelead.errors import ConfigError, TwelveleadError, needs_extra, require_choice
from twelvelead.files import atomic_path
from twelvelead.report.notebook.notebook_file import read_notebook, write_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["notebook_to_pdf", "parse_settings", "run_notebook", "set_parameters"]

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
"""The tags by which papermill and other tools know these cells, too."""

_HEADLINES = {"fr": "# Valeurs données à la commande", "en": "# Values given to the command"}

LONGEST_COMPLAINT = 300


def notebook_to_pdf(
    path: Path,
    out: Path,
    settings: Mapping[str, Any] | None = None,
    *,
    run: bool = True,
    executed: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Run a notebook in the current folder and write its PDF; nothing is written unless all cells ran.

    Args:
        path: the notebook; it is left as it is.
        out: PDF file.
        settings: values by name, for names that its cell tagged `parameters` sets.
        run: False takes the outputs that it has.
        executed: file for the notebook with its outputs.
        say: takes a line for each cell that begins.

    Raises:
        ConfigError: a name that is no parameter, or files that may not be written to.
        TwelveleadError: not a notebook, a cell that fails, or a missing extra.
    """
    _check_files(path, out, executed)
    from twelvelead.report.notebook.notebook_pdf import notebook_pdf

    notebook = read_notebook(path)
    if settings:
        set_parameters(notebook, settings)
    if run:
        run_notebook(notebook, say)
    elif not any(cell.get("outputs") for cell in notebook.cells):
        say(f"note: {path} has no outputs, so the PDF shows none")
    content = notebook_pdf(notebook)
    if executed:
        write_notebook(notebook, executed)
    with atomic_path(out) as temporary:
        temporary.write_bytes(content)


def parse_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Values by name from texts such as `NUM_EPOCHS=3`; a value is a Python literal and never carried out.

    Raises:
        ConfigError: no `=`, no name before it, or no literal behind it.
    """
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (equals and name.isidentifier()):
            raise ConfigError(f"--set {text!r} is not of the form NAME=VALUE.")
        try:
            settings[name] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise ConfigError(
                f"--set {name}: {value!r} is no Python literal such as 3, 0.5, True or 'a text in quotes'."
            ) from None
    return settings


def set_parameters(notebook: "NotebookNode", settings: Mapping[str, Any]) -> None:
    """Put a cell with these values behind the one tagged `parameters`, instead of an earlier such cell.

    Raises:
        ConfigError: there is no cell with the tag, or it does not set one of the names.
    """
    from nbformat.v4 import new_code_cell

    cells = [cell for cell in notebook.cells if INJECTED_TAG not in _tags(cell)]
    position = next((i for i, cell in enumerate(cells) if PARAMETERS_TAG in _tags(cell)), None)
    if position is None:
        raise ConfigError(f"The notebook has no cell with the tag {PARAMETERS_TAG!r}, so nothing can be set in it.")
    allowed = _assigned_names(cells[position].source)
    for name in settings:
        require_choice("--set: name", name, allowed)
    headline = _HEADLINES.get(str(notebook.metadata.get("lang")), _HEADLINES["en"])
    lines = [headline, *(f"{name} = {value!r}" for name, value in settings.items())]
    injected = new_code_cell("\n".join(lines), id=INJECTED_TAG, metadata={"tags": [INJECTED_TAG]})
    notebook.cells = [*cells[: position + 1], injected, *cells[position + 1 :]]


def run_notebook(notebook: "NotebookNode", say: Callable[[str], None] = lambda line: None) -> None:
    """Run all cells in a fresh kernel in the current folder; their outputs go into `notebook`.

    Raises:
        TwelveleadError: a cell failed, or the kernel died; the sentence names the cell and the error.
    """
    with needs_extra("report"):
        import ipykernel  # noqa: F401  (the kernel's process needs it)
        from jupyter_client.utils import run_sync
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        from twelvelead.commands.notebook_kernel import this_python

    progress = _Progress(notebook, say)
    with this_python() as (manager, environment):
        client = NotebookClient(notebook, km=manager, timeout=None, on_cell_start=progress.begin)
        try:
            # What it prints besides its cells' outputs is the kernel's own: warnings, a traceback as it is ended.
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except CellExecutionError as error:
            raise TwelveleadError(f"{progress.where()} failed: {_complaint(error.ename, error.evalue)}") from None
        except DeadKernelError:
            if client.km is None:  # how nbclient, which takes Ctrl-C for itself, leaves a run that was stopped
                raise KeyboardInterrupt("stopped by hand; nothing was written.") from None
            raise TwelveleadError(f"{progress.where()} ended its Python process; perhaps memory ran out.") from None
        except RuntimeError as error:  # it died before the first cell
            raise TwelveleadError(f"The notebook's Python process could not be started: {error}.") from None
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                run_sync(manager.shutdown_kernel)(now=True)


class _Progress:
    """Which cell is at work, for people: cells of code are counted from 1, as the notebook numbers them."""

    def __init__(self, notebook: "NotebookNode", say: Callable[[str], None]) -> None:
        self._numbers: dict[int, int] = {}
        self._lines: dict[int, str] = {}
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                self._numbers[index] = len(self._numbers) + 1
                self._lines[index] = _headline(cell.source)
        self._say = say
        self._index = -1

    def begin(self, cell: Any, cell_index: int) -> None:
        self._index = cell_index
        if cell_index in self._numbers:
            self._say(f"cell {self._numbers[cell_index]}/{len(self._numbers)}: {self._lines[cell_index]}")

    def where(self) -> str:
        return f"Cell {self._numbers.get(self._index, 0)} ({self._lines.get(self._index, '')})"


def _headline(source: str) -> str:
    lines = [line.strip() for line in source.splitlines()]
    first = next((line for line in lines if line and not line.startswith(("#", "%"))), lines[0])
    return first if len(first) <= 60 else first[:59] + "…"


def _complaint(name: str, value: str) -> str:
    text = " ".join(f"{name}: {value}".split())
    if len(text) > LONGEST_COMPLAINT:
        text = text[: LONGEST_COMPLAINT - 1] + "…"
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _tags(cell: Any) -> Sequence[str]:
    tags: Sequence[str] = cell.metadata.get("tags", [])
    return tags


def _assigned_names(source: str) -> list[str]:
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    targets = [t for s in statements if isinstance(s, ast.Assign | ast.AnnAssign) for t in _targets(s)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _check_files(path: Path, out: Path, executed: Path | None) -> None:
    for option, file, suffix in (("--out", out, ".pdf"), ("--ipynb", executed, ".ipynb")):
        if file is None:
            continue
        if file.suffix.lower() != suffix:
            raise ConfigError(f"{option} is {str(file)!r}; allowed is a file name that ends in {suffix}.")
        if file.is_dir():
            raise ConfigError(f"{option} {file} is a folder; name a file.")
        if file.resolve() == path.resolve():
            raise ConfigError(f"{option} {file} is the notebook itself; name another file.")
