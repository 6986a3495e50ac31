"""Every kind of bad input of the table in `docs/formats.md`: what to call it, and how to make it.

Each maker takes an empty folder and gives what to read, with the options for it.
"""

import binascii
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from formats.writers import dicom, plain, scp, xml
from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_MV, SIGNAL_UV

Case = tuple[bytes | Path, dict[str, Any]]
HINTS = {"rate_hz": RATE_HZ, "leads": NAMES, "unit": "mV"}
BAD: dict[str, Callable[[Path], Case]] = {}


def bad(name: str) -> Callable[[Callable[[Path], Any]], Callable[[Path], Any]]:
    """Enter a maker under its row's name; a result without options gets none."""

    def enter(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
        assert name not in BAD
        BAD[name] = lambda folder: made if isinstance(made := make(folder), tuple) else (made, {})
        return make

    return enter


def written(folder: Path, content: bytes, name: str) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


bad("an empty file")(lambda folder: written(folder, b"", "a.scp"))
bad("a file that is not there")(lambda folder: folder / "a.edf")
bad("a folder")(lambda folder: folder)
bad("a picture, a PDF, or any other unknown content")(lambda folder: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
bad("the sampling rate, the unit or lead names are said nowhere")(lambda folder: plain.npy())
bad("`--rate` differs from the file's")(lambda folder: (plain.edf(), {"rate_hz": 250}))
bad("`--leads` differs from the file's")(lambda folder: (plain.edf(), {"leads": NAMES[::-1]}))
bad("`--unit` differs from the file's")(lambda folder: (plain.edf(), {"unit": "mV"}))
bad("a unit that is no voltage")(lambda folder: (plain.npy(), HINTS | {"unit": "mmHg"}))
bad("an impossible sampling rate")(lambda folder: plain.hdf5(attributes={"fs": 0.0, "leads": NAMES, "unit": "mV"}))
bad("as many lead names as no side of the array")(lambda folder: (plain.npy(), HINTS | {"leads": ["I", "II"]}))


@bad("a pipe or device")
def _pipe(folder):
    os.mkfifo(folder / "a.edf")
    return folder / "a.edf"


@bad("a file of terabytes")
def _huge(folder):
    with (folder / "a.npy").open("wb") as stream:
        stream.write(plain.npy()[:1000])
        stream.truncate(2**40)
    return folder / "a.npy", HINTS


def _header(folder, old, new):
    path = plain.write_wfdb(folder)
    text = path.read_text().replace(old, new)
    path.write_text(text)
    return path


bad("WFDB: a header that names a file elsewhere")(lambda folder: _header(folder, "rec.dat", "../secret.dat"))
bad("WFDB: a header without its signal file")(lambda folder: _header(folder, "rec.dat", "other.dat"))
bad("WFDB: a header that claims more than its files hold")(
    lambda folder: _header(folder, "500 700", "500 999999999999")
)
bad("WFDB: samples that were changed")(lambda folder: _flip(plain.write_wfdb(folder).with_suffix(".dat"), 500))
bad("WFDB: a header alone, as bytes")(lambda folder: plain.write_wfdb(folder).read_bytes())


def _flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
    return path


bad("DICOM: no waveform in it")(lambda folder: dicom.dicom(dicom.group()).replace(b"\0\x54\0\1SQ", b"\1\x54\0\1SQ"))
bad("DICOM: a group that claims billions of samples")(
    lambda folder: dicom.dicom(dicom.group(NumberOfWaveformSamples=4_000_000_000))
)
bad("DICOM: a group that claims more than it holds")(
    lambda folder: dicom.dicom(dicom.group(NumberOfWaveformSamples=70_000))
)
bad("DICOM: a channel without sensitivity")(
    lambda folder: dicom.dicom(dicom.group(channels=[dicom.channel(n, ChannelSensitivity=None) for n in NAMES]))
)
bad("DICOM: a channel in mmHg")(
    lambda folder: dicom.dicom(dicom.group(channels=[dicom.channel(n, unit="mm[Hg]") for n in NAMES]))
)
bad("DICOM: deflated, a zip bomb's way in")(
    lambda folder: dicom.dicom().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
)
bad("DICOM: sequences within sequences without end")(
    lambda folder: b"\0" * 128 + b"DICM" + b"\x00\x54\x00\x01\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 5000
)

BOMB = b'<?xml version="1.0"?><!DOCTYPE AnnotatedECG [<!ENTITY a "aaaaaaaaaa">%s]><AnnotatedECG>&z;</AnnotatedECG>' % (
    b"".join(b'<!ENTITY %c "%s">' % (n, b"&%c;" % (n - 1) * 10) for n in range(98, 123))
)
EXTERNAL = b'<!DOCTYPE RestingECG [<!ENTITY x SYSTEM "file:///etc/passwd">]><RestingECG>&x;</RestingECG>'
bad("XML: an entity bomb")(lambda folder: BOMB)
bad("XML: an external entity")(lambda folder: EXTERNAL)
bad("XML: an entity that is not declared")(lambda folder: xml.muse().replace(b"<MuseInfo/>", b"&x;"))
bad("XML: ten thousand levels")(lambda folder: b"<AnnotatedECG>" + b"<a>" * 10_000)
bad("XML: a million elements")(lambda folder: b"<AnnotatedECG>" + b"<a/>" * 1_000_000)
bad("XML: truncated")(lambda folder: xml.aecg()[:5000])
bad("XML: an unknown encoding")(lambda folder: xml.aecg().replace(b"UTF-8", b"zlib"))
bad("aECG: no time increment")(lambda folder: xml.aecg(xml.aecg_set().replace("TIME_ABSOLUTE", "PLACE")))
bad("aECG: an increment of zero")(lambda folder: xml.aecg(xml.aecg_set(increment=(0, "s"))))
bad("aECG: digits that are none")(lambda folder: xml.aecg().replace(b"<digits>", b"<digits>x "))
bad("aECG: a lead in a unit that is no voltage")(lambda folder: xml.aecg(xml.aecg_set(scale=(1, "kg"))))
bad("MUSE: samples that do not fit their checksum")(lambda folder: xml.muse().replace(b"\nAA", b"\nAB"))
bad("MUSE: samples that are no base64")(lambda folder: xml.muse().replace(b"<WaveFormData>\n", b"<WaveFormData>\n*"))
bad("MUSE: a lead that claims more than it holds")(
    lambda folder: xml.muse().replace(b"<LeadSampleCountTotal>", b"<LeadSampleCountTotal>9")
)
bad("Philips: another version")(lambda folder: xml.philips(version="1.05"))
bad("Philips: packed in another way")(
    lambda folder: xml.philips().replace(*("XLI".encode("utf-16-le"), "LZ4".encode("utf-16-le")))
)
bad("Philips: a lead that claims more bytes than there are")(
    lambda folder: xml.philips(b"\xff\xff\xff\x7f" + b"\0" * 100)
)
bad("Philips: a lead that unpacks without end")(
    lambda folder: xml.philips(struct.pack("<iHh", 1500, 1, 0) + xml.lzw(b"\0" * 400_000)[:1500] * 12)
)
bad("Philips: a duration of years")(
    lambda folder: xml.philips().replace('"1400"'.encode("utf-16-le"), '"1e12"'.encode("utf-16-le"))
)


def _resealed(record, old, new):
    """Change a section and make its checksum, and the record's, right again."""
    assert old in record
    changed = bytearray(record.replace(old, new))
    for place in range(22, 142, 10):
        number, size, at = struct.unpack_from("<HII", changed, place)
        if number and size:
            section = changed[at - 1 : at - 1 + size]
            struct.pack_into("<H", changed, at - 1, binascii.crc_hqx(bytes(section[2:]), 0xFFFF))
    return scp.seal(bytes(changed))


LEAD_I = struct.pack("<IIB", 1, len(SIGNAL_UV), 1)
bad("SCP-ECG: bytes that were changed")(lambda folder: scp.scp()[:-9] + b"\1" + scp.scp()[-8:])
bad("SCP-ECG: truncated")(lambda folder: scp.scp()[:-100])
bad("SCP-ECG: no rhythm data")(lambda folder: scp.seal(scp.scp().replace(b"\x06\0", b"\x09\0", 1)))
bad("SCP-ECG: a lead of billions of samples")(
    lambda folder: _resealed(scp.scp(), LEAD_I, struct.pack("<IIB", 1, 2**32 - 1, 1))
)
bad("SCP-ECG: a lead that ends before it begins")(
    lambda folder: _resealed(scp.scp(), LEAD_I, struct.pack("<IIB", 700, 1, 1))
)
bad("SCP-ECG: fewer samples than stated")(lambda folder: scp.scp(last=750))
bad("SCP-ECG: reference beats subtracted, and none there")(
    lambda folder: _without_section(scp.scp(scp.with_reference()), 5)
)
bad("SCP-ECG: Huffman codes of which one begins as another")(
    lambda folder: scp.scp(tables=[[("0", 16, 1, 0), ("00", 0, 1, 5)]])
)


@bad("SCP-ECG: a Huffman code that switches to no table")
def _no_table(folder):
    record = scp.scp(tables=[[("1", 16, 1, 0), ("0", 0, 0, 9)]])
    place = struct.unpack_from("<HII", record, 22 + 60)[2] - 1 + 16 + 6 + 24
    return _resealed(record, record[place : place + 16], b"\0" * 16)


def _without_section(record, number):
    changed = bytearray(record)
    struct.pack_into("<HII", changed, 22 + 10 * number, number, 0, 0)
    section0 = changed[6 : 6 + 136]
    struct.pack_into("<H", changed, 6, binascii.crc_hqx(bytes(section0[2:]), 0xFFFF))
    return scp.seal(bytes(changed))


def _edf(at, field):
    data = bytearray(plain.edf())
    data[at : at + len(field)] = field
    return bytes(data)


bad("EDF: a recording with gaps (EDF+D)")(lambda folder: _edf(192, b"EDF+D"))
bad("EDF: more data records than there are")(lambda folder: _edf(236, b"99999999"))
bad("EDF: a negative number of channels")(lambda folder: _edf(252, b"-1  "))
bad("EDF: a number that is none")(lambda folder: _edf(252, b"many"))
bad("EDF: no channel that is an ECG lead")(lambda folder: plain.edf().replace(b"ECG ", b"EEG F"[:4]))

bad("HDF5: damaged")(lambda folder: plain.hdf5()[:600] + b"\xff" * 3000)
bad("HDF5: a small file that claims a huge data set")(
    lambda folder: _h5(lambda f: f.create_dataset("ecg", (10**6, 10**6), "f4", chunks=(1000, 1000)))
)
bad("HDF5: chunks that are not there")(
    lambda folder: _h5(lambda f: f.create_dataset("ecg", (5000, 12), "f4", chunks=(50, 12)))
)
bad("HDF5: a chunk that unpacks to more than its size")(lambda folder: _h5(_bomb))
bad("HDF5: an unknown filter")(lambda folder: plain.hdf5(compression="lzf"))
bad("HDF5: a link to another file")(
    lambda folder: _h5(lambda f: f.__setitem__("ecg", h5py.ExternalLink("/etc/x.h5", "/a")))
)
bad("HDF5: samples in another file")(
    lambda folder: _h5(lambda f: f.create_dataset("ecg", (6, 12), "i1", external=[("/etc/passwd", 0, 72)]))
)
bad("HDF5: several arrays that could be the ECG")(
    lambda folder: _h5(lambda f: [f.create_dataset(name, data=SIGNAL_MV) for name in ("one", "two")])
)


def _h5(fill):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        fill(file)
    return stream.getvalue()


def _bomb(file):
    item = file.create_dataset("ecg", (10, 12), "f4", chunks=(10, 12), compression="gzip")
    item.id.write_direct_chunk((0, 0), zlib.compress(b"\0" * 50_000_000, 9))


def _npy_header(text):
    header = text.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + b"\0" * 800


bad("NumPy: pickled objects")(lambda folder: (plain.npy(np.array([{"a": 1}, None], dtype=object)), HINTS))
bad("NumPy: one kilobyte that claims 10^12 values")(
    lambda folder: (_npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"), HINTS)
)
bad("NumPy: a negative number of values")(
    lambda folder: (_npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 12)}"), HINTS)
)
bad("NumPy: a header that is a program")(lambda folder: (_npy_header("__import__('os').system('echo oh no')"), HINTS))
bad("NumPy: a zip bomb")(lambda folder: (plain.npz(signal=np.zeros((6, 100_000_000), np.uint8)), HINTS))
bad("NumPy: a truncated archive")(lambda folder: plain.npz()[:-30])
bad("NumPy: an array of three dimensions")(lambda folder: (plain.npy(np.zeros((2, 3, 4))), HINTS))

V5 = b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM"
bad("Matlab: a zlib bomb")(lambda folder: (V5 + _element(15, _bomb_bytes()), HINTS))
bad("Matlab: an element that claims more than there is")(
    lambda folder: V5 + struct.pack("<II", 14, 2**31) + b"\0" * 900
)
bad("Matlab: an array that claims 10^12 values")(lambda folder: (V5 + _element(14, _array((10**6, 10**6))), HINTS))
bad("Matlab: a negative dimension")(lambda folder: (V5 + _element(14, _array((-5, 12))), HINTS))
bad("Matlab: structs within structs without end")(lambda folder: V5 + _nested(30))
bad("Matlab: version 4 that claims more than there is")(
    lambda folder: (struct.pack("<5i", 0, 12, 10**8, 0, 4) + b"val\0" + b"\0" * 1000, HINTS)
)


def _element(kind, body):
    return struct.pack("<II", kind, len(body)) + body + (b"" if kind == 15 else b"\0" * (-len(body) % 8))


def _bomb_bytes():
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * 2**24) for _ in range(40)) + packer.flush()


