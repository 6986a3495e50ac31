"""Reading a Jupyter notebook that somebody hands in: any version, checked, nothing carried out."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from twelvelead.errors import TwelveleadError, needs_extra

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["read_notebook", "write_notebook"]

MAX_BYTES = 200_000_000


def read_notebook(path: Path) -> "NotebookNode":
    """Read a notebook as the newest format.

    Raises:
        TwelveleadError: no such file, more than 200 MB, or not a notebook; one sentence.
    """
    with needs_extra("report"):
        import nbformat

    if not path.is_file():
        raise TwelveleadError(f"{path} not found; name a notebook, such as report.ipynb.")
    if path.stat().st_size > MAX_BYTES:
        raise TwelveleadError(f"{path} has {path.stat().st_size / 1e6:,.0f} MB; allowed are {MAX_BYTES / 1e6:,.0f}.")
    try:
        with warnings.catch_warnings():
            # About cells without an id, which older notebooks may have; they get one.
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=nbformat.NO_CONVERT)
            notebook = nbformat.v4.upgrade(nbformat.convert(notebook, nbformat.current_nbformat))
            nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise TwelveleadError(f"{path} is not a valid notebook: {_first_line(error.message)}.") from None
    except json.JSONDecodeError as error:
        raise TwelveleadError(f"{path} is not a notebook: it is no JSON (line {error.lineno}).") from None
    except Exception as error:
        # nbformat meets a file of another kind with errors of many kinds.
        raise TwelveleadError(f"{path} is not a notebook: {_first_line(str(error)) or type(error).__name__}.") from None
    return notebook


def write_notebook(notebook: "NotebookNode", path: Path) -> None:
    """Write a notebook; `path` appears only when it is complete."""
    import nbformat

    from twelvelead.files import write_text

    write_text(path, nbformat.writes(notebook) + "\n")


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or [""]
    return lines[0][:200].rstrip(".")
