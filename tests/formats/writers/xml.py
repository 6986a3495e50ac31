"""aECG, MUSE and Philips documents, from templates."""

import base64
import zlib
from collections.abc import Sequence

import numpy as np

from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_UV


def aecg_set(
    units: np.ndarray = SIGNAL_UV, names: Sequence[str] = NAMES, increment=(0.002, "s"), scale=(1, "uV")
) -> str:
    """A sequence set of an aECG."""
    leads = "".join(
        f'<component><sequence><code code="MDC_ECG_LEAD_{name.upper()}" codeSystem="2.16.840.1.113883.6.24"/>'
        f'<value xsi:type="SLIST_PQ"><origin value="0" unit="{scale[1]}"/><scale value="{scale[0]}" unit="{scale[1]}"/>'
        f"<digits>{' '.join(map(str, column))}</digits></value></sequence></component>"
        for name, column in zip(names, units.T)
    )
    return (
        '<component><sequenceSet><component><sequence><code code="TIME_ABSOLUTE"/><value xsi:type="GLIST_TS">'
        f'<head value="20240101000000"/><increment value="{increment[0]}" unit="{increment[1]}"/></value></sequence>'
        f"</component>{leads}</sequenceSet></component>"
    )


def aecg(rhythm: str | None = None, derived: str = "", code: str = "RHYTHM") -> bytes:
    """An aECG document with a rhythm series, and a derived one."""
    series = f'<series><code code="{code}"/>{aecg_set() if rhythm is None else rhythm}'
    if derived:
        series += f'<derivation><derivedSeries><code code="REPRESENTATIVE_BEAT"/>{derived}</derivedSeries></derivation>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!-- an ECG --><AnnotatedECG xmlns="urn:hl7-org:v3" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" type="Observation">'
        f"<component>{series}</series></component></AnnotatedECG>"
    ).encode()


MUSE_LEADS = [name for name in NAMES if name not in ("III", "aVR", "aVL", "aVF")]


def muse_waveform(
    kind: str = "Rhythm", units: np.ndarray = SIGNAL_UV, names: Sequence[str] = MUSE_LEADS, step=1.0
) -> str:
    """A waveform of a MUSE document; columns of `units` are in the standard order."""
    leads = ""
    for name in names:
        data = units[:, NAMES.index(name)].astype("<i2").tobytes()
        text = base64.encodebytes(data).decode()
        leads += (
            f"<LeadData><LeadByteCountTotal>{len(data)}</LeadByteCountTotal>"
            f"<LeadSampleCountTotal>{len(data) // 2}</LeadSampleCountTotal>"
            f"<LeadAmplitudeUnitsPerBit>{step}</LeadAmplitudeUnitsPerBit>"
            f"<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>{name}</LeadID>"
            f"<LeadSampleSize>2</LeadSampleSize><LeadDataCRC32>{zlib.crc32(data)}</LeadDataCRC32>"
            f"<WaveFormData>\n{text}</WaveFormData></LeadData>"
        )
    return (
        f"<Waveform><WaveformType>{kind}</WaveformType><SampleType>CONTINUOUS_SAMPLES</SampleType>"
        f"<SampleBase>{RATE_HZ}</SampleBase><SampleExponent>0</SampleExponent>{leads}</Waveform>"
    )


def muse(*waveforms: str) -> bytes:
    """A MUSE document, which names a document type that lies elsewhere."""
    body = "".join(waveforms) or muse_waveform("Median", SIGNAL_UV[:100]) + muse_waveform()
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n'
        f"<RestingECG><MuseInfo/>{body}</RestingECG>"
    ).encode("latin-1")


def philips(data: bytes | None = None, version: str = "1.04", packing: str = "XLI", encoding: str = "utf-16") -> bytes:
    """A Sierra document; 1.03 and 1.04 name their settings differently."""
    if data is None:
        data = xli(SIGNAL_UV) if packing == "XLI" else SIGNAL_UV.T.astype("<i2").tobytes()
    text = base64.encodebytes(data).decode()
    duration = 1000 * len(SIGNAL_UV) // RATE_HZ
    if version == "1.03":
        flags = (
            f'compressflag="{packing == "XLI"}" compressmethod="{packing}" dataencoding="Base64" nbitspersample="16"'
        )
        settings = "<samplingrate>500</samplingrate><signalresolution>1</signalresolution>"
    else:
        flags = (
            f'dataencoding="Base64" compression="{packing}" numberofleads="12" leadlabels="{" ".join(NAMES)}" '
            'samplespersecond="500" resolution="1" bitspersample="16"'
        )
        settings = "<samplingrate>500</samplingrate><resolution>1</resolution>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><restingecgdata xmlns="http://www3.medical.philips.com">'
        f"<documentinfo><documentversion>{version}</documentversion></documentinfo><dataacquisition>"
        f"<signalcharacteristics>{settings}<acquisitiontype>STD-12</acquisitiontype>"
        "<numberchannelsvalid>12</numberchannelsvalid></signalcharacteristics></dataacquisition><waveforms>"
        f'<parsedwaveforms {flags} durationperchannel="{duration}">{text}</parsedwaveforms></waveforms>'
        "</restingecgdata>"
    ).encode(encoding)


def xli(units: np.ndarray) -> bytes:
    """Philips' packing of `(time, lead)`: limb leads as differences, second differences, bytes apart, LZW."""
    i, ii, iii, avr, avl, avf, *rest = units.T
    stored = [i, ii, ii - i - iii, -avr - (i + ii) // 2, (i - iii) // 2 - avl, (ii + iii) // 2 - avf, *rest]
    out = b""
    for column in stored:
        bend = np.array([2 * b - a - c for a, b, c in zip(column, column[1:], column[2:])])
        # Each is written one place late, the first as the chunk's start; the last place is not looked at.
        late = np.concatenate([bend[1:], [0]]) + 64
        words = np.concatenate([column[:2], late]).astype(np.int16).view(np.uint16)
        packed = lzw(bytes((words >> 8).astype(np.uint8)) + bytes((words & 255).astype(np.uint8)))
        out += len(packed).to_bytes(4, "little") + b"\1\0" + int(bend[0]).to_bytes(2, "little", signed=True) + packed
    return out


def lzw(data: bytes) -> bytes:
    """Codes of ten bits; the table fills to 1,022 entries and stays."""
    table = {bytes([i]): i for i in range(256)}
    codes, have = [], b""
    for value in data:
        longer = have + bytes([value])
        if longer in table:
            have = longer
            continue
        codes.append(table[have])
        if len(table) < 1023:
            table[longer] = len(table)
        have = bytes([value])
    codes.append(table[have])
    bits = "".join(f"{code:010b}" for code in [*codes, 1023])
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
