"""ECG files of any known format: found by content first, by name second; a new format is one new module here.

A module of this package that defines `FORMAT` (see `contract.py`) is a format.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import twelvelead.formats
from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import check_rate
from twelvelead.formats.recording import Recording, millivolts_per_unit, printable

__all__ = ["find_format", "known_formats", "read"]

LONGEST_MESSAGE = 600
"""Characters of an error's message."""


@cache
def known_formats() -> tuple[Format, ...]:
    """All formats, in the order in which they are asked whether a file is theirs."""
    modules = (_module(found.name) for found in pkgutil.iter_modules(twelvelead.formats.__path__))
    formats = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return tuple(sorted(formats, key=lambda format_: (format_.turn, format_.name)))


def read(
    source: str | Path | bytes,
    *,
    rate_hz: float | None = None,
    leads: Sequence[str] | str | None = None,
    unit: str | None = None,
    name: str | None = None,
) -> Recording:
    """Read one ECG from a file of any known format.

    Args:
        source: the file's path, or its bytes.
        rate_hz: samples per second, for files that do not say it (NumPy, Matlab, CSV, ...).
        leads: lead names in the file's order, for files that do not name them; a list, or one text with commas.
        unit: of the samples, such as "mV" or "uV", for files that do not say it.
        name: what to call the file in messages, and whose suffix to look at where the content does not tell; the
            path's own name where none is given.

    Returns:
        The recording, `(time, lead)` in millivolts.

    Raises:
        FormatError: no format is known for it, it cannot be read as what it claims to be, a hint is missing that
            the file needs, or a hint contradicts what the file says.
    """
    hints = _make_hints(rate_hz, leads, unit)
    opened = _open(source, name)
    try:
        recording = find_format(opened).read(opened, hints)
        hints.check(recording)
    except FormatError as error:
        raise _readable(error) from error
    except ModuleNotFoundError as error:  # installed without its dependencies, to predict without PyTorch
        raise FormatError(f"{opened.name}: reading it needs {error.name}: pip install {error.name}") from error
    except OSError as error:
        raise FormatError(f"{opened.name} cannot be read: {error.strerror or 'an input error'}.") from error
    except MemoryError:
        raise FormatError(f"{opened.name}: too large for this machine's memory.") from None
    return recording


def find_format(source: Source) -> Format:
    """The format of a file, by its content, else by its name.

    Raises:
        FormatError: there is no such file, or it is of no known format.
    """
    formats = known_formats()
    for format_ in formats:
        if format_.sniff(source.head, source.path):
            return format_
    if source.path is not None and not source.path.is_file():
        raise FormatError(f"{source.path} {'is no file' if source.path.exists() else 'not found'}.")
    if not source.head:
        raise FormatError(f"{source.name} is empty.")
    suffix = Path(source.name).suffix.lower()
    by_name = [format_ for format_ in formats if suffix and suffix in format_.suffixes]
    if len(by_name) != 1:
        known = ", ".join(f"{f.name} ({' '.join(f.suffixes)})" for f in by_name or formats)
        raise FormatError(f"{source.name} is of no known format; known are {known}.")
    return by_name[0]


def _readable(error: FormatError) -> FormatError:
    """The error, or a shorter one: files can bring long or unprintable text into a message."""
    message = str(error)
    if message.isprintable() and len(message) <= LONGEST_MESSAGE:
        return error
    clean = "".join(sign if sign.isprintable() else "?" for sign in message)
    middle = LONGEST_MESSAGE // 2
    return FormatError(clean if len(clean) <= LONGEST_MESSAGE else f"{clean[:middle]} ... {clean[-middle:]}")


def _make_hints(rate_hz: float | None, leads: Sequence[str] | str | None, unit: str | None) -> Hints:
    if isinstance(leads, str):
        leads = leads.split(",")
    names = tuple(name.strip() for name in leads) if leads is not None else None
    if names is not None and not all(names):
        raise FormatError(f"--leads {','.join(names)} has an empty name; give one for each lead, such as I,II,V1.")
    if rate_hz is not None:
        check_rate(rate_hz, "--rate")
    if unit is not None:
        millivolts_per_unit(unit, "--unit")
    return Hints(rate_hz, names, unit)


def _open(source: str | Path | bytes, name: str | None) -> Source:
    if isinstance(source, bytes | bytearray | memoryview):
        return Source(printable(Path(name).name) if name else "the file", data=bytes(source))
    path = Path(source)
    if "\0" in str(path):
        raise FormatError("a path cannot hold a NUL character.")
    return Source(printable(name or path.name), path=path)


def _module(name: str) -> Any:
    return importlib.import_module(f"twelvelead.formats.{name}")
