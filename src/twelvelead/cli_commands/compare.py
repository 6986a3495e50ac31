"""`twelvelead compare`: options, help, what is printed."""

from pathlib import Path

from twelvelead.cli_commands.shared import Json, print_json
from twelvelead.progress import say

__all__ = ["compare"]


def compare(first: Path, second: Path, *, out: Path | None = None, json_: Json = False) -> int:
    """Compare two evaluated runs on the test records that both have: second minus first, with intervals and p-values.

    Examples:
      twelvelead compare runs/baseline runs/try
      twelvelead compare runs/baseline runs/all71/predictions_noisy_or.parquet --out comparison.json

    Parameters
    ----------
    first
        Run folder, or a table of predictions with labels.
    second
        The same.
    out
        JSON file for the result.
    json_
        Print the result as JSON.
    """
    from twelvelead.commands.compare_runs import compare_runs
    from twelvelead.commands.tables import format_comparison
    from twelvelead.files import write_json

    found = compare_runs(first, second)
    protocol = found["protocol"]
    if out:
        write_json(out, found)
    for note in protocol["notes"]:
        say(f"note: {note}")
    if json_:
        print_json(found)
        return 0
    print(f"first: {protocol['first']}\nsecond: {protocol['second']}")
    print(f"{protocol['records']:,} records of {protocol['patients']:,} patients; {protocol['intervals']}\n")
    print(format_comparison(found))
    print(f"\np: {protocol['p_value']}")
    return 0
