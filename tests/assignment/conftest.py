"""A simulated data set where the assignment looks for its own."""

import shutil

import matplotlib
import pytest

from twelvelead.data.simulate import simulate_dataset


@pytest.fixture(scope="module", autouse=True)
def no_windows():
    matplotlib.use("agg")


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A data set of 150 records; not to be changed."""
    folder = tmp_path_factory.mktemp("simulated") / "ptbxl"
    simulate_dataset(folder, records=150, seed=0, rates=(100,))
    return folder


@pytest.fixture
def ptbxl(source, tmp_path, monkeypatch):
    """Its copy in `ptbxl/` of the working folder, as the assignment asks."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(source, tmp_path / "ptbxl")
    return tmp_path / "ptbxl"
