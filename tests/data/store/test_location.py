import stat
from pathlib import Path

import pytest

from twelvelead.data.store import prepare, store_folder
from twelvelead.errors import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "twelvelead"


@pytest.fixture
def closed(small):
    """The data folder without any permission to write; also for the superuser, who could."""
    mode = small.folder.stat().st_mode
    small.folder.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    yield small.folder
    small.folder.chmod(mode)


def test_beside_the_data(small):
    assert store_folder(small.folder, 100) == small.folder / ".twelvelead" / "signals-100hz"


def test_where_it_was_asked_for(small, tmp_path):
    assert store_folder(small.folder, 500, tmp_path / "s") == tmp_path / "s" / "signals-500hz"
    assert prepare(small.folder, store=tmp_path / "s").store.folder == tmp_path / "s" / "signals-100hz"
    assert not (small.folder / ".twelvelead").exists()


def test_a_read_only_data_folder_has_its_store_in_the_cache(small, closed, cache):
    folder = prepare(closed).store.folder
    assert folder.parent.parent == cache and folder.parent.name.startswith("data-") and folder.name == "signals-100hz"
    assert sorted(p.name for p in closed.iterdir()) == ["ptbxl_database.csv", "records100"]
    assert prepare(closed).read == 0


def test_two_folders_of_one_name_have_two_stores(closed, cache, tmp_path):
    other = tmp_path / "other" / "data"
    other.mkdir(parents=True)
    other.chmod(0o555)
    assert store_folder(other, 100) != store_folder(closed, 100)
    assert store_folder(closed / "..", 100) != store_folder(closed, 100)
    assert store_folder(closed / ".." / "data", 100) == store_folder(closed, 100)


def test_without_a_cache_folder_it_is_that_of_the_home(closed, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert store_folder(closed, 100).is_relative_to(Path.home() / ".cache" / "twelvelead")


def test_a_store_that_lies_beside_read_only_data_is_used(small):
    made = prepare(small.folder).store.folder
    small.folder.chmod(0o555)
    assert store_folder(small.folder, 100) == made
    small.folder.chmod(0o755)


def test_a_place_that_cannot_be_written_is_told(small, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot be written: Not a directory; name another folder with --store"):
        prepare(small.folder, store=tmp_path / "file")
