"""Values in XML of ECGs: text in, checked numbers and samples out."""

import base64
import binascii
import math
import warnings

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.limits import MOST_VALUES
from twelvelead.formats.recording import printable

__all__ = ["decode_base64", "numbers", "stack", "to_float"]


def to_float(text: str | None, what: str, source: str) -> float:
    """A finite number.

    Raises:
        FormatError: the text is none.
    """
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FormatError(f"{source}: {what} is {printable(text or '')!r}, no number.")
    return value


def decode_base64(text: str, what: str, source: str) -> bytes:
    """Bytes of base64 with any white space in it.

    Raises:
        FormatError: it is none.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"{source}: {what} is no base64.") from error


def numbers(text: str, what: str, source: str) -> NDArray[np.float64]:
    """Numbers with white space, or commas, between them.

    Raises:
        FormatError: something else is between.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy only warns of what it cannot read
            return np.fromstring(text.replace(",", " "), dtype=np.float64, sep=" ")
    except (ValueError, DeprecationWarning) as error:
        raise FormatError(f"{source}: {what} is not all numbers.") from error


def stack(columns: list[NDArray[np.float64]], source: str) -> tuple[NDArray[np.float64], list[str]]:
    """Leads to `(time, lead)`; shorter ones end in NaN, which the second result tells.

    Raises:
        FormatError: together they are too many values.
    """
    longest = max((len(column) for column in columns), default=0)
    if longest * len(columns) > MOST_VALUES:
        raise FormatError(f"{source}: more than {MOST_VALUES:,} values; cut the recording first.")
    signal = np.full((longest, len(columns)), np.nan)
    for position, column in enumerate(columns):
        signal[: len(column), position] = column
    short = sum(len(column) < longest for column in columns)
    return signal, [f"{short} leads are shorter than the others and end without a value"] if short else []
