"""What a second `prepare` reads again, and that it disturbs nobody who has the store open."""

import importlib
import os

import numpy as np
import pytest

from data.small_dataset import header_text, noise, write_plain
from twelvelead.data.store import SignalStore, open_or_prepare, prepare
from twelvelead.errors import DataError

MODULE = importlib.import_module("twelvelead.data.store.prepare")


def check(small, store):
    """Every record of the table is in the store as it is in the files."""
    assert list(store.entries) == list(small.rows)
    for ecg_id, row in zip(small.rows, store.rows_of(small.rows)):
        assert (store.signals[row] == small.units[ecg_id]).all()


def change(small, ecg_id, seed=99):
    """Other samples, a header of the same size wherever it comes out so, and a later time."""
    path = small.folder / small.rows[ecg_id]["filename_lr"]
    small.units[ecg_id] = noise(seed)
    write_plain(path, small.units[ecg_id])
    for suffix in (".dat", ".hea"):
        os.utime(path.with_suffix(suffix), ns=(0, path.with_suffix(suffix).stat().st_mtime_ns + 10**9))


def test_what_has_not_changed_is_not_read_again(small):
    first = prepare(small.folder)
    assert (first.read, first.reused) == (5, 0)
    again = prepare(small.folder)
    assert (again.read, again.reused) == (0, 5)
    check(small, again.store)


@pytest.mark.parametrize("suffix", [".dat", ".hea"])
def test_a_changed_file_is_read_again(small, suffix):
    prepare(small.folder)
    change(small, 21)
    other = {".dat": ".hea", ".hea": ".dat"}[suffix]
    os.utime((small.folder / small.rows[21]["filename_lr"]).with_suffix(other))
    result = prepare(small.folder)
    assert result.read == 1
    check(small, result.store)


def test_records_in_two_files_are_always_read_again(small):
    """Only one signal file is watched."""
    path = small.add(5)
    lines = header_text(path.name, small.units[5]).splitlines()
    path.with_suffix(".dat").write_bytes(small.units[5][:, :6].tobytes())
    path.with_name("b.dat").write_bytes(small.units[5][:, 6:].tobytes())
    lines[7:] = [line.replace(path.name, "b") for line in lines[7:]]
    path.with_suffix(".hea").write_text("\n".join(lines))
    prepare(small.folder)
    assert prepare(small.folder).read == 1


def test_a_signal_file_of_another_name_is_watched(small):
    path = small.add(5)
    path.with_suffix(".hea").write_text(header_text("other", small.units[5]).replace("mV 16", "mV 12"))
    path.with_suffix(".dat").rename(path.with_name("other.dat"))
    assert prepare(small.folder).store.entries[5].status == "ok"
    assert prepare(small.folder).read == 0
    path.with_name("other.dat").write_bytes(small.units[5][::-1].tobytes())
    result = prepare(small.folder)
    assert result.read == 1 and "begins with" in result.store.entries[5].reason


def test_a_deleted_file_becomes_left_out_and_comes_back(small):
    prepare(small.folder)
    path = (small.folder / small.rows[21]["filename_lr"]).with_suffix(".dat")
    content = path.read_bytes()
    path.unlink()
    result = prepare(small.folder)
    assert result.read == 1 and result.store.rows_of([21]).tolist() == [-1]
    path.write_bytes(content)
    check(small, prepare(small.folder).store)


def test_new_records_are_added_and_an_order_of_the_table_changes_nothing(small):
    prepare(small.folder)
    small.add(2)
    small.rows = dict(sorted(small.rows.items()))
    small.save()
    result = prepare(small.folder)
    assert (result.read, result.reused) == (1, 5)
    check(small, result.store)


def test_a_record_that_left_the_table_leaves_the_index(small):
    prepare(small.folder)
    del small.rows[9]
    small.save()
    result = prepare(small.folder)
    assert result.read == 0
    check(small, result.store)


def test_another_path_for_the_same_id_is_read_anew(small):
    prepare(small.folder)
    small.rows[3]["filename_lr"], small.rows[7]["filename_lr"] = (
        small.rows[7]["filename_lr"],
        small.rows[3]["filename_lr"],
    )
    small.units[3], small.units[7] = small.units[7], small.units[3]
    small.save()
    result = prepare(small.folder)
    assert result.read == 2
    check(small, result.store)


def test_a_store_that_is_open_stays_as_it_was(small):
    """Records change, go and come while someone holds the store, over several runs."""
    opened = prepare(small.folder).store
    rows = opened.rows_of(small.rows)
    before = opened.signals[rows].copy()
    del small.rows[9]  # the last row: room that a later record must not take
    small.save()
    prepare(small.folder)
    prepare(small.folder)
    small.add(30)
    prepare(small.folder)
    change(small, 21)
    prepare(small.folder)
    assert (opened.rows_of([7, 3, 21, 12, 9]) == rows).all()
    assert (opened.signals[rows] == before).all()
    check(small, SignalStore.open(opened.folder))


def test_open_or_prepare_opens_what_fits_the_table(small, monkeypatch):
    open_or_prepare(small.folder)
    calls = []
    monkeypatch.setattr(MODULE, "prepare", lambda *given: calls.append(given) or prepare(*given))
    check(small, open_or_prepare(small.folder))
    assert not calls
    small.add(50)
    check(small, open_or_prepare(small.folder))
    assert len(calls) == 1


def test_open_or_prepare_looks_again_for_records_that_were_missing(small):
    path = small.folder / small.rows[21]["filename_lr"]
    content = path.with_suffix(".dat").read_bytes()
    path.with_suffix(".dat").unlink()
    assert open_or_prepare(small.folder).rows_of([21]) == [-1]
    path.with_suffix(".dat").write_bytes(content)
    check(small, open_or_prepare(small.folder))


def test_a_store_that_cannot_be_brought_up_to_date_is_opened_as_it_is(small, monkeypatch):
    (small.folder / small.rows[21]["filename_lr"]).with_suffix(".dat").unlink()
    open_or_prepare(small.folder)

    def refuse(*given):
        raise DataError("another process is preparing it")

    monkeypatch.setattr(MODULE, "prepare", refuse)
    assert open_or_prepare(small.folder).rows_of([21, 3]).tolist() == [-1, 1]
    small.add(50)
    with pytest.raises(DataError, match="another process"):
        open_or_prepare(small.folder)


def test_the_array_is_an_ordinary_numpy_file(small):
    store = prepare(small.folder).store
    loaded = np.load(store.folder / "signals.npy")
    assert loaded.dtype == np.int16 and (loaded == store.signals).all()
    assert not store.signals.flags.writeable
