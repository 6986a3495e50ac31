"""Interrupted at any point, `prepare` goes on to the same store that one uninterrupted call makes."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from twelvelead.data.store import SignalStore, prepare
from twelvelead.errors import DataError

MODULE = importlib.import_module("twelvelead.data.store.prepare")
ONE_RECORD = 24_000


@pytest.fixture(autouse=True)
def chunk_of_one_record(monkeypatch):
    monkeypatch.setattr(MODULE, "CHUNK_BYTES", ONE_RECORD)


class Interrupt(Exception):
    pass


def stop_after(count):
    def progress(done, total):
        if done >= count:
            raise Interrupt

    return progress


def content(store):
    rows = store.rows_of(store.entries)
    return {
        ecg_id: (store.signals[row].tobytes() if row >= 0 else None, store.entries[ecg_id].status)
        for ecg_id, row in zip(store.entries, rows)
    }


@pytest.fixture
def expected(small, tmp_path):
    (small.folder / small.rows[12]["filename_lr"]).with_suffix(".dat").unlink()
    return content(prepare(small.folder, store=tmp_path / "whole").store)


def interrupted(small, count):
    with pytest.raises(Interrupt):
        prepare(small.folder, progress=stop_after(count))
    return small.folder / ".twelvelead" / "signals-100hz"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_second_call_goes_on_where_the_first_stopped(small, expected, count):
    folder = interrupted(small, count)
    with pytest.raises(DataError, match="no signal store"):
        SignalStore.open(folder)
    result = prepare(small.folder)
    assert content(result.store) == expected
    assert len(result.store.signals) == 4
    # The record without a file is tried again in each call.
    assert result.read == 5 - count + (count >= 4)
    assert not (folder / "journal.jsonl").exists()


def test_interrupted_again_and_again(small, expected):
    for _ in range(4):
        with pytest.raises(Interrupt):
            prepare(small.folder, progress=lambda done, total: stop_after(0)(done, total))
    assert content(prepare(small.folder).store) == expected


@pytest.mark.parametrize(("lost", "count"), [(1, 1), (3, 1), (3, 3), (5, 1), (5, 2), (5, 4)])
def test_lost_samples_are_read_again_though_others_came_into_their_rows(small, tmp_path, lost, count):
    first = (small.folder / next(iter(small.rows.values()))["filename_lr"]).with_suffix(".dat")
    elsewhere = first.rename(tmp_path / "elsewhere")
    prepare(small.folder)
    elsewhere.rename(first)
    signals = prepare(small.folder).store.folder / "signals.npy"  # the first record is the last in it
    os.truncate(signals, signals.stat().st_size - lost * ONE_RECORD)
    with pytest.raises(Interrupt):
        prepare(small.folder, progress=stop_after(5 - lost + count))
    found = prepare(small.folder)
    assert content(found.store) == content(prepare(small.folder, store=tmp_path / "whole").store)


@pytest.mark.parametrize("torn", [b'[[21, 2, "ok"', b"\0\0\0", b"{}\n", b"[[1, 2]]\n", b"5\n", b"\xff\n"])
def test_a_torn_line_of_the_journal_costs_its_chunk_only(small, expected, torn):
    folder = interrupted(small, 2)
    with (folder / "journal.jsonl").open("ab") as stream:
        stream.write(torn)
    interrupted(small, 3)
    result = prepare(small.folder)
    assert content(result.store) == expected and result.read == 2


@pytest.mark.parametrize("lost", [1, ONE_RECORD, ONE_RECORD + 1, 10**6])
def test_a_lost_end_of_the_array_is_read_again(small, expected, lost):
    folder = interrupted(small, 3)
    size = (folder / "signals.npy").stat().st_size
    os.truncate(folder / "signals.npy", max(0, size - lost))
    assert content(prepare(small.folder).store) == expected


def test_a_torn_end_of_the_array_is_overwritten(small, expected):
    folder = interrupted(small, 3)
    with (folder / "signals.npy").open("ab") as stream:
        stream.write(b"x" * 30_001)
    store = prepare(small.folder).store
    assert content(store) == expected and len(store.signals) == 4


def test_a_file_that_changed_in_between_is_read_again(small, expected):
    interrupted(small, 3)
    path = (small.folder / small.rows[7]["filename_lr"]).with_suffix(".dat")
    os.utime(path, ns=(0, 0))
    result = prepare(small.folder)
    assert content(result.store) == expected and result.read == 3


def test_a_whole_store_stays_usable_while_another_run_stops_halfway(small):
    before = prepare(small.folder).store
    wanted = content(before)
    small.add(30)
    small.add(31)
    interrupted(small, 6)
    assert content(SignalStore.open(before.folder)) == wanted == content(before)
    after = prepare(small.folder)
    assert after.read == 1 and {i: c for i, c in content(after.store).items() if i < 30} == wanted


@pytest.mark.parametrize("step", ["write_index", "Manifest.write", "Journal.clear"])
def test_stopped_between_the_last_steps(small, monkeypatch, step):
    """First on a new store, then on one that holds an older state."""
    owner, name = (getattr(MODULE, step.split(".")[0]), step.split(".")[1]) if "." in step else (MODULE, step)

    def stop(*given):
        raise Interrupt

    for add in (None, 30):
        if add:
            small.add(add)
        with monkeypatch.context() as patch, pytest.raises(Interrupt):
            patch.setattr(owner, name, stop)
            prepare(small.folder)
        if add:
            opened = SignalStore.open(small.folder / ".twelvelead" / "signals-100hz")
            rows = opened.rows_of([7, 3, 30])
            assert all((opened.signals[r] == small.units[i]).all() for i, r in zip([7, 3, 30], rows) if r >= 0)
        store = prepare(small.folder).store
        assert list(store.entries) == list(small.rows)
        assert all((store.signals[r] == small.units[i]).all() for i, r in zip(small.rows, store.rows_of(small.rows)))


KILLED = """
import importlib, sys, time
from pathlib import Path
module = importlib.import_module("twelvelead.data.store.prepare")
module.CHUNK_BYTES = 24_000
pause = float(sys.argv[2])
def progress(done, total):
    print(done, flush=True)
    time.sleep(pause)
