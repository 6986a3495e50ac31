"""From any source to the same folder, and nothing but what was asked for."""

import importlib
import json
import shutil

import pytest

from data.download.served import LIST, content, write_sums
from twelvelead.data.download import download
from twelvelead.data.store import prepare
from twelvelead.errors import ConfigError, DataError

MODULE = importlib.import_module("twelvelead.data.download.download")
RECORD = "records100/00000/00002_lr.dat"
HEADER = "records100/00000/00002_lr.hea"


def expected(tree, *rates):
    """What a download at these rates leaves."""
    of_rates = tuple(f"records{rate}/" for rate in rates)
    tables = {"ptbxl_database.csv", "scp_statements.csv", "LICENSE.txt", "simulated.json", LIST}
    return {name: data for name, data in content(tree).items() if name.startswith(of_rates) or name in tables}


@pytest.mark.parametrize("rates", [(100,), (500,), (100, 500)])
def test_a_mirror(served, tree, tmp_path, fast, rates):
    result = download(tmp_path / "new", rates=rates, source=served.address, patience=fast)
    found = content(tmp_path / "new")
    assert found == expected(tree, *rates)
    assert result.records == dict.fromkeys(rates, 4) and result.data_version == "simulated (4 records)"
    assert result.fetched == result.files == len(found) - 1
    assert result.bytes == sum(map(len, found.values())) - len(found[LIST])
    assert served.asked["RECORDS"] == 0 and set(served.ranges) == {None}
    assert prepare(tmp_path / "new", rates[0]).store.manifest.records == 4


def test_a_folder_and_a_zip(tree, tmp_path, fast):
    download(tmp_path / "a", source=tree, patience=fast)
    top = "ptb-xl-a-large-publicly-available-electrocardiography-dataset-1.0.3"
    shutil.copytree(tree, tmp_path / "zipped" / top)
    packed = shutil.make_archive(str(tmp_path / "any name"), "zip", tmp_path / "zipped")
    download(tmp_path / "b", source=packed, patience=fast)
    download(tmp_path / "c", source=str(tmp_path / "a"), patience=fast)
    assert content(tmp_path / "a") == content(tmp_path / "b") == content(tmp_path / "c") == expected(tree, 100)


