"""Reading of WFDB records; the reference is the wfdb package, called by itself."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given, settings
from hypothesis import strategies as st

from twelvelead.errors import FormatError
from twelvelead.formats.wfdb import _read_any, read_wfdb
from twelvelead.formats.wfdb_plain import read_plain

NAMES = ["MLII", "V5", "resp"]
UNITS = np.random.default_rng(0).integers(-500, 500, (40, 3))


def write(folder, name="rec", signal=UNITS, fmt="16", adc_gain=200.0, baseline=0, units="mV", fs=360.0, **options):
    """Write by the wfdb package; values are one for all channels or a list."""
    fields = {"fmt": fmt, "adc_gain": adc_gain, "baseline": baseline, "units": units}
    fields = {key: value if isinstance(value, list) else [value] * 3 for key, value in fields.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas on what wfdb does while writing
        wfdb.wrsamp(name, fs=fs, sig_name=NAMES, d_signal=signal, write_dir=folder, **fields, **options)
    return folder / name


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fmt": "212"},
        {"fmt": "24"},
        {"fmt": "32"},
        {"fmt": "516"},
        {"fmt": "80", "signal": UNITS // 10},
        {"baseline": [0, -200, 1024], "adc_gain": [1.0, 200.0, 4880.5]},
        {"units": ["mV", "uV", "V"]},
        {"fs": 257.5, "comments": ["Age: 50", "Diagnosis: none"]},
    ],
)
def test_what_wfdb_wrote_is_what_wfdb_reads_in_millivolts(tmp_path, options):
    path = write(tmp_path, **options)
    recording = read_wfdb(path)
    theirs = wfdb.rdrecord(str(path))
    factor = [{"mV": 1, "uV": 1e-3, "V": 1e3}[unit] for unit in theirs.units]
    assert np.allclose(recording.signal_mv, theirs.p_signal * factor, rtol=1e-6, atol=0)
    assert recording.signal_mv.dtype == np.float32 and recording.signal_mv.shape == (40, 3)
    assert recording.leads == tuple(NAMES) and recording.rate_hz == theirs.fs
    assert recording.source == "rec.hea" and recording.files == ("rec.dat",)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"baseline": [0, -200, 1024], "adc_gain": [1.0, 200.0, 4880.5]},
        {"units": ["mV", "uV", "V"], "fs": 257.5, "comments": ["Age: 50"]},
        {"signal": np.where(UNITS > 400, -32_768, UNITS)},
    ],
)
def test_the_usual_shape_is_read_without_wfdb_to_the_same_bits(tmp_path, options):
    header = write(tmp_path, **options).with_suffix(".hea")
    assert read_plain(header) is not None
    mine, theirs = read_wfdb(header), _read_any(header)
    assert np.array_equal(mine.signal_mv, theirs.signal_mv, equal_nan=True)
    assert (mine.leads, mine.rate_hz, mine.units) == (theirs.leads, theirs.rate_hz, theirs.units)
    assert (mine.files, mine.source, mine.notes) == (theirs.files, theirs.source, theirs.notes)


@pytest.mark.parametrize(
    "pattern, new",
    [
        (r"360 40", "360"),
        (r"360 40", "360/100 40"),
        (r"360 40", "360 39"),
        (r" 200\.0\(0\)", " 0(0)"),
        (r" 16 ", " 16+2 "),
        (r"mV 16 0 350", "mV 16 0 351"),
        (r"rec\.dat", "../rec.dat"),
        (r"$", "\nrec.dat 16 200"),
    ],
)
def test_any_other_shape_is_left_to_wfdb(tmp_path, pattern, new):
    header = write(tmp_path).with_suffix(".hea")
    text = header.read_text()
    changed = re.sub(pattern, new, text, count=1)
    assert changed != text and read_plain(header) is not None
    header.write_text(changed)
    assert read_plain(header) is None


def test_a_baseline_that_is_not_given_is_the_converters_zero(tmp_path):
    header = write(tmp_path).with_suffix(".hea")
    header.write_text(header.read_text().replace("200.0(0)/mV 16 0", "200/mV 16 512"))
    assert read_plain(header) is not None
    assert np.array_equal(read_wfdb(header).signal_mv, _read_any(header).signal_mv)


def test_the_header_may_be_named_with_its_suffix(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert (read_wfdb(Path("rec")).signal_mv == read_wfdb(tmp_path / "rec.hea").signal_mv).all()


def test_invalid_samples_are_nan(tmp_path):
    signal = UNITS.copy()
    signal[7, 1] = -32_768
    recording = read_wfdb(write(tmp_path, signal=signal))
    assert np.argwhere(np.isnan(recording.signal_mv)).tolist() == [[7, 1]]


def test_checksums_and_first_samples_may_be_absent(tmp_path):
    path = write(tmp_path)
    (tmp_path / "rec.hea").write_text("rec 3 360\n" + "rec.dat 16 200\n" * 3)
    recording = read_wfdb(path)
    assert (recording.signal_mv == (UNITS / 200).astype(np.float32)).all() and recording.leads == ("", "", "")


def test_changed_samples_are_noticed(tmp_path):
    path = write(tmp_path)
    data = bytearray((tmp_path / "rec.dat").read_bytes())
    data[60] ^= 1
    (tmp_path / "rec.dat").write_bytes(data)
    with pytest.raises(FormatError, match=r"rec\.hea: checksum of lead MLII is \d+, the header says \d+\."):
        read_wfdb(path)


@pytest.mark.parametrize(
    "pattern, new, message",
    [
        (r"mV 16 0 350", "mV 16 0 4", "lead MLII begins with"),
        (r"rec\.dat", "../rec.dat", r"'\.\./rec\.dat' does not lie beside the header"),
        (r"rec\.dat", "/rec.dat", "does not lie beside"),
        (r"rec\.dat", "s3://b/rec.dat", "does not lie beside"),
        (r"rec\.dat", "other.dat", r"signal file other\.dat not found"),
        (r"rec\.dat", "~", "signal file ~ not found"),
        (r"^rec 3", "rec/2 3", "multi-segment"),
        (r"^rec 3", "rec 0", "0 channels; allowed are 1 to 256"),
        (r"^rec 3", "rec 4", "wfdb cannot read it"),
        (r"^rec 3", "rec 999999", "999999 channels"),
        (r"360 40", "360 999999999", "claims 999999999 samples of 3 channels, truncated at 240 bytes"),
        (r"360 40", "360 41", "wfdb cannot read it"),
        (r"360 40", "0 40", "sampling rate 0.0 Hz"),
        (r" 16 ", " 999 ", "wfdb cannot read it"),
        (r" 16 ", " x ", "wfdb cannot read it"),
        (r"/mV", "/mmHg", "unit 'mmHg' is no voltage"),
        (r"(?s).*", "", "no WFDB record line"),
        (r"(?s).*", "rec", "no WFDB record line"),
        (r"(?s).*", "rec x 360", "names no signal file"),
        (r"(?s)$", "#" * 1_000_000, "bytes are too many for a WFDB header"),
    ],
)
def test_a_header_that_lies_is_refused_with_its_reason(tmp_path, pattern, new, message):
    path = write(tmp_path)
    header = tmp_path / "rec.hea"
    text = header.read_text()
    changed = re.sub(pattern, new, text, count=0 if "dat" in pattern else 1)
    assert changed != text
    header.write_text(changed)
    with pytest.raises(FormatError, match=message) as caught:
        read_wfdb(path)
    assert str(caught.value).startswith("rec.hea: ") and str(caught.value).endswith(".")


@pytest.mark.parametrize("keep", [0, 1, 239])
def test_a_truncated_signal_file_is_refused(tmp_path, keep):
    path = write(tmp_path)
    (tmp_path / "rec.dat").write_bytes((tmp_path / "rec.dat").read_bytes()[:keep])
    with pytest.raises(FormatError, match=r"rec\.hea: "):
        read_wfdb(path)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FormatError, match=r"rec\.hea not found"):
        read_wfdb(tmp_path / "rec")
    write(tmp_path)
    (tmp_path / "rec.dat").unlink()
    with pytest.raises(FormatError, match=r"rec\.hea: signal file rec\.dat not found"):
        read_wfdb(tmp_path / "rec")
    with pytest.raises(FormatError, match="is no file"):
        (tmp_path / "folder.hea").mkdir()
        read_wfdb(tmp_path / "folder")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("wfdb"))
    return path, path.with_suffix(".hea").read_bytes()


signs = st.sampled_from([bytes([i]) for i in b"0123456789-+./()#x:~ \t\r\n"]) | st.binary(max_size=3)


@given(st.lists(st.tuples(st.integers(0, 130), st.integers(0, 4), signs), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_damage_to_a_header_is_read_or_refused_and_nothing_else(written, changes):
    path, content = written
    for at, length, new in changes:
        content = content[:at] + new + content[at + length :]
    path.with_suffix(".hea").write_bytes(content)
    try:
        recording = read_wfdb(path)
    except FormatError:
        return
    if read_plain(path.with_suffix(".hea")) is not None:
        assert np.array_equal(recording.signal_mv, _read_any(path.with_suffix(".hea")).signal_mv, equal_nan=True)
    assert recording.signal_mv.ndim == 2 and recording.signal_mv.shape[1] == len(recording.leads)
    assert recording.rate_hz > 0 and recording.files == ("rec.dat",)


def test_a_record_may_be_named_by_any_of_its_files(simulated, tmp_path):
    header = next(simulated.rglob("*.hea"))
    named = [header, header.with_suffix(""), header.with_suffix(".dat")]
    signals = [read_wfdb(path).signal_mv for path in named]
    assert (signals[0] == signals[1]).all() and (signals[0] == signals[2]).all()
    (tmp_path / "ecg.xml").write_text("<ecg/>")
    with pytest.raises(FormatError, match=r"ecg\.xml is no WFDB record: there is no ecg\.hea beside it\."):
        read_wfdb(tmp_path / "ecg.xml")
