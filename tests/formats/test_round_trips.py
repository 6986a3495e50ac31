"""What is written by other hands, or by the standards, is read back exactly: same samples, rate and lead names."""

import numpy as np
import pytest

from formats.writers import dicom, plain, scp, xml
from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_MV
from twelvelead import formats
from twelvelead.errors import FormatError
from twelvelead.leads import lead_order

HINTS = {"rate_hz": RATE_HZ, "leads": NAMES, "unit": "mV"}
TWO_TABLES = [
    [("0", 0, 1, 0), ("10", 0, 1, 1), ("110", 0, 1, -1), ("111", 0, 0, 2)],
    [("0", 16, 1, 0), ("1", 0, 0, 1)],
]
FILES = {
    "dicom": (dicom.dicom, {}),
    "aecg": (xml.aecg, {}),
    "muse": (xml.muse, {}),
    "philips 1.04 packed": (xml.philips, {}),
    "philips 1.03 packed": (lambda: xml.philips(version="1.03", encoding="utf-8"), {}),
    "philips plain": (lambda: xml.philips(packing="Uncompressed"), {}),
    "scp, second differences": (scp.scp, {}),
    "scp, first differences": (lambda: scp.scp(differences=1), {}),
    "scp, no differences": (lambda: scp.scp(differences=0), {}),
    "scp, no Huffman codes": (lambda: scp.scp(tables="without"), {}),
    "scp, two Huffman tables": (lambda: scp.scp(tables=TWO_TABLES), {}),
    "scp, reference beat": (lambda: scp.scp(scp.with_reference()), {}),
    "edf": (plain.edf, {}),
    "bdf": (lambda: plain.edf(bdf=True), {}),
    "hdf5": (plain.hdf5, {}),
    "hdf5 (lead, time)": (lambda: plain.hdf5(SIGNAL_MV.T), {}),
    "hdf5 packed": (lambda: plain.hdf5(compression="gzip", shuffle=True, fletcher32=True, chunks=(64, 5)), {}),
    "npy": (plain.npy, HINTS),
    "npy (lead, time), microvolts": (
        lambda: plain.npy((SIGNAL_MV.T * 1000).round().astype(np.int16)),
        HINTS | {"unit": "uV"},
    ),
    "npz": (plain.npz, {}),
    "mat 5 packed": (plain.mat, {}),
    "mat 5": (lambda: plain.mat(packed=False), {}),
    "mat 4": (lambda: plain.mat(version="4"), {}),
    "cpsc": (plain.cpsc, {}),
    "csv": (plain.csv, {}),
    "csv, decimal commas": (lambda: plain.csv(";", decimal=","), {}),
    "tsv without time and unit": (lambda: plain.csv("\t", unit="", time=False), {"rate_hz": RATE_HZ, "unit": "mV"}),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("from_path", [False, True], ids=["bytes", "path"])
def test_what_was_written_is_read(tmp_path, name, from_path):
    write, hints = FILES[name]
    source = write()
    if from_path:
        (tmp_path / "ecg").write_bytes(source)  # no suffix: content alone must do
        source = tmp_path / "ecg"
    recording = formats.read(source, **hints)
    order = lead_order(list(recording.leads), name)
    assert recording.rate_hz == RATE_HZ and recording.signal_mv.dtype == np.float32
    assert np.allclose(recording.signal_mv[:, order], SIGNAL_MV, rtol=0, atol=1e-6)
    assert len(recording.units) == len(recording.leads)
    assert recording.source == ("ecg" if from_path else "the file")


@pytest.mark.parametrize("unit", ["mV", "mv", "MV"])
def test_the_challenges_records(tmp_path, unit):
    header = plain.write_challenge(tmp_path, unit)
    for named in (header, header.with_suffix(".mat"), header.with_suffix("")):
        recording = formats.read(named)
        assert (recording.signal_mv == SIGNAL_MV).all() and recording.leads == tuple(NAMES)
        assert recording.rate_hz == RATE_HZ and recording.files == ("HR00001.mat",)


def test_a_wfdb_record_in_microvolts(tmp_path):
    header = plain.write_challenge(tmp_path)
    header.write_text(header.read_text().replace("1000/mv", "1/uV"))
    assert np.allclose(formats.read(header).signal_mv, SIGNAL_MV, rtol=1e-6, atol=0)
    with pytest.raises(FormatError, match=r"is in uV, --unit says mV; leave --unit out"):
        formats.read(header, unit="mV")
