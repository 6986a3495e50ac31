import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.data.dataset import RecordDataset
from twelvelead.data.resident import ResidentDataset, fits

RECORDS, TIME = 600, 20
CPU = torch.device("cpu")
GPU = torch.device("cuda")


@pytest.fixture(scope="module")
def dataset() -> RecordDataset:
    """More records than are copied at a time, in another order than the store's."""
    rng = np.random.default_rng(0)
    signals = rng.integers(-32_768, 32_768, (RECORDS + 9, TIME, 12)).astype(np.int16)
    signals.setflags(write=False)
    labels = rng.random((RECORDS, 5), dtype=np.float32)
    labels.setflags(write=False)
    return RecordDataset(signals, rng.permutation(RECORDS + 9)[:RECORDS], labels)


@pytest.fixture(scope="module")
def resident(dataset: RecordDataset) -> ResidentDataset:
    return ResidentDataset(dataset, CPU)


@given(st.lists(st.integers(0, RECORDS - 1), max_size=9))
def test_batches_are_those_of_the_dataset(dataset, resident, positions):
    index = np.array(positions, dtype=np.int64)
    resident.announce(index)
    for one, other in zip(dataset[index], resident[index]):
        assert torch.equal(one, other) and one.dtype == other.dtype
    starts = np.array(positions, dtype=np.int64) % (TIME - 6)
    for samples in (7, TIME):
        for one, other in zip(dataset.pieces(index, starts, samples), resident.pieces(index, starts, samples)):
            assert torch.equal(one, other)


def test_it_is_the_dataset_otherwise(dataset, resident):
    assert torch.equal(dataset[3].signals, resident[3].signals) and torch.equal(dataset[3].labels, resident[3].labels)
    assert (len(resident), resident.time, resident.leads) == (len(dataset), TIME, 12)
    np.testing.assert_array_equal(resident.labels, dataset.labels)


def test_half_of_a_gpus_free_memory_may_be_taken(dataset, monkeypatch):
    assert dataset.signal_bytes == RECORDS * TIME * 12 * 2
    for free, expected in ((2 * dataset.signal_bytes, True), (2 * dataset.signal_bytes - 1, False)):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device, free=free: (free, 10**12))
        assert fits(dataset, GPU) == expected
