"""`twelvelead formats`: options, help, what is printed."""

from twelvelead.cli_commands.shared import Json, print_json

__all__ = ["formats"]


def formats(*, json_: Json = False) -> int:
    """List the ECG file formats that can be read.

    Example: twelvelead formats --json

    Parameters
    ----------
    json_
        Print the list on stdout as JSON: name, suffixes, description, hints, libraries, installed.
    """
    from twelvelead.commands import format_list

    if json_:
        print_json(format_list.describe())
    else:
        print(format_list.table())
    return 0
