"""The model's leads out of a recording: by name, the limb leads derived where two of them are there."""

from dataclasses import dataclass
from itertools import combinations
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from twelvelead.config import MissingLeads
from twelvelead.errors import FormatError, require_choice
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS, canonical_lead

__all__ = ["SelectedLeads", "select_leads"]

FROM_I_AND_II = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Each limb lead as a sum of I and II, times these (Einthoven's law and Goldberger's leads: Malmivuo & Plonsey,
"Bioelectromagnetism", 1995, sections 15.2 and 15.3)."""

MOST_INVALID = 0.1
"""Share of a lead's samples that may be invalid and are filled by straight lines; a lead with more is missing."""


@dataclass(frozen=True)
class SelectedLeads:
    """A recording's twelve leads."""

    signal_mv: NDArray[np.float64]
    """`(time, lead)` in the order of `LEADS`, millivolts, all finite (but for gaps that were not to be filled).

    In memory lead after lead: everything that is asked of it goes along the time.
    """
    quality: tuple[str, ...]
    """What is doubtful about them."""
    steps: tuple[str, ...]
    """What was done to get them."""
    absent: tuple[str, ...]
    """Those that were set to zero."""


def select_leads(recording: Recording, missing: MissingLeads = "refuse", fill_gaps: bool = True) -> SelectedLeads:
    """Pick the twelve leads by name, fill short gaps, derive missing limb leads from two others.

    Args:
        recording: with leads in any order and spelling.
        missing: what to do about a lead that is not there and cannot be derived: "refuse", or "zero" for a flat
            line in its place.
        fill_gaps: False leaves invalid samples as NaN, also in leads derived from them; for drawing.

    Raises:
        FormatError: a lead is missing or there twice.
        ConfigError: another `missing`.
    """
    require_choice("missing leads", missing, get_args(MissingLeads))
    columns = _columns(recording)
    steps = []
    if list(columns.values()) != list(range(len(recording.leads))):
        steps.append(f"leads picked and ordered: {', '.join(columns)}")
    found, quality = {}, []
    for lead, column in columns.items():
        values = recording.signal_mv[:, column].astype(np.float64)
        share = float(np.mean(~np.isfinite(values))) if len(values) else 1.0
        if share > MOST_INVALID:
            quality.append(f"lead {lead}: {100 * share:.0f} % of its samples are invalid, it counts as missing")
            continue
        if share and fill_gaps:
            seconds = share * len(values) / recording.rate_hz
            quality.append(f"lead {lead}: {seconds:.2f} s without valid samples, filled by straight lines")
        found[lead] = _filled(values) if fill_gaps else np.where(np.isfinite(values), values, np.nan)
    derived = _derive_limb_leads(found)
    if derived:
        steps.append(derived)
    absent = [lead for lead in LEADS if lead not in found]
    if absent:
        _accept_missing(recording, absent, quality, missing)
        quality.append(f"lead {', '.join(absent)} missing and set to zero: no model was trained on such ECGs")
        flat = np.zeros(len(recording.signal_mv))
        found |= dict.fromkeys(absent, flat)
    signal = np.stack([found[lead] for lead in LEADS]).T
    return SelectedLeads(signal, tuple(quality), tuple(steps), tuple(absent))


def _columns(recording: Recording) -> dict[str, int]:
    """The column of each of the twelve leads that the recording names, in the order of `LEADS`."""
    names = [canonical_lead(name) for name in recording.leads]
    twice = [lead for lead in LEADS if names.count(lead) > 1]
    if twice:
        raise FormatError(f"{recording.source}: lead {', '.join(twice)} is there more than once.")
    return {lead: names.index(lead) for lead in LEADS if lead in names}


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    valid = np.isfinite(values)
    if valid.all():
        return values
    places = np.arange(len(values))
    return np.interp(places, places[valid], values[valid])


def _derive_limb_leads(found: dict[str, NDArray[np.float64]]) -> str | None:
    """Add the limb leads that are not there, from the first two that are; says what was done."""
    absent = [lead for lead in FROM_I_AND_II if lead not in found]
    pair = next(combinations([lead for lead in FROM_I_AND_II if lead in found], 2), None)
    if not absent or pair is None:
        return None
    to_pair = np.array([FROM_I_AND_II[lead] for lead in pair])
    for lead in absent:
        factors = np.array(FROM_I_AND_II[lead]) @ np.linalg.inv(to_pair)
        found[lead] = factors[0] * found[pair[0]] + factors[1] * found[pair[1]]
    return f"{', '.join(absent)} derived from {pair[0]} and {pair[1]}"


def _accept_missing(recording: Recording, absent: list[str], quality: list[str], missing: MissingLeads) -> None:
    reasons = "".join(f" ({note})" for note in quality if "counts as missing" in note)
    if len(absent) == len(LEADS):
        named = ", ".join(recording.leads[:20])
        raise FormatError(f"{recording.source}: has none of the twelve leads; it has {named}{reasons}.")
    if missing == "refuse":
        raise FormatError(
            f"{recording.source}: lead {', '.join(absent)} missing{reasons}; it has {', '.join(recording.leads[:20])}. "
            "To predict without them, ask for zeros (--missing-leads zero)."
        )