def _array(shape, kind=6):
    flags, dimensions = struct.pack("<II", kind, 0), struct.pack("<2i", *shape)
    return _element(6, flags) + _element(5, dimensions) + _element(1, b"val") + _element(9, b"\0" * 800)


def _nested(depth):
    body = b""
    for _ in range(depth):
        flags, dimensions = struct.pack("<II", 2, 0), struct.pack("<2i", 1, 1)
        head = _element(6, flags) + _element(5, dimensions) + _element(1, b"s")
        body = _element(14, head + _element(5, struct.pack("<i", 8)) + _element(1, b"field\0\0\0") + body)
    return body


def _csv(old, new):
    return plain.csv().replace(old, new, 1)


bad("CSV: a row with a cell too many")(lambda folder: _csv(b"\n0.004", b"\n1,0.004"))
bad("CSV: words among the numbers")(lambda folder: _csv(b"\n0.004,", b"\n0.004,none of it,"))
bad("CSV: no column that is an ECG lead")(
    lambda folder: written(folder, b"time (s),x,y\n0.000,1,2\n0.002,1,2\n0.004,1,2\n", "a.csv")
)
bad("CSV: times that jump")(lambda folder: _csv(b"\n0.100,", b"\n0.900,"))
bad("CSV: only some columns say their unit")(lambda folder: _csv(b"II (mV)", b"II"))
bad("CSV: a header and nothing below")(lambda folder: written(folder, plain.csv().split(b"\n")[0], "a.csv"))
bad("CSV: a line of a megabyte")(lambda folder: written(folder, b"I," * 500_000, "a.csv"))
