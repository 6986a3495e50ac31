import mmap

import numpy as np
import pytest

from twelvelead.data.read_ahead import ReadAhead

ROWS, SAMPLES = 40, 700
asked = pytest.mark.skipif(not hasattr(mmap, "MADV_WILLNEED"), reason="this system has no madvise")


class Recorder(mmap.mmap):
    """A mapping that notes what is asked of it."""

    def madvise(self, *arguments):
        self.__dict__.setdefault("asked", []).append(arguments)
        return super().madvise(*arguments)


@asked
def test_exactly_the_pages_of_the_rows_are_asked_for(tmp_path):
    path = tmp_path / "signals.npy"
    np.save(path, np.arange(ROWS * SAMPLES * 12, dtype="<i2").reshape(ROWS, SAMPLES, 12))
    with path.open("rb") as stream:
        mapping = Recorder(stream.fileno(), 0, access=mmap.ACCESS_READ)
    offset = path.stat().st_size - ROWS * SAMPLES * 24
    signals = np.ndarray((ROWS, SAMPLES, 12), "<i2", mapping, offset)
    ReadAhead(signals).ask(np.array([0, 7, ROWS - 1]))
    for row, (advice, begin, length) in zip((0, 7, ROWS - 1), mapping.asked):
        first = offset + row * SAMPLES * 24
        assert advice == mmap.MADV_WILLNEED and begin % mmap.PAGESIZE == 0
        assert begin <= first < begin + mmap.PAGESIZE and begin + length == first + SAMPLES * 24


def test_a_store_opened_as_usual_is_a_mapping(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((3, 5), np.int16))
    mapped = np.lib.format.open_memmap(tmp_path / "a.npy", mode="r").view(np.ndarray)
    assert ReadAhead(mapped)._mapping is not None or not hasattr(mmap, "MADV_WILLNEED")
    ReadAhead(mapped).ask(np.arange(3))


def test_an_array_in_memory_needs_nothing():
    ReadAhead(np.zeros((3, 5))).ask(np.arange(3))