def test_in_place_it_checks_what_is_there(tree, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(tree, folder)
    assert download(folder, rates=(100, 500), source=folder).fetched == 0
    assert content(folder) == content(tree)
    (folder / RECORD).write_bytes(b"bad")
    with pytest.raises(DataError, match=f"{RECORD} .* came twice with other bytes"):
        download(folder, source=folder)


def test_the_other_rate_later(served, tree, tmp_path, fast):
    download(tmp_path, source=served.address, patience=fast)
    before = served.asked[RECORD]
    result = download(tmp_path, rates=(100, 500), source=served.address, patience=fast)
    assert result.fetched == 8 and served.asked[RECORD] == before
    assert content(tmp_path) == expected(tree, 100, 500)


def test_a_second_call_reads_nothing_again(served, tmp_path, fast, monkeypatch):
    download(tmp_path, source=served.address, patience=fast)
    monkeypatch.setattr(MODULE, "file_digest", None)
    shown = []
    result = download(tmp_path, source=served.address, patience=fast, progress=lambda *given: shown.append(given))
    assert result.fetched == 0 and result.files == 12
    assert shown == [(result.bytes, result.bytes)]
    assert served.asked[RECORD] == 1


@pytest.mark.parametrize("damage", ["bytes", "size", "gone"])
def test_what_was_damaged_since_is_fetched_again(served, tree, tmp_path, fast, damage):
    download(tmp_path, source=served.address, patience=fast)
    path = tmp_path / RECORD
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(bytes(24_000 if damage == "bytes" else 5))
    assert download(tmp_path, source=served.address, patience=fast).fetched == 1
    assert content(tmp_path) == expected(tree, 100)


def test_files_that_came_in_another_way_are_checked_and_kept(served, tree, tmp_path, fast):
    (tmp_path / RECORD).parent.mkdir(parents=True)
    shutil.copy(tree / RECORD, tmp_path / RECORD)
    (tmp_path / HEADER).write_text("wrong\n")
    (tmp_path / "own notes.txt").write_text("mine")
    result = download(tmp_path, source=served.address, patience=fast)
    assert result.fetched == 11 and served.asked[RECORD] == 0
    assert content(tmp_path) == {**expected(tree, 100), "own notes.txt": b"mine"}


def test_the_table_comes_last(served, tmp_path, fast):
    served.always[RECORD] = "status 404"
    with pytest.raises(DataError, match=r"00002_lr.dat is not there \(HTTP 404\)"):
        download(tmp_path, source=served.address, patience=fast)
    assert not (tmp_path / "ptbxl_database.csv").exists()
    assert served.asked[RECORD] == 1 and served.asked["ptbxl_database.csv"] == 0


def test_progress_ends_with_all(served, tmp_path, fast):
    served.misbehave(RECORD, "cut", "wrong")
    shown = []
    result = download(tmp_path, source=served.address, patience=fast, progress=lambda *given: shown.append(given))
    assert shown[-1] == (result.bytes, result.bytes)
    assert all(done >= 0 for done, _ in shown)


def test_it_says_what_it_waits_for(served, tree, tmp_path, hasty, monkeypatch):
    monkeypatch.setattr(MODULE, "NOTE_AFTER_S", 0.0)
    served.misbehave(LIST, "silence")
    notes = []
    download(tmp_path, source=served.address, patience=hasty, note=notes.append)
    assert notes == [f"reading the list of files of {served.address} ..."]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"version": "1.0.2"}, "--version is '1.0.2'; allowed are 1.0.1, 1.0.3"),
        ({"version": "1.0.3", "source": "x"}, "--version has no meaning with --from"),
        ({"rates": (250,)}, "allowed are 100, 500 or both"),
        ({"rates": ()}, "allowed are 100, 500 or both"),
        ({"parallel": 0}, "--parallel is 0; allowed is 1 to 64"),
        ({"source": ""}, "--from is empty"),
        ({"source": "ftp://physionet.org/x"}, "allowed is one like https://"),
        ({"source": "https://"}, "allowed is one like https://"),
        ({"source": "http://host:99999/"}, "allowed is one like https://"),
        ({"source": "http://host/x?y=1"}, "allowed is one like https://"),
        ({"source": "nowhere.zip"}, "nowhere.zip is not there; allowed are"),
    ],
)
def test_options_that_are_refused(tmp_path, given, message):
    with pytest.raises((ConfigError, DataError), match=message):
        download(tmp_path / "new", **given)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("x" * 64 + " records100/../../x\n", "line 1, is refused: .* is no checksum and path"),
        ("a" * 64 + " records100/../../x\n", "leads outside the data folder"),
        ("a" * 64 + " /etc/passwd\n", "leads outside the data folder"),
        ("<html>log in</html>", "did a login page answer instead"),
        ("", "lists no file"),
        ("a" * 64 + " LICENSE.txt\n", "lists no record at 100 Hz"),
        ("a" * 64 + " records100/00000/00001_lr.dat\n", "does not list ptbxl_database.csv"),
    ],
)
def test_a_list_that_is_refused_leaves_nothing(tmp_path, lines, message):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / LIST).write_text(lines)
    with pytest.raises(DataError, match=message):
        download(tmp_path / "new", source=tmp_path / "source")
    assert not (tmp_path / "new").exists()


