"""Philips Sierra ECG XML, schema 1.03 and 1.04: the parsed waveforms, plain or packed by XLI.

XLI was made known by the open project sierra-ecg-tools; what is packed holds leads III, aVR, aVL and aVF as the
difference from what I and II make them.
"""

from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Format, Hints, Source
from twelvelead.formats.limits import check_shape
from twelvelead.formats.philips_xli import unpack_xli
from twelvelead.formats.recording import Recording, make_recording, printable
from twelvelead.formats.xml_tree import descendants, has_root, parse_xml, text_at
from twelvelead.formats.xml_values import decode_base64, to_float
from twelvelead.leads import LEADS

__all__ = ["FORMAT", "read_philips"]

VERSIONS = ("1.03", "1.04")
TWELVE = {"STD-12", "10-WIRE"}
"""Lead sets of documents that name no leads (1.03): the twelve, in the standard order."""


def read_philips(source: Source, hints: Hints) -> Recording:
    """Read a Sierra ECG document.

    Raises:
        FormatError: it is damaged, of another version, or packed in another way.
    """
    root = parse_xml(source)
    version = _first_text(root, "documentversion")
    if root.tag != "restingecgdata" or not version.startswith(VERSIONS):
        raise FormatError(
            f"{source.name}: a Sierra ECG document of version {printable(version)!r}; known are {', '.join(VERSIONS)}."
        )
    waveforms = next(descendants(root, "parsedwaveforms"), None)
    if waveforms is None:
        raise FormatError(f"{source.name}: a Sierra ECG document without parsed waveforms.")
    rate_hz = _setting(root, waveforms, "samplespersecond", "samplingrate", source.name)
    step_uv = _setting(root, waveforms, "resolution", "signalresolution", source.name)
    leads = _leads(root, waveforms, source.name)
    units = _samples(root, waveforms, leads, rate_hz, source.name)
    return make_recording(units * (step_uv / 1000), rate_hz, leads, source.name, units=["uV"])


def _first_text(root: Element, name: str) -> str:
    found = next(descendants(root, name), None)
    return (found.text or "").strip() if found is not None else ""


def _setting(root: Element, waveforms: Element, attribute: str, element: str, source: str) -> float:
    """From the waveforms' attribute (1.04) or the signal characteristics, which call it either way."""
    characteristics = next(descendants(root, "signalcharacteristics"), root)
    text = waveforms.get(attribute) or text_at(characteristics, element) or text_at(characteristics, attribute)
    value = to_float(text, element, source)
    if value <= 0:
        raise FormatError(f"{source}: {element} is {value:g}; expected is more than 0.")
    return value


def _leads(root: Element, waveforms: Element, source: str) -> list[str]:
    characteristics = next(descendants(root, "signalcharacteristics"), root)
    count = waveforms.get("numberofleads") or text_at(characteristics, "numberchannelsvalid") or "12"
    wanted = int(to_float(count, "the number of leads", source))
    labels = (waveforms.get("leadlabels") or "").split()
    if not labels and text_at(characteristics, "acquisitiontype") in TWELVE:
        labels = [*LEADS]
    if not 0 < wanted <= len(labels):
        raise FormatError(f"{source}: {wanted} leads, {len(labels)} of them named.")
    return labels[:wanted]


def _samples(root: Element, waveforms: Element, leads: list[str], rate_hz: float, source: str) -> NDArray[np.float64]:
    """`(time, lead)` in steps of the resolution."""
    if (waveforms.get("dataencoding") or "").lower() != "base64":
        raise FormatError(
            f"{source}: samples encoded as {printable(waveforms.get('dataencoding') or '')!r}; known is Base64."
        )
    bits = waveforms.get("bitspersample") or waveforms.get("nbitspersample") or "16"
    if bits != "16":
        raise FormatError(f"{source}: samples of {printable(bits)} bits; known are 16.")
    data = decode_base64(waveforms.text or "", "the waveform", source)
    duration_ms = to_float(waveforms.get("durationperchannel"), "durationperchannel", source)
    samples = round(duration_ms * rate_hz / 1000)
    check_shape(samples, len(leads), source)
    packing = waveforms.get("compression") or waveforms.get("compressmethod") or "Uncompressed"
    if (waveforms.get("compressflag") or "").lower() == "false":
        packing = "Uncompressed"
    if packing == "XLI":
        return _restore_limb_leads(unpack_xli(data, len(leads), samples, source), leads)
    if packing.lower() not in ("uncompressed", "none", ""):
        raise FormatError(f"{source}: samples packed by {printable(packing)!r}; known is XLI.")
    if len(data) < 2 * samples * len(leads):
        raise FormatError(f"{source}: claims {samples} samples of {len(leads)} leads, truncated at {len(data)} bytes.")
    plain = np.frombuffer(data, "<i2", samples * len(leads)).reshape(len(leads), samples)
    return plain.T.astype(np.float64)


def _restore_limb_leads(units: NDArray[np.int64], leads: list[str]) -> NDArray[np.float64]:
    """Undo XLI's prediction of four leads from two; halves are rounded down, as the packer does."""
    at = {name: position for position, name in enumerate(leads)}
    if set(LEADS[:6]) <= at.keys():
        i, ii, iii, avr, avl, avf = (units[:, at[name]] for name in LEADS[:6])
        iii[:] = ii - i - iii
        avr[:] = -avr - (i + ii) // 2
        avl[:] = (i - iii) // 2 - avl
        avf[:] = (ii + iii) // 2 - avf
    return units.astype(np.float64)


def _sniff(head: bytes, path: Path | None) -> bool:
    return has_root(head, "restingecgdata")


FORMAT = Format(
    name="Philips Sierra XML",
    suffixes=(".xml",),
    sniff=_sniff,
    read=read_philips,
    description="schema 1.03 and 1.04, plain or packed by XLI",
)
