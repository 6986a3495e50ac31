"""The commands as a user types them, one file each: options and their help, call, print.

Results go to stdout, progress to stderr. Nothing heavy is imported before a command needs it.
"""

from importlib import import_module

from cyclopts import App

import twelvelead
from twelvelead.cli_commands.shared import EPILOGUE

__all__ = ["COMMANDS", "app"]

COMMANDS = (
    "demo",
    "download",
    "simulate",
    "prepare",
    "train",
    "evaluate",
    "compare",
    "report",
    "predict",
    "explain",
    "score",
    "export",
    "serve",
    "formats",
    "notebook",
    "benchmark",
)
"""In the order of work, which is that of the help; each is a function in the file of its name."""

app = App(
    name="twelvelead",
    help=f"From PTB-XL to a trained, evaluated 12-lead ECG classifier. {EPILOGUE}",
    version=twelvelead.__version__,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says how to go on
    help_epilogue="Every command takes --config FILE: a TOML file with its options in a table of its name, such as "
    "[train]; the command line wins.",
)

for _place, _name in enumerate(COMMANDS):
    app.command(getattr(import_module(f"{__name__}.{_name}"), _name), sort_key=_place)
