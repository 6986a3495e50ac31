"""What no ECG file that is read here may exceed: a file's bytes are hostile until they are parsed.

A header's claims are held against the bytes that are really there, and against these bounds, before room is made.
"""

from twelvelead.errors import FormatError

__all__ = [
    "FASTEST_HZ",
    "LARGEST_FILE",
    "LARGEST_UNPACKED",
    "LARGEST_XML",
    "LONGEST_NAME",
    "MOST_LEADS",
    "MOST_VALUES",
    "SLOWEST_HZ",
    "check_rate",
    "check_shape",
]

LARGEST_FILE = 256 * 2**20
"""Bytes: three hours of 12 leads at 500 Hz and 32 bits."""

LARGEST_UNPACKED = 256 * 2**20
"""Bytes that a packed file may become: an hour and a half of 12 leads at 500 Hz and 64 bits."""

LARGEST_XML = 32 * 2**20
"""Bytes: half an hour of 12 leads at 500 Hz in base64; parsed XML takes several times its own size in memory."""

MOST_VALUES = 2**26
"""Samples times leads, which take 256 MiB as float32: three hours of 12 leads at 500 Hz."""

MOST_LEADS = 256
"""Channels; body-surface maps have up to 252."""

SLOWEST_HZ, FASTEST_HZ = 1.0, 1e6
"""Samples a second; recorders have 50 to 32,000."""

LONGEST_NAME = 80
"""Characters of a lead's name that are kept; EDF has 16, DICOM 64."""


def check_shape(samples: int, leads: int, source: str) -> None:
    """Refuse what no ECG is, before memory is taken for it.

    Args:
        samples: per lead, as claimed.
        leads: channels, as claimed.
        source: what to call the file in an error.

    Raises:
        FormatError: one of them is not positive, or there are too many.
    """
    if samples <= 0:
        raise FormatError(f"{source}: holds no samples.")
    if not 0 < leads <= MOST_LEADS:
        raise FormatError(f"{source}: {leads} channels; allowed are 1 to {MOST_LEADS}.")
    if samples * leads > MOST_VALUES:
        raise FormatError(
            f"{source}: {samples} samples of {leads} channels are too many; at most {MOST_VALUES:,} values are read, "
            "cut the recording first."
        )


def check_rate(rate_hz: float, source: str) -> float:
    """Give the rate back if it can be an ECG's.

    Raises:
        FormatError: it is no number from `SLOWEST_HZ` to `FASTEST_HZ`.
    """
    if not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        raise FormatError(f"{source}: sampling rate {rate_hz} Hz; allowed are {SLOWEST_HZ:g} to {FASTEST_HZ:,.0f} Hz.")
    return float(rate_hz)
