"""`twelvelead report`: options, help, what is printed."""

from pathlib import Path

from twelvelead.cli_commands.shared import Json, print_json
from twelvelead.progress import say

__all__ = ["report"]


def report(
    run: Path,
    *,
    data: Path | None = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """Report on an evaluated run: one HTML page, the same as PDF, and a model card.

    Examples:
      twelvelead report runs/cnn_lstm-superdiagnostic-seed0
      twelvelead report runs/try --data /data/ptbxl --out supplement

    Parameters
    ----------
    run
        Run folder that `twelvelead evaluate` has evaluated.
    data
        Data folder, where it is not where it was; the ECGs of wrong decisions are drawn from it.
    out
        Folder for report.html, report.pdf and MODEL_CARD.md. Default: the run folder.
    json_
        Print the paths as JSON.
    """
    from twelvelead.commands.report_run import report_run

    result = report_run(run, data_dir=data, out=out, progress=say)
    if result.pdf_missing:
        say(f"note: {result.pdf_missing}")
    if json_:
        pdf = str(result.pdf) if result.pdf else None
        print_json({"html": str(result.html), "pdf": pdf, "model_card": str(result.model_card)})
        return 0
    print("written: " + ", ".join(map(str, result.files)))
    return 0
