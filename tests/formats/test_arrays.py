"""NumPy, Matlab, HDF5 and CSV: which array, which axis, rate, leads and unit by usual names."""

import numpy as np
import pytest
import scipy.io

from formats.writers import plain
from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_MV, SIGNAL_UV
from twelvelead import formats
from twelvelead.errors import FormatError

HINTS = {"rate_hz": RATE_HZ, "leads": NAMES, "unit": "mV"}


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2", "<i2", ">i4", "u2"])
def test_npy_of_every_kind_of_number(dtype):
    values = np.abs(SIGNAL_UV % 500).astype(dtype)
    recording = formats.read(plain.npy(values), **HINTS | {"unit": "uV"})
    assert np.allclose(recording.signal_mv, values.astype(float) / 1000, rtol=1e-3)


def test_npy_by_column_and_of_one_lead():
    assert (formats.read(plain.npy(np.asfortranarray(SIGNAL_MV)), **HINTS).signal_mv == SIGNAL_MV).all()
    assert formats.read(plain.npy(SIGNAL_MV[:, 0]), **HINTS | {"leads": "I"}).signal_mv.shape == (700, 1)


@pytest.mark.parametrize("rate", ["fs", "Sampling_Rate", "sfreq", "rate_hz"])
@pytest.mark.parametrize("leads", ["leads", "sig_name", "CHANNELS"])
def test_usual_names(rate, leads):
    stored = plain.npz(**{"ecg": SIGNAL_UV, rate: RATE_HZ, leads: np.array(NAMES), "units": "uV", "age": 50})
    assert np.allclose(formats.read(stored).signal_mv, SIGNAL_MV, rtol=1e-6, atol=1e-9)


def test_the_signal_is_the_only_array_of_two_dimensions_or_the_one_with_a_usual_name():
    assert formats.read(plain.npz(other=SIGNAL_MV, age=np.arange(5.0)), **HINTS).signal_mv.shape == (700, 12)
    beats = SIGNAL_MV[:100]
    assert len(formats.read(plain.npz(beats=beats, ecg=SIGNAL_MV), **HINTS).signal_mv) == 700


def test_cpsc_is_known_and_options_count_more():
    recording = formats.read(plain.cpsc())
    assert recording.rate_hz == 500 and "CPSC 2018" in recording.notes[0]
    other = formats.read(plain.cpsc(), rate_hz=250, unit="uV")
    assert other.rate_hz == 250 and np.allclose(other.signal_mv * 1000, SIGNAL_MV, atol=1e-6)


def test_matlab_agrees_with_scipy():
    import io

    values = {
        "a": np.arange(6, dtype=np.int16).reshape(2, 3),
        "val": SIGNAL_UV.astype(np.int32),
        "fs": 500,
        "unit": "uV",
    }
    for packed in (True, False):
        data = plain.mat(values, packed=packed)
        theirs = scipy.io.loadmat(io.BytesIO(data))["val"]
        ours = formats.read(data, leads=NAMES).signal_mv
        assert np.allclose(ours, theirs / 1000, rtol=1e-6, atol=1e-9)


def test_matlab_cells_of_lead_names():
    cells = np.array(NAMES, dtype=object)
    assert formats.read(plain.mat({"val": SIGNAL_MV, "fs": 500.0, "leads": cells, "unit": "mV"})).leads == tuple(NAMES)


def test_matlab_cells_of_anything_else_are_no_lead_names():
    cells = np.empty(2, dtype=object)
    cells[:] = [np.zeros((2, 3)), np.zeros((2, 4))]
    data = plain.mat({"val": SIGNAL_MV, "fs": cells, "leads": cells})
    assert formats.read(data, **HINTS).leads == tuple(NAMES)


def test_hdf5_of_many_links_to_the_same_group_is_read_once():
    import io

    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        below = file.create_group("a")
        for name in "bcdefgh":  # eight levels of 200 links each: 10^18 paths
            next_ = below.create_group(name)
            for number in range(200):
                below[f"{name}{number}"] = next_
            below = next_
        below["ecg"] = SIGNAL_MV
    assert (formats.read(stream.getvalue(), **HINTS).signal_mv == SIGNAL_MV).all()


