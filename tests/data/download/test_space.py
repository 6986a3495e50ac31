import pytest

from twelvelead.data.download.space import free_bytes, require_space
from twelvelead.errors import DataError

SIZES = [24_000, 600] * 10_000


def test_small_files_take_whole_blocks(tmp_path):
    need = 10_000 * (24_576 + 4096) + 50 * 10**6
    require_space(tmp_path, SIZES, need)
    with pytest.raises(
        DataError, match=r"has 337 MB free, but 287 MB are still to come \(and 50 to spare\); make room"
    ):
        require_space(tmp_path, SIZES, need - 1)


def test_free_bytes_are_those_of_the_disk(tmp_path):
    assert free_bytes(tmp_path) > 0
