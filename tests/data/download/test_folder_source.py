import os
import shutil

import pytest

from data.download.served import LIST
from twelvelead.data.download import download
from twelvelead.data.download.folder_source import FolderSource
from twelvelead.errors import DataError

RECORD = "records500/00000/00002_hr.dat"


def test_the_bytes_of_a_file(tree):
    source = FolderSource(tree)
    chunks = list(source.chunks(RECORD))
    assert b"".join(chunks) == (tree / RECORD).read_bytes() and len(chunks) == 2


def test_what_it_lacks(tree, tmp_path):
    with pytest.raises(DataError, match=f"has no {LIST}, by which every file is checked: give the folder of a whole"):
        download(tmp_path / "new", source=tree / "records100")
    part = tmp_path / "part"
    shutil.copytree(tree, part)
    (part / RECORD).unlink()
    with pytest.raises(DataError, match=f"part has no {RECORD}"):
        download(tmp_path / "new", rates=(500,), source=part)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes in folders")
def test_a_pipe_does_not_block(tree, tmp_path):
    os.mkfifo(tmp_path / LIST)
    with pytest.raises(DataError, match=r"has no SHA256SUMS.txt"):
        download(tmp_path / "new", source=tmp_path)
