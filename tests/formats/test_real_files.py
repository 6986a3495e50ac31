"""Real files of every make: they agree with each other, with other libraries, and with Einthoven.

Golden numbers are those of independent readings: `wfdb`, `h5py` and `scipy.io` called by themselves; the same ECG as
DICOM, SCP-ECG and aECG; PTB-XL's own files.
"""

import warnings
from pathlib import Path

import numpy as np
import pytest

from twelvelead import formats
from twelvelead.formats.recording import Recording
from twelvelead.leads import LEADS, lead_order

EINTHOVEN_STEPS = 3
"""Of the last digit: III is rounded after II − I is, and each by itself."""


@pytest.fixture(scope="module")
def recordings(format_files: Path) -> dict[str, Recording]:
    """All of them, by the path below the folder; a signal file of WFDB counts with its header."""
    paths = (path for path in format_files.rglob("*") if path.is_file() and path.suffix != ".dat")
    paths = (path for path in paths if not (path.suffix == ".mat" and path.with_suffix(".hea").is_file()))
    return {str(path.relative_to(format_files)): formats.read(path) for path in sorted(paths)}


def signal(recording: Recording) -> np.ndarray:
    """`(time, lead)` millivolts in the standard order."""
    return recording.signal_mv[:, lead_order(list(recording.leads), recording.source)].astype(np.float64)


def test_every_file_is_read_with_twelve_leads_at_a_known_rate(recordings):
    assert len(recordings) > 10
    for name, recording in recordings.items():
        assert recording.rate_hz in (500, 1000), name
        assert signal(recording).shape[1] == 12 and len(recording.signal_mv) / recording.rate_hz >= 5, name
        assert np.isfinite(recording.signal_mv).all(), name


def test_amplitudes_are_those_of_hearts(recordings):
    for name, recording in recordings.items():
        sizes = np.ptp(signal(recording), axis=0)
        assert 0.1 < np.median(sizes) < 5 and sizes.max() < 12, (name, sizes.round(2))


def test_limb_leads_obey_einthoven_and_goldberger(recordings):
    steps = {"philips": 0.005, "sph": 2**-9, "ludb": 0.02, "": 0.001}
    for name, recording in recordings.items():
        i, ii, iii, avr, avl, avf = signal(recording).T[:6]
        step = next(size for key, size in steps.items() if key in name)
        for found, expected in ((iii, ii - i), (avr, -(i + ii) / 2), (avl, (i - iii) / 2), (avf, (ii + iii) / 2)):
            assert np.median(np.abs(found - expected)) <= EINTHOVEN_STEPS * step, name


def test_one_ecg_in_three_formats(recordings):
    found = {name: signal(r) for name, r in recordings.items() if Path(name).stem == "Example"}
    assert {Path(name).suffix for name in found} == {".dcm", ".scp", ".xml"}
    first = next(iter(found.values()))
    assert all((other == first).all() for other in found.values())
    assert (first == 0).sum() > 1000  # padding of value 2 and true zeros: both stay


def test_ptbxl_records_are_those_of_ptbxl(recordings, ptbxl_dir):
    wfdb = pytest.importorskip("wfdb")
    compared = 0
    for name, recording in recordings.items():
        stem = Path(name).stem
        path = ptbxl_dir / "records500" / "00000" / f"{int(stem[2:]) if stem.startswith('HR') else -1:05d}_hr"
        if stem.startswith("HR") and path.with_suffix(".hea").is_file():
            theirs = wfdb.rdrecord(str(path)).p_signal.astype(np.float32)
            assert (recording.signal_mv == theirs).all(), name
            compared += 1
    if not compared:
        pytest.skip("needs PTB-XL's first records at 500 Hz")


def test_wfdb_agrees_with_the_package_itself(recordings, format_files):
    import wfdb

    for name, recording in recordings.items():
        if name.endswith(".hea"):
            theirs = wfdb.rdrecord(str(format_files / name).removesuffix(".hea"))
            assert np.allclose(recording.signal_mv, theirs.p_signal, rtol=1e-6, atol=1e-9), name


def test_hdf5_and_matlab_agree_with_their_libraries(recordings, format_files):
    import h5py
    import scipy.io

    for name, recording in recordings.items():
        if name.endswith(".h5"):
            with h5py.File(format_files / name) as file:
                assert (file["ecg"][:].astype(np.float32) == recording.signal_mv.T).all(), name
        elif name.endswith(".mat"):
            theirs = scipy.io.loadmat(format_files / name)["ECG"]["data"][0, 0]
            assert (theirs.astype(np.float32) == recording.signal_mv.T).all(), name


def test_philips_agrees_with_sierraecg_where_it_is_installed(recordings, format_files):
    sierraecg = pytest.importorskip("sierraecg")
    for name, recording in recordings.items():
        if "philips" in name:
            theirs = np.stack([lead.samples for lead in sierraecg.read_file(str(format_files / name)).leads], axis=1)
            assert np.allclose(recording.signal_mv, theirs * 0.005, rtol=0, atol=1e-6), name


def test_muse_has_whole_steps_in_its_stored_leads(recordings):
    """4.88 µV each, as the files say."""
    for name, recording in recordings.items():
        if "muse" in name:
            assert recording.leads == LEADS and "derived from I and II" in recording.notes[0], name
            assert (
                np.abs(recording.signal_mv[:, 0] / 0.00488 - np.round(recording.signal_mv[:, 0] / 0.00488)).max() < 0.01
            )


def test_bytes_give_what_the_path_gives(recordings, format_files):
    for name, recording in recordings.items():
        if not name.endswith(".hea"):
            again = formats.read((format_files / name).read_bytes())
            assert (again.signal_mv == recording.signal_mv).all() and again.leads == recording.leads, name


def test_reading_makes_no_warning(format_files):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        formats.read(format_files / "dicom" / "Example.dcm")
