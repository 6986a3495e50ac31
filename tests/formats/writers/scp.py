"""SCP-ECG records: sections, checksums, Huffman codes, differences, reference beats, two rates (EN 1064)."""

import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from formats.writers.ecg import BEATS, NAMES, SIGNAL_UV

IDS = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64} | {f"V{i}": 2 + i for i in range(1, 7)}
WITHOUT_TABLES = "without"


@dataclass
class Scp:
    """What to write; sample numbers are counted from 1, as the standard does."""

    units: np.ndarray = field(default_factory=lambda: SIGNAL_UV)
    """`(time, lead)` in steps."""
    names: Sequence[str] = tuple(NAMES)
    step_nv: int = 1000
    interval_us: int = 2000
    differences: int = 2
    tables: object = "default"
    """"default", "without", or tables as lists of (prefix text, extra bits, is value, value)."""
    reference: np.ndarray | None = None
    """`(time, lead)` in steps of `reference_step_nv`; subtracted from each beat."""
    reference_step_nv: int = 1000
    fiducial: int = 0
    beats: Sequence[tuple[int, int, int, int]] = ()
    """Kind, first, fiducial, last."""
    zones: Sequence[tuple[int, int]] = ()
    """Protected; the rest is decimated by four."""
    first: int = 1
    last: int | None = None


def scp(made: Scp | None = None, **changes: object) -> bytes:
    """A record's bytes."""
    made = made or Scp(**changes)  # type: ignore[arg-type]
    rhythm = made.units.astype(np.int64)
    sections = {1: b"\xff\0\0"}
    flags = 4
    if made.reference is not None:
        rhythm = _subtract(made, rhythm)
        flags |= 1
        length_ms = len(made.reference) * made.interval_us // 1000
        sections[4] = struct.pack("<HHH", length_ms, made.fiducial, len(made.beats))
        sections[4] += b"".join(struct.pack("<HIII", *beat) for beat in made.beats)
        sections[4] += b"".join(struct.pack("<II", *zone) for zone in made.zones)
        sections[5] = _samples(made, made.reference, made.reference_step_nv, made.interval_us, 0)
    if made.tables == "default":
        sections[2] = struct.pack("<H", 19999)
    elif made.tables != WITHOUT_TABLES:
        sections[2] = _tables(made.tables)
    last = made.last if made.last is not None else made.first + len(rhythm) - 1
    sections[3] = bytes([len(made.names), flags | len(made.names) << 3 & 0xFF])
    sections[3] += b"".join(struct.pack("<IIB", made.first, last, IDS[name]) for name in made.names)
    if made.zones:
        rhythm = _decimate(made, rhythm)
    sections[6] = _samples(made, rhythm, made.step_nv, made.interval_us * (4 if made.zones else 1), bool(made.zones))
    return _record(sections)


def reference_beat() -> np.ndarray:
    """`(time, lead)` of the ECG's second beat, which others resemble."""
    return SIGNAL_UV[BEATS[1] - 60 : BEATS[1] + 60].copy()


def with_reference(**changes: object) -> Scp:
    """The ECG with its reference beat subtracted from all three beats; the fiducial point is R."""
    beats = [(0, r + 1 - 50, r + 1, r + 1 + 50) for r in BEATS]
    return Scp(**{"reference": reference_beat(), "fiducial": 61, "beats": beats, **changes})  # type: ignore[arg-type]


def _subtract(made: Scp, rhythm: np.ndarray) -> np.ndarray:
    out = rhythm * made.step_nv
    assert made.reference is not None
    for kind, first, fiducial, last in made.beats:
        if kind == 0:
            for sample in range(first, last + 1):
                at = made.fiducial + sample - fiducial
                if 1 <= at <= len(made.reference):
                    out[sample - made.first] -= made.reference[at - 1] * made.reference_step_nv
    return out // made.step_nv


