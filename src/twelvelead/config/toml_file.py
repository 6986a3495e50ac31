"""Options as TOML: the form that `--config` reads and that a run keeps beside its results."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from twelvelead.errors import ConfigError

__all__ = ["options_table", "read_toml", "to_toml"]


def read_toml(path: Path) -> dict[str, dict[str, Any]]:
    """A configuration file: one table for each command.

    Raises:
        ConfigError: the file is missing, is no TOML, or has keys outside tables.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"configuration file {path} not found.") from None
    except RecursionError:
        raise ConfigError(f"configuration file {path} is nested too deeply.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"configuration file {path} cannot be read: {error}.") from None
    for key, value in tables.items():
        if not isinstance(value, dict):
            raise ConfigError(f"{path}: {key!r} stands outside a table; put it below a line such as [train].")
    return tables


def to_toml(table: str, options: Mapping[str, object]) -> str:
    """One table of a configuration file; options that are None are left out."""
    lines = [f"[{table}]"]
    lines += [f"{key} = {_toml_value(value)}" for key, value in options.items() if value is not None]
    return "\n".join(lines) + "\n"


def options_table(data: Path, *groups: Any) -> dict[str, object]:
    """The resolved options of a command; as a TOML table, `--config` repeats it."""
    options: dict[str, object] = {"data": str(data)}
    for group in groups:
        options.update({f.name: getattr(group, f.name) for f in fields(group)})
    return options


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(float(value))  # NumPy's floats have a repr of their own
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text) + '"'