def test_matlab_7_3_is_hdf5_behind_a_block_of_text():
    import io

    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w", userblock_size=512) as file:
        file["val"] = SIGNAL_MV.T
        file["val"].attrs["MATLAB_class"] = np.bytes_("single")
        file["fs"] = np.array([[500.0]])
        file["unit"] = np.array([[109], [86]], dtype=np.uint16)
        file["unit"].attrs["MATLAB_class"] = np.bytes_("char")
    data = b"MATLAB 7.3 MAT-file".ljust(512) + stream.getvalue()[512:]
    assert (formats.read(data, leads=NAMES).signal_mv == SIGNAL_MV).all()


def test_hdf5_finds_attributes_at_every_level_and_values_beside():
    import io

    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["fs"] = 500
        group = file.create_group("record")
        group["signal"] = SIGNAL_UV.astype(np.int16)
        group["lead_names"] = NAMES
        group["signal"].attrs["units"] = "uV"
    recording = formats.read(stream.getvalue())
    assert recording.leads == tuple(NAMES) and np.allclose(recording.signal_mv, SIGNAL_MV, rtol=1e-6, atol=1e-9)


def test_sph_is_known_by_its_layout():
    values = SIGNAL_MV.T.astype(np.float16)
    recording = formats.read(plain.hdf5(values, attributes={}, chunks=(3, 100), compression="gzip"))
    assert recording.rate_hz == 500 and "SPH" in recording.notes[0] and recording.leads == tuple(NAMES)
    with pytest.raises(FormatError, match="does not say its sampling rate"):
        formats.read(plain.hdf5(values.astype(np.float32), attributes={}))


@pytest.mark.parametrize("separator, decimal", [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ",")])
@pytest.mark.parametrize("unit", [" (mV)", " [mV]", "_mV", "/mV"])
def test_csv_of_every_kind(separator, decimal, unit):
    data = plain.csv(separator, unit, decimal=decimal)
    for content in (data, b"\xef\xbb\xbf" + data, data.replace(b"\n", b"\r\n"), data.decode().encode("utf-16")):
        recording = formats.read(content)
        assert (recording.signal_mv == SIGNAL_MV).all() and recording.rate_hz == RATE_HZ


def test_csv_of_blanks_without_header():
    text = "\n".join(" ".join(f"{v:.3f}" for v in row) for row in SIGNAL_MV).encode()
    assert (formats.read(text, **HINTS).signal_mv == SIGNAL_MV).all()


@pytest.mark.parametrize(
    "time, rate",
    [
        (lambda i: f"{i / 360:.3f}", 360),
        (lambda i: f"{i / 128:.6f}", 128),
        (lambda i: f"{1000 + i * 0.003:.3f}", 1000 / 3),
    ],
)
def test_csv_rate_from_rounded_times(time, rate):
    rows = [f"{time(i)},{v[0]:.3f}" for i, v in enumerate(np.tile(SIGNAL_MV, (6, 1)))]
    recording = formats.read("\n".join(["time,II", *rows]).encode(), unit="mV")
    assert recording.rate_hz == pytest.approx(rate, rel=2e-4)


def test_csv_times_in_milliseconds_and_of_no_unit():
    rows = "\n".join(f"{2 * i},{v[0]:.3f}" for i, v in enumerate(SIGNAL_MV))
    assert formats.read(f"time (ms),I (mV)\n{rows}".encode()).rate_hz == 500
    with pytest.raises(FormatError, match="does not say its sampling rate"):
        formats.read(f"time,I (mV)\n{rows}".encode())
    assert formats.read(f"sample,I (mV)\n{rows}".encode(), rate_hz=500).leads == ("I",)


def test_csv_empty_cells_are_nan():
    data = plain.csv().replace(b"\n0.004,", b"\n0.004,,", 1)
    line = data.split(b"\n")[3]
    data = data.replace(line, line.rpartition(b",")[0])
    assert np.isnan(formats.read(data).signal_mv[2, 0])
