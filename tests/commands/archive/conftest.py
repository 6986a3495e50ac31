"""An archive of a few small files, and a model that needs no PyTorch, so that processes start fast."""

from pathlib import Path

import pytest

from data.small_dataset import noise, write_plain
from inference.made_onnx import made_model, written

ECGS = 24


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ONNX file for 2.5 s at 100 Hz."""
    return written(made_model(), tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 records in two folders, two of them damaged. Read-only by agreement."""
    folder = tmp_path_factory.mktemp("archive")
    for number in range(ECGS):
        path = folder / f"{number % 2}" / f"{number:05d}"
        path.parent.mkdir(exist_ok=True)
        write_plain(path, noise(number, 300))
    (folder / "0" / "00004.dat").write_bytes(b"short")
    (folder / "1" / "00007.dat").unlink()
    return folder
