"""Data that many tests share: a simulated data set, and real files where they are at hand."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything loads torch: tests run side by side, and small steps on two threads wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from twelvelead.data.simulate import simulate_dataset

# A shell gives commands in its background a SIGINT that is ignored; tests send it to processes that inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure.
settings.register_profile("twelvelead", deadline=None)
settings.load_profile("twelvelead")

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in PTB-XL's layout: 60 simulated records at 100 Hz. Read-only by agreement: copy it to change it."""
    folder = tmp_path_factory.mktemp("data") / "simulated"
    simulate_dataset(folder, records=60, seed=0, rates=(100,))
    return folder


@pytest.fixture(scope="session")
def ptbxl_dir() -> Path:
    """PTB-XL, whole or in part: the folder that TWELVELEAD_PTBXL names, or a `ptbxl` near the repository."""
    named = os.environ.get("TWELVELEAD_PTBXL")
    near = (REPO / "ptbxl", REPO.parent / "ptbxl", *sorted(REPO.parent.glob("*/data/ptbxl")))
    folders = (Path(named),) if named else near
    for folder in folders:
        if (folder / "ptbxl_database.csv").is_file():
            return folder
    pytest.skip("needs PTB-XL: set TWELVELEAD_PTBXL to its folder")


@pytest.fixture(scope="session")
def format_files() -> Path:
    """Real ECG files of many makes: the folder that TWELVELEAD_FORMATS names, or `data/formats` near the repository."""
    named = os.environ.get("TWELVELEAD_FORMATS")
    near = (REPO / "data" / "formats", *sorted(REPO.parent.glob("*/data/formats")))
    folders = (Path(named),) if named else near
    for folder in folders:
        if folder.is_dir():
            return folder
    pytest.skip("needs real ECG files: set TWELVELEAD_FORMATS to a folder with wfdb_*, dicom, scp_ecg, hl7_aecg, ...")
