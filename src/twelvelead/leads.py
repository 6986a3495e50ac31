"""The one home of lead names, lead order and units.

Signals inside twelvelead are `(time, lead)`, millivolts, in the order of `LEADS`.
"""

import re

from twelvelead.errors import FormatError

__all__ = ["LEADS", "UNITS_PER_MV", "canonical_lead", "lead_order"]

LEADS: tuple[str, ...] = (
    "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6",
)  # fmt: skip

UNITS_PER_MV = 1000
"""Integer units of the signal store and of PTB-XL's own files: 1 unit = 1 µV."""

_BY_UPPER = {name.upper(): name for name in LEADS} | {"DI": "I", "DII": "II", "DIII": "III"}
"""Also the names of the limb leads in the Romance languages, D for "derivation"."""

_FILLER = {"MDC", "ECG", "EKG", "LEAD", "LEADS", "DERIVATION", "REF"}
"""Words around a lead's name: ISO/IEEE 11073-10101's `MDC_ECG_LEAD_I`, EDF+'s `ECG I`, exports' `I-Ref`."""

_REMARK = re.compile(r"[(\[][^()\[\]]*[)\]]\s*$")
_BETWEEN = re.compile(r"[\s_:.,-]+")


def canonical_lead(name: str) -> str | None:
    """The name in `LEADS` that `name` spells, or None.

    Case does not matter, nor do words and marks that files put around it: `AVR`, `MDC_ECG_LEAD_AVR`, `Lead I`,
    `ECG II`, `I-Ref`, `V1 (mV)`. What differs from a standard lead is none: `-aVR`, `V5-V1`, `MLII`, `V4R`.
    """
    bare = _REMARK.sub("", name.strip())
    if bare.startswith("-"):
        return None
    words = [word for word in _BETWEEN.split(bare.upper()) if word and word not in _FILLER]
    return _BY_UPPER.get(words[0]) if len(words) == 1 else None


def lead_order(names: list[str], source: str) -> list[int]:
    """Positions in `names` of the twelve leads, in the order of `LEADS`.

    Args:
        names: the lead names as a file gives them, in the file's order, in any spelling of `canonical_lead`.
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
