"""What a format's file promises to the registry: `FORMAT = Format(...)`; what it gets: a `Source` and `Hints`."""

import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from twelvelead.errors import FormatError
from twelvelead.formats.limits import LARGEST_FILE
from twelvelead.formats.recording import Recording, millivolts_per_unit, printable
from twelvelead.leads import canonical_lead

__all__ = ["HEAD_BYTES", "Format", "Hints", "Source", "library", "same_leads", "text_of"]

HEAD_BYTES = 16_384
"""Of a file, to find its format by; XML may open with long comments."""

SAME_RATE = 1e-4
"""Relative: what is printed as 333.33 Hz may be 1000/3 Hz."""


@dataclass(frozen=True)
class Source:
    """One file or its bytes, read when they are first asked for."""

    name: str
    """For messages: the file's name without folders."""
    path: Path | None = None
    data: bytes | None = None

    @cached_property
    def head(self) -> bytes:
        """The first `HEAD_BYTES`; empty where there is no such file."""
        if self.data is not None:
            return self.data[:HEAD_BYTES]
        assert self.path is not None
        if not self.path.is_file():
            return b""
        try:
            with self.path.open("rb") as stream:
                return stream.read(HEAD_BYTES)
        except OSError as error:
            raise FormatError(f"{self.name} cannot be read: {error.strerror}.") from error

    def content(self, largest: int = LARGEST_FILE) -> bytes:
        """All bytes.

        Raises:
            FormatError: the file is missing, is none, or has more than `largest` bytes.
        """
        if self.data is None:
            return self._file_content(largest)
        self._check_size(len(self.data), largest)
        return self.data

    def _file_content(self, largest: int) -> bytes:
        assert self.path is not None
        try:
            if self.path.exists() and not self.path.is_file():  # a pipe or device would never end
                raise FormatError(f"{self.name} is no file.")
            self._check_size(self.path.stat().st_size, largest)
            with self.path.open("rb") as stream:
                content = stream.read(largest + 1)
        except FileNotFoundError:
            raise FormatError(f"{self.path} not found.") from None
        except OSError as error:
            raise FormatError(f"{self.name} cannot be read: {error.strerror}.") from error
        self._check_size(len(content), largest)
        return content

    def _check_size(self, size: int, largest: int) -> None:
        if size > largest:
            raise FormatError(
                f"{self.name}: {size:,} bytes are too many for this format; at most {largest:,} are read."
            )


@dataclass(frozen=True)
class Hints:
    """What the caller knows and a file may not say. A file that says otherwise is an error, see `check`."""

    rate_hz: float | None = None
    leads: tuple[str, ...] | None = None
    unit: str | None = None

    def complete(
        self, rate_hz: float | None, leads: Sequence[str] | None, units: Sequence[str] | None, source: str
    ) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
        """What the file says, completed by what the caller knows.

        Args:
            rate_hz: the file's, or None.
            leads: the file's names, or None.
            units: the file's, one for all leads or one for each, or None.
            source: the file's name.

        Returns:
            Rate in Hz, lead names, units.

        Raises:
            FormatError: something is said by neither; the message names the options that say it.
        """
        found_rate = self.rate_hz if rate_hz is None else rate_hz
        found_leads = tuple(leads) if leads else self.leads
        found_units = tuple(units) if units else (self.unit,) if self.unit else None
        if found_rate is None or not found_leads or not found_units:
            missing = {
                "sampling rate (--rate, in Hz)": found_rate,
                "lead names (--leads, such as I,II,V1)": found_leads,
                "unit (--unit, such as mV or uV)": found_units,
            }
            wanted = " and ".join(what for what, value in missing.items() if not value)
            raise FormatError(f"{source} does not say its {wanted}; give it.")
        return found_rate, found_leads, found_units

    def check(self, recording: Recording) -> None:
        """Hold the hints against what the file says.

        Raises:
            FormatError: they differ.
        """
        source = recording.source
        rate = self.rate_hz
        if rate is not None and not math.isclose(rate, recording.rate_hz, rel_tol=SAME_RATE):
            raise FormatError(f"{source} says {recording.rate_hz:g} Hz, --rate says {rate:g} Hz; leave --rate out.")
        if self.leads is not None and not same_leads(self.leads, recording.leads):
            raise FormatError(
                f"{source} has the leads {', '.join(recording.leads)}, --leads says {', '.join(self.leads)}; "
                "leave --leads out."
            )
        if self.unit is None or not recording.units:
            return
        factor = millivolts_per_unit(self.unit, "--unit")
        other = [unit for unit in recording.units if millivolts_per_unit(unit, source) != factor]
        if other:
            raise FormatError(f"{source} is in {other[0]}, --unit says {self.unit}; leave --unit out.")


def same_leads(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether both name the same leads in the same order, in whatever spelling."""

    def spelled(name: str) -> str:
        return canonical_lead(name) or printable(name).casefold()

    return [spelled(name) for name in names] == [spelled(name) for name in others]


@dataclass(frozen=True)
class Format:
    """One file format; a module of `twelvelead.formats` that has a `FORMAT` is found by the registry."""

    name: str
    """For people."""
    suffixes: tuple[str, ...]
    """Of file names, lower case with the point; looked at only where no format knows the content."""
    sniff: Callable[[bytes, Path | None], bool]
    """Whether a file that begins with these bytes, and lies at this path, if any, is of this format."""
    read: Callable[[Source, Hints], Recording]
    """Raises FormatError, and nothing else, for whatever bytes."""
    description: str
    """What is read, in half a sentence."""
    hints: tuple[str, ...] = ()
    """Options that these files may need because they do not say it: `--rate`, `--leads`, `--unit`."""
    libraries: tuple[str, ...] = ()
    """Modules of the extra `formats` that it needs."""
    turn: int = 0
    """Where contents could be of several formats, the lower turn is asked first."""


def library(name: str, format_name: str) -> ModuleType:
    """Import an optional library when it is needed.

    Raises:
        FormatError: it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise FormatError(f'reading {format_name} needs {top}: pip install "twelvelead[formats]".') from error


def text_of(value: Any) -> str:
    """A file's value as text; bytes in whatever encoding."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