def test_unknown_paths_in_the_list_are_never_written(tree, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(tree, source)
    for name in ("run.sh", ".bashrc", "records100/00000/00001_hr.dat", "records100/0/00001_lr.dat", "models/x.dat"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("no")
    write_sums(source)
    download(tmp_path / "new", source=source)
    assert content(tmp_path / "new").keys() == expected(tree, 100).keys()


def test_a_full_disk_is_seen_first(served, tmp_path, fast):
    asked = []

    def free(folder):
        asked.append(folder)
        return 50_000_000

    with pytest.raises(DataError, match=r"has 50 MB free, but 0 MB are still to come \(and 50 to spare\)"):
        download(tmp_path / "a" / "b", source=served.address, patience=fast, free=free)
    assert asked == [tmp_path] and not (tmp_path / "a").exists()
    assert set(served.asked) == {LIST}


def test_a_complete_folder_needs_no_room(served, tmp_path, fast):
    download(tmp_path, source=served.address, patience=fast)
    assert download(tmp_path, source=served.address, patience=fast, free=lambda folder: 0).fetched == 0


def test_a_simulated_folder_is_not_mixed_with_another(served, tree, tmp_path, fast):
    source = tmp_path / "source"
    shutil.copytree(tree, source)
    (source / "simulated.json").unlink()
    write_sums(source)
    target = tmp_path / "target"
    download(target, source=served.address, patience=fast)
    with pytest.raises(DataError, match="holds a simulated data set; give another folder"):
        download(target, source=source)
    assert content(target) == expected(tree, 100)


def test_a_file_in_the_place_of_the_folder(served, tmp_path, fast):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="file is a file; give a folder"):
        download(tmp_path / "file", source=served.address, patience=fast)


def test_a_folder_in_the_place_of_a_file(served, tmp_path, fast):
    (tmp_path / RECORD).mkdir(parents=True)
    with pytest.raises(DataError, match=r"cannot be written: .*; mend that, or choose another folder"):
        download(tmp_path, source=served.address, patience=fast)


def test_a_second_process_is_told_to_wait(served, tmp_path, fast):
    found = []

    def progress(done, total):
        with pytest.raises(DataError) as error:
            download(tmp_path, source=served.address, patience=fast)
        found.append(str(error.value))

    download(tmp_path, source=served.address, patience=fast, progress=progress)
    assert all("another process is downloading into" in text for text in found) and found


def physionet_is(monkeypatch, *addresses):
    from twelvelead.data.download import http_source

    monkeypatch.setattr(http_source, "physionet_addresses", lambda version: addresses)


def test_a_releases_list_is_fetched_once(served, tree, tmp_path, fast, monkeypatch):
    physionet_is(monkeypatch, served.address)
    served.always[RECORD] = "status 404"
    with pytest.raises(DataError, match="HTTP 404"):
        download(tmp_path, patience=fast)
    served.close()
    with pytest.raises(DataError, match=r"PTB-XL 1.0.3 at PhysioNet cannot be reached"):
        download(tmp_path, patience=fast)
    download(tmp_path, source=tree)
    physionet_is(monkeypatch, "http://127.0.0.1:1/")
    assert json.loads((tmp_path / ".twelvelead-download" / "list.json").read_text())["release"] == "1.0.3"
    assert download(tmp_path, version="1.0.3", patience=fast).fetched == 0, "complete: no network needed"
    with pytest.raises(DataError, match=r"1\.0\.1 at PhysioNet cannot be reached"):
        download(tmp_path, version="1.0.1", patience=fast)
    (tmp_path / LIST).write_text("changed")
    with pytest.raises(DataError, match="cannot be reached"):
        download(tmp_path, patience=fast)


def test_the_second_address_where_the_first_does_not_answer(served, tree, tmp_path, fast, monkeypatch):
    physionet_is(monkeypatch, "http://127.0.0.1:1/", served.address + "no/such/", served.address)
    download(tmp_path, patience=fast)
    assert content(tmp_path) == expected(tree, 100)


def test_offline_it_says_what_to_do(tmp_path, fast, monkeypatch):
    physionet_is(monkeypatch, "http://127.0.0.1:1/", "http://127.0.0.1:2/")
    with pytest.raises(DataError) as error:
        download(tmp_path / "new", patience=fast)
    text = str(error.value)
    assert "cannot be reached (127.0.0.1: Connection refused; 127.0.0.1: Connection refused)" in text
    assert "get the zip file from https://physionet.org/content/ptb-xl/1.0.3/" in text and "--from FILE.zip" in text
    assert "\n" not in text and not (tmp_path / "new").exists()