module.prepare(Path(sys.argv[1]), progress=progress)
print("whole", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")
def test_killed_for_real(small, tmp_path):
    for ecg_id in range(100, 160):
        small.add(ecg_id)
    expected = content(prepare(small.folder, store=tmp_path / "whole").store)
    script = tmp_path / "run.py"
    script.write_text(KILLED)
    for wait, delay in ((1, 0.0), (20, 0.003), (23, 0.001)):
        process = subprocess.Popen(
            [sys.executable, str(script), str(small.folder), "0.002"], stdout=subprocess.PIPE, text=True
        )
        for _ in range(wait):
            process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    result = prepare(small.folder)
    assert content(result.store) == expected
    assert 0 < result.read < len(small.rows) - 40


def test_a_second_process_is_told_to_wait(small):
    """The lock is held while the callback runs."""
    found = []

    def progress(done, total):
        code = (
            f"from twelvelead.data.store import prepare; from pathlib import Path; prepare(Path({str(small.folder)!r}))"
        )
        found.append(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60).stderr)
        raise Interrupt

    with pytest.raises(Interrupt):
        prepare(small.folder, progress=progress)
    assert "DataError: another process is preparing" in found[0]
    prepare(small.folder)


def test_the_journal_is_lines_of_json(small):
    folder = interrupted(small, 2)
    lines = (folder / "journal.jsonl").read_text().splitlines()
    assert [json.loads(line)[0][0] for line in lines] == [7, 3]


def test_the_journal_names_no_record_that_is_not_on_the_disk(small, expected, monkeypatch):
    flushed, noted = [], []

    def flush(array):
        if len(flushed) == 2:
            raise OSError(28, "No space left on device")
        flushed.append(array.rows)

    plain_append = MODULE.Journal.append

    def append(journal, entries):
        noted.append((len(flushed), len(entries)))
        plain_append(journal, entries)

    with monkeypatch.context() as patch:
        patch.setattr(MODULE.GrowingArray, "flush", flush)
        patch.setattr(MODULE.Journal, "append", append)
        with pytest.raises(DataError, match=r"cannot be written: No space left on device.*--store"):
            prepare(small.folder)
    assert noted == [(1, 1), (2, 1)], "each chunk is noted after it was flushed, and none after the disk was full"
    assert content(prepare(small.folder).store) == expected
