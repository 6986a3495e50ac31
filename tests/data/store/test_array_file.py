"""A NumPy file that grows in place."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from twelvelead.data.store.array_file import SIGNALS_FILE, GrowingArray, whole_rows

ROWS = np.arange(3 * 10 * 12, dtype=np.int16).reshape(3, 10, 12)


def write(folder: Path, *, reserved: int) -> None:
    with GrowingArray(folder, samples=10, rows=0) as array:
        array.reserve(reserved)
        array.append(ROWS[:2])
        array.append(ROWS[2:])
        array.finish()


@pytest.mark.parametrize("reserved", [0, 2, 3, 100])
def test_the_file_holds_what_was_written_however_much_was_reserved(tmp_path: Path, reserved: int) -> None:
    write(tmp_path, reserved=reserved)
    np.testing.assert_array_equal(np.load(tmp_path / SIGNALS_FILE), ROWS)
    assert whole_rows(tmp_path, 10) == 3


def test_a_file_system_that_cannot_reserve_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", refuse, raising=False)
    write(tmp_path, reserved=3)
    np.testing.assert_array_equal(np.load(tmp_path / SIGNALS_FILE), ROWS)


def test_a_system_without_reserving_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    write(tmp_path, reserved=3)
    np.testing.assert_array_equal(np.load(tmp_path / SIGNALS_FILE), ROWS)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve")
def test_a_lack_of_room_is_found_before_the_first_row(tmp_path: Path) -> None:
    with GrowingArray(tmp_path, samples=10, rows=0) as array, pytest.raises(OSError) as caught:
        array.reserve(2**50)
    assert caught.value.errno in (errno.ENOSPC, errno.EFBIG)
