"""`twelvelead notebook`: options, help, what is printed."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from twelvelead.errors import ConfigError
from twelvelead.progress import say

__all__ = ["notebook"]


def notebook(
    file: Path,
    *,
    data: Path | None = None,
    out: Path | None = None,
    set_: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = (),
    run: Annotated[bool, Parameter(negative="--no-run")] = True,
    ipynb: Path | None = None,
) -> int:
    """Run a Jupyter notebook in the current folder and write it with every output as a PDF. Needs no LaTeX.

    The notebook itself is left as it is; if a cell fails, nothing is written.

    Examples:
      twelvelead notebook notebooks/apprentissage_ecg.ipynb
      twelvelead notebook notebooks/apprentissage_ecg.ipynb --data ptbxl --set NUM_EPOCHS=50 --out prenom_nom.pdf
      twelvelead notebook done.ipynb --no-run

    Parameters
    ----------
    file
        The notebook, .ipynb.
    data
        Data folder; short for --set DATA_PATH=...
    out
        PDF file. Default: the notebook's name, in the current folder.
    set_
        NAME=VALUE, another value for a name that the cell tagged "parameters" sets; may be given several times.
    run
        Run it; --no-run takes the outputs it has.
    ipynb
        File for the notebook with its outputs.
    """
    from twelvelead.commands.notebook import notebook_to_pdf, parse_settings

    settings = parse_settings(set_)
    if data is not None:
        settings["DATA_PATH"] = str(data)
    if not run and (settings or ipynb):
        raise ConfigError("--no-run takes the outputs as they are; --data, --set and --ipynb need a run.")
    pdf = out or Path(file.stem + ".pdf")
    notebook_to_pdf(file, pdf, settings, run=run, executed=ipynb, say=say)
    print("\n".join(str(path) for path in (pdf, ipynb) if path))
    return 0
