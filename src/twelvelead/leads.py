"""The one home of lead names, lead order and units.

Signals inside twelvelead are `(time, lead)`, millivolts, in the order of `LEADS`.
"""

from twelvelead.errors import FormatError

__all__ = ["LEADS", "UNITS_PER_MV", "canonical_lead", "lead_order"]

LEADS: tuple[str, ...] = (
    "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6",
)  # fmt: skip

UNITS_PER_MV = 1000
"""Integer units of the signal store and of PTB-XL's own files: 1 unit = 1 µV."""

_BY_UPPER = {name.upper(): name for name in LEADS}


def canonical_lead(name: str) -> str | None:
    """The name in `LEADS` that `name` spells in any case ("AVR", " avr "), or None."""
    return _BY_UPPER.get(name.strip().upper())


def lead_order(names: list[str], source: str) -> list[int]:
    """Positions in `names` of the twelve leads, in the order of `LEADS`.

    Args:
        names: the lead names as a file gives them, in the file's order; case does not matter.
        source: what to call the file in an error.

    Raises:
        FormatError: a lead is missing or there twice.
    """
    found = [canonical_lead(name) for name in names]
    missing = [lead for lead in LEADS if lead not in found]
    if missing:
        raise FormatError(f"{source}: lead {', '.join(missing)} missing; it has {', '.join(names)}.")
    twice = [lead for lead in LEADS if found.count(lead) > 1]
    if twice:
        raise FormatError(f"{source}: lead {', '.join(twice)} is there more than once.")
    return [found.index(lead) for lead in LEADS]
