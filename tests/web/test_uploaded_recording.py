"""One file by its bytes, a WFDB record as a set; nothing is left on disk."""

import numpy as np
import pytest

from formats.writers import plain
from formats.writers.ecg import SIGNAL_MV
from twelvelead.errors import ConfigError, FormatError
from twelvelead.inference.predict import ReadingHints
from twelvelead.web.form import UploadedFile
from twelvelead.web.uploaded_recording import read_upload


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "private"
    made.mkdir()
    return made


@pytest.fixture(params=[plain.write_wfdb, plain.write_challenge])
def record(request, tmp_path):
    header = request.param(tmp_path)
    return [UploadedFile(path.name, path.read_bytes()) for path in sorted(tmp_path.glob(f"{header.stem}.*"))]


def test_one_file(folder):
    recording, name = read_upload([UploadedFile("ecg.csv", plain.csv())], ReadingHints(), folder)
    assert (name, recording.source) == ("CSV", "ecg.csv")
    assert np.allclose(recording.signal_mv, SIGNAL_MV, atol=1e-6)


@pytest.mark.parametrize("turned", [False, True])
def test_a_wfdb_record_in_any_order(folder, record, turned):
    recording, name = read_upload(record[::-1] if turned else record, ReadingHints(), folder)
    assert name == "WFDB" and recording.source.endswith(".hea")
    assert np.allclose(recording.signal_mv, SIGNAL_MV, atol=1e-6)
    assert not any(folder.iterdir())


def test_a_record_that_lacks_a_file_does_not_tell_where_it_was_looked_for(folder, record):
    header = next(file for file in record if file.name.endswith(".hea"))
    with pytest.raises(FormatError, match="not found") as caught:
        read_upload([header, UploadedFile("other.dat", b"xx")], ReadingHints(), folder)
    assert str(folder) not in str(caught.value)
    assert not any(folder.iterdir())


@pytest.mark.parametrize(
    "name", ["../rec.dat", "/etc/x.dat", "..", ".hidden", "a b.dat", "a\0.dat", "con:.dat", "é.dat", ""]
)
def test_names_that_could_lead_elsewhere_are_refused(folder, record, name):
    header = next(file for file in record if file.name.endswith(".hea"))
    with pytest.raises(ConfigError, match="may only have letters"):
        read_upload([header, UploadedFile(name, b"xx")], ReadingHints(), folder)
    assert sorted(path.name for path in folder.parent.iterdir() if path.is_dir()) == ["private"]
    assert not any(folder.iterdir())


def test_files_that_are_no_set(folder, record):
    single = UploadedFile("ecg.csv", plain.csv())
    for files, says in (
        ([], "has no file"),
        ([single, single], "only as a WFDB record"),
        ([record[0], record[1], record[0]], "only as a WFDB record|the same name"),
        ([record[0], record[1], record[1]], "only as a WFDB record|the same name"),
    ):
        with pytest.raises(ConfigError, match=says):
            read_upload(files, ReadingHints(), folder)


def test_a_header_alone_says_what_it_lacks(folder, record):
    header = next(file for file in record if file.name.endswith(".hea"))
    with pytest.raises(FormatError, match="whose samples are in other files"):
        read_upload([header], ReadingHints(), folder)
