"""`twelvelead export`: options, help, what is printed."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from twelvelead.cli_commands.shared import EPILOGUE, Json, Switch, print_json
from twelvelead.progress import say

__all__ = ["export"]


def export(
    run: str,
    /,
    *,
    format_: Annotated[Literal["onnx", "torch"], Parameter(name="--format")] = "onnx",
    int8: Switch = False,
    data: Path | None = None,
    out: Path | None = None,
    json_: Json = False,
) -> int:
    """Export a trained model as one file: ECGs in millivolts in, probabilities out.

    The file is run and compared with the model before it gets its name; one that differs is not written.

    Examples:
      twelvelead export runs/try
      twelvelead export runs/try --format torch --out try.pt2
      twelvelead export runs/try --int8 --data ptbxl
      twelvelead predict ecg.dcm --run runs/try/model.onnx

    Parameters
    ----------
    run
        Run folder with a trained model, or the name of one that comes with twelvelead.
    format_
        onnx: for ONNX Runtime and `twelvelead predict`, which then need no PyTorch. torch: a program for PyTorch.
    int8
        Weights of 8 bits, a smaller file; refused if macro AUC on the validation part falls by more than 0.002.
    data
        PTB-XL's folder: judge the file on the validation part of the run's own configuration.
    out
        The file. Default: model.onnx, model.int8.onnx or model.pt2 in the run folder.
    json_
        Print the result as JSON.
    """
    from twelvelead.commands.export_run import export_run

    result = export_run(run, format=format_, int8=int8, data_dir=data, out=out, progress=say)
    if json_:
        print_json(result.to_json())
    else:
        _print_export(result)
    return 0


def _print_export(result: Any) -> None:
    size = f"{result.size / 1e6:.1f} MB" if result.size >= 1e5 else f"{result.size / 1e3:.1f} kB"
    print(f"written: {result.file} ({size})")
    allowed = "" if result.tolerance is None else f"; allowed: {result.tolerance:g}"
    print(f"largest difference of a probability, on simulated ECGs: {result.largest_difference:.1g}{allowed}")
    found = result.judgement
    if found:
        print(
            f"macro AUC on {found.records:,} validation records: {found.macro_auc_after:.4f}, "
            f"{found.change:+.4f} beside PyTorch; largest difference there: {found.largest_difference:.1g}"
        )
    print(EPILOGUE)
