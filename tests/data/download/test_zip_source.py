"""A zip may come from anywhere."""

import os
import stat
import zipfile

import pytest

from data.download.served import LIST, content
from data.download.test_download import expected
from twelvelead.data.download import download
from twelvelead.errors import DataError

TOP = "ptb-xl-1.0.3/"
RECORD = "records100/00000/00002_lr.dat"


def pack(tree, path, top=TOP, without=(), method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in content(tree).items():
            if name not in without:
                archive.writestr(top + name, data)
    return path


def refused(path, tmp_path, message):
    with pytest.raises(DataError, match=message) as error:
        download(tmp_path / "new", source=path)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "new" / "ptbxl_database.csv").exists()
    assert not list(tmp_path.glob("new/**/*.part")) and not (tmp_path / "new" / RECORD).exists()


@pytest.mark.parametrize("top", ["", TOP, "a/b/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_data_set_lies_anywhere_in_it(tree, tmp_path, top, method):
    download(tmp_path / "new", rates=(100, 500), source=pack(tree, tmp_path / "x.zip", top, method=method))
    assert content(tmp_path / "new") == expected(tree, 100, 500)


def test_the_outer_of_two_lists_counts(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{TOP}deeper/{LIST}", "not this")
    download(tmp_path / "new", source=path)
    assert content(tmp_path / "new") == expected(tree, 100)


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "..\\evil", "C:/evil", TOP + "../../evil", "a\0b"])
def test_members_that_point_outside(tree, tmp_path, name):
    path = pack(tree, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo("x" * len(name))
        member.filename = name  # the constructor would mend it
        archive.writestr(member, "evil")
    refused(path, tmp_path, r"x.zip is refused: path .*(outside|sign)")


def test_a_symbolic_link(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip", without={RECORD})
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo(TOP + RECORD)
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    refused(path, tmp_path, f"{RECORD} is a symbolic link")


def test_a_bomb(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip", without={RECORD})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TOP + RECORD, bytes(50 * 2**20))
    assert path.stat().st_size < 10**6
    refused(path, tmp_path, r"_lr.dat would have 52,428,800 bytes; allowed are 1,048,576")


def test_a_bomb_that_lies_about_its_size(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip", without={RECORD})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TOP + RECORD, bytes(50 * 2**20))
    data = path.read_bytes()
    path.write_bytes(data.replace((50 * 2**20).to_bytes(4, "little"), (24_000).to_bytes(4, "little")))
    refused(path, tmp_path, "_lr.dat is damaged")


def test_a_list_that_is_a_bomb(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip", without={LIST})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TOP + LIST, bytes(40 * 2**20))
    refused(path, tmp_path, f"{LIST} would have 41,943,040 bytes")


def set_flags(path, name, position, value):
    """Change two bytes of a member's headers; `position` as in the central header."""
    data = bytearray(path.read_bytes())
    for signature, shift, names in ((b"PK\1\2", 0, 46), (b"PK\3\4", -2, 30)):
        start = data.find(signature)
        while start >= 0:
            if data[start + names : start + names + len(name)] == name.encode():
                data[start + position + shift : start + position + shift + 2] = value.to_bytes(2, "little")
            start = data.find(signature, start + 4)
    path.write_bytes(data)


def test_an_encrypted_member(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip")
    set_flags(path, TOP + RECORD, 8, 1)
    refused(path, tmp_path, f"{RECORD} is encrypted; unpack the zip and give the folder")


def test_another_packing(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip")
    set_flags(path, TOP + RECORD, 10, 97)
    refused(path, tmp_path, f"{RECORD} is packed by method 97; allowed are stored and deflated")


@pytest.mark.parametrize("keep", [0, 10, 1000, 0.5, 0.99, -1])
def test_one_that_broke_off(tree, tmp_path, keep):
    path = pack(tree, tmp_path / "x.zip")
    size = path.stat().st_size
    os.truncate(path, int(size * keep) if isinstance(keep, float) else keep % size)
    refused(path, tmp_path, r"x.zip cannot be read as a zip file \(.*; a download that broke off must be fetched again")


def test_damaged_inside(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip")
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(TOP + RECORD).header_offset + 200
    with path.open("r+b") as stream:
        stream.seek(start)
        stream.write(b"\xff" * 50)
    refused(path, tmp_path, f"{RECORD} is damaged .*; get the zip again")


def test_a_wrong_file_inside_a_whole_zip(tree, tmp_path):
    path = pack(tree, tmp_path / "x.zip", without={RECORD})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(TOP + RECORD, bytes(24_000))
    refused(path, tmp_path, f"{RECORD} of .*x.zip came twice with other bytes")


def test_what_it_lacks(tree, tmp_path):
    refused(pack(tree, tmp_path / "x.zip", without={RECORD}), tmp_path, f"x.zip has no {TOP}{RECORD}")
    refused(pack(tree, tmp_path / "y.zip", without={LIST}), tmp_path, "holds no SHA256SUMS.txt, by which every file")
    path = pack(tree, tmp_path / "z.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"other/{LIST}", "x")
    refused(path, tmp_path, r"holds several data sets \(ptb-xl-1.0.3/, other/\)|several data sets \(other/, ptb")