def _decimate(made: Scp, rhythm: np.ndarray) -> np.ndarray:
    """Means of four samples outside the zones; what is left of a stretch stays as it is."""
    inside = np.zeros(len(rhythm), dtype=bool)
    for first, last in made.zones:
        inside[first - made.first : last - made.first + 1] = True
    out, at = [], 0
    while at < len(rhythm):
        end = at
        while end < len(rhythm) and inside[end] == inside[at]:
            end += 1
        stretch = rhythm[at:end]
        if not inside[at]:
            whole = len(stretch) // 4 * 4
            means = np.round(stretch[:whole].reshape(-1, 4, rhythm.shape[1]).mean(axis=1)).astype(np.int64)
            stretch = np.concatenate([means, stretch[whole:]])
        out.append(stretch)
        at = end
    return np.concatenate(out)


def _samples(made: Scp, units: np.ndarray, step_nv: int, interval_us: int, two_rates: int) -> bytes:
    packed = [_pack(made, column) for column in units.T]
    head = struct.pack("<HHBB", step_nv, interval_us, made.differences, two_rates)
    return head + struct.pack(f"<{len(packed)}H", *map(len, packed)) + b"".join(packed)


def _pack(made: Scp, column: np.ndarray) -> bytes:
    values = column.astype(np.int64)
    for _ in range(made.differences if made.differences < 2 else 0):
        values = np.concatenate([values[:1], np.diff(values)])
    if made.differences == 2:
        values = np.concatenate([values[:2], values[2:] - 2 * values[1:-1] + values[:-2]])
    if made.tables == WITHOUT_TABLES:
        return values.astype("<i2").tobytes()
    if made.tables == "default":
        bits = "".join(map(_default_code, values.tolist()))
    else:
        bits = _coded(made.tables, values.tolist())
    bits += "0" * (-len(bits) % 16)
    return int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]


def _default_code(value: int) -> str:
    if abs(value) <= 8:
        return "1" * abs(value) + "0" + "01"[value < 0] if value else "0"
    if -128 <= value < 128:
        return "1111111110" + f"{value & 0xFF:08b}"
    return "1111111111" + f"{value & 0xFFFF:016b}"


def _coded(tables: object, values: list[int]) -> str:
    """By given tables: a number's own code where the present one has it, else 16 bits as they are, else a switch."""
    bits, now = "", 0
    for value in values:
        for _ in range(2):
            table = {(kind, v): (prefix, extra) for prefix, extra, kind, v in tables[now]}  # type: ignore[index]
            if (1, value) in table and not table[1, value][1]:
                bits += table[1, value][0]
                break
            wide = next((prefix for prefix, extra, kind, _ in tables[now] if kind and extra == 16), None)  # type: ignore[index]
            if wide is not None:
                bits += wide + f"{value & 0xFFFF:016b}"
                break
            prefix, _, _, other = next(code for code in tables[now] if not code[2])  # type: ignore[index]
            bits, now = bits + prefix, other - 1
    return bits


def _tables(tables: object) -> bytes:
    out = struct.pack("<H", len(tables))  # type: ignore[arg-type]
    for table in tables:  # type: ignore[attr-defined]
        out += struct.pack("<H", len(table))
        for prefix, extra, is_value, value in table:
            out += struct.pack("<BBBhI", len(prefix), len(prefix) + extra, is_value, value, int(prefix[::-1], 2))
    return out


def _record(sections: dict[int, bytes]) -> bytes:
    """Sections behind their pointers, with all checksums."""
    bodies = {number: body + b"\0" * (len(body) % 2) for number, body in sections.items()}
    size0 = 16 + 10 * 12
    place, pointers, content = 6 + size0 + 1, struct.pack("<HII", 0, size0, 7), b""
    for number in range(1, 12):
        if number not in bodies:
            pointers += struct.pack("<HII", number, 0, 0)
            continue
        section = _section(number, bodies[number])
        pointers += struct.pack("<HII", number, len(section), place)
        place += len(section)
        content += section
    content = _section(0, pointers, b"SCPECG") + content
    return seal(b"\0\0" + struct.pack("<I", len(content) + 6) + content)


def _section(number: int, body: bytes, mark: bytes = b"\0" * 6) -> bytes:
    rest = struct.pack("<HIBB", number, len(body) + 16, 20, 20) + mark + body
    return struct.pack("<H", binascii.crc_hqx(rest, 0xFFFF)) + rest


def seal(record: bytes) -> bytes:
    """The record with its own checksum."""
    return struct.pack("<H", binascii.crc_hqx(record[2:], 0xFFFF)) + record[2:]
