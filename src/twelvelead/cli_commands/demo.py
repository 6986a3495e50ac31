"""`twelvelead demo`: options, help, what is printed."""

from pathlib import Path

from twelvelead.cli_commands.shared import EPILOGUE
from twelvelead.config import DEMO_EPOCHS, DEMO_RECORDS
from twelvelead.progress import say

__all__ = ["demo"]


def demo(*, out: Path = Path("demo"), records: int = DEMO_RECORDS, epochs: int = DEMO_EPOCHS, seed: int = 0) -> int:
    """The main job on simulated ECGs, end to end, in about two minutes.

    Example: twelvelead demo --out demo

    Parameters
    ----------
    out
        Folder for data, model, results and pictures.
    records
        Simulated ECGs.
    epochs
        Passes over the training part.
    seed
        Of data and training.
    """
    from twelvelead.commands.demo import demo as run_demo
    from twelvelead.commands.tables import format_card

    result = run_demo(out, records, epochs, seed, say)
    print("\nFold 10, decisions at the thresholds chosen on fold 9:\n")
    print(format_card(result.evaluation.metrics["test"], "at_thresholds"))
    print("\nLook at:")
    for path in (*result.pictures, *result.evaluation.files):
        print(f"  {path}")
    print(f"\nThe trained model: {result.run / 'model'}\nThe simulated data set: {result.data}\n{EPILOGUE}")
    return 0
