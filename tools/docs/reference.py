"""The pages of the reference that the package itself writes: commands, public names, errors."""

import ast
import contextlib
import inspect
import io
import os
from collections.abc import Iterator
from pathlib import Path

import twelvelead
from twelvelead import assignment, cli, errors, formats
from twelvelead.cli_commands import COMMANDS

__all__ = ["pages"]

PACKAGE = Path(twelvelead.__file__).parent
HELP_COLUMNS = "84"
AREAS = {
    "data": "Data", "models": "Models", "training": "Training", "inference": "Prediction", "commands": "Results",
    "report": "Pictures", "config": "Options", "formats": "Files", "leads": "Leads", "errors": "Errors",
}  # fmt: skip
"""Headings, by the part of the package that a name is from; another part is its own heading."""


def pages() -> dict[str, str]:
    """Name of the file -> Markdown."""
    return {"commands.md": _commands(), "python.md": _python(), "errors.md": _errors()}


def _commands() -> str:
    codes = str(inspect.getdoc(cli)).splitlines()[-1]
    parts = [f"# Commands\n\n{codes}\n\n```text\n{_help()}\n```\n"]
    parts += [f"## {name}\n\n```text\n{_help(name)}\n```\n" for name in COMMANDS]
    return "\n".join(parts)


def _help(*command: str) -> str:
    os.environ["COLUMNS"] = HELP_COLUMNS
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert cli.main([*command, "--help"]) == 0
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def _python() -> str:
    by_area: dict[str, list[str]] = {}
    for name, home in twelvelead._HOMES.items():
        area = home.split(".")[1]
        # A function may be called as the module is that it is in; its own home is not to be taken for that.
        at = getattr(getattr(twelvelead, name), "__module__", home) if name[0].islower() else home
        by_area.setdefault(AREAS.get(area, area), []).append(f"{at}.{name}")
    by_area.setdefault("Files", []).extend(f"{formats.__name__}.{name}" for name in formats.__all__)
    parts = ["# Python\n\n`import twelvelead as tl` has these names; each is imported when it is first used.\n"]
    for area in sorted(by_area):
        parts += [f"## {area}\n", *(f"::: {name}\n" for name in sorted(by_area[area]))]
    parts.append("## The course assignment\n\n`from twelvelead.assignment import ...`\n")
    parts += [f"::: {assignment.__name__}.{name}\n" for name in assignment.__all__]
    return "\n".join(parts)


def _errors() -> str:
    base = errors.TwelveleadError
    parts = [
        "# Errors\n\nThe command line prints the message on stderr and exits with 1, with 2 for a ConfigError.\n",
        f"- `{base.__name__}` (a `ValueError`): {base.__doc__}",
        *(f"    - `{kind.__name__}`: {kind.__doc__}" for kind in base.__subclasses__()),
        "\nBelow are the messages as they stand in the code, by the part of the package; … stands for what varies.\n",
    ]
    by_area: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        rows = [f"| {message} | {kind} | {place} |" for kind, message in sorted(set(_messages(path)))]
        by_area.setdefault(place.parts[0].removesuffix(".py"), []).extend(rows)
    for area, rows in by_area.items():
        if rows:
            parts += [f"## {area}\n", "| message | error | raised in |\n|---|---|---|", *rows, ""]
    return "\n".join(parts)


def _messages(path: Path) -> Iterator[tuple[str, str]]:
    kinds = {name for name in errors.__all__ if name.endswith("Error")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
            message = _template(node.args[0])
            if message.strip("… ."):
                yield node.func.id, message.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _template(node: ast.expr) -> str:
    """A message as a person may search for it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_template, node.values))
    if isinstance(node, ast.BinOp):
        return _template(node.left) + _template(node.right)
    return "…"
