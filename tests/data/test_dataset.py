import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler, DataLoader, RandomSampler

from twelvelead.data.dataset import RecordDataset, iterate_batches, shuffled

ROWS = np.array([5, 0, 7, 2, 9, 1, 4])


@pytest.fixture
def signals(tmp_path):
    """Read-only and mapped, as the store's."""
    path = tmp_path / "signals.npy"
    np.save(path, np.random.default_rng(0).integers(-32_768, 32_768, (10, 30, 12)).astype(np.int16))
    return np.load(path, mmap_mode="r").view(np.ndarray)


@pytest.fixture
def dataset(signals):
    labels = np.random.default_rng(1).integers(0, 2, (7, 5)).astype(np.uint8)
    labels.setflags(write=False)
    return RecordDataset(signals, ROWS, labels)


def in_mv(signals, positions):
    return torch.from_numpy((signals[ROWS[positions]].astype(np.float32) / np.float32(1000)).astype(np.float32))


def test_a_batch_is_rows_in_millivolts(dataset, signals):
    batch = dataset[[6, 0, 3]]
    assert batch.signals.shape == (3, 30, 12) and batch.signals.dtype == batch.labels.dtype == torch.float32
    assert torch.equal(batch.signals, in_mv(signals, [6, 0, 3]))
    assert torch.equal(batch.labels, torch.from_numpy(dataset._labels[[6, 0, 3]].astype(np.float32)))


def test_one_record_has_no_batch_axis_and_can_be_written_to(dataset, signals):
    for position in (2, np.int64(2), -5):
        record = dataset[position]
        assert record.signals.shape == (30, 12) and record.labels.shape == (5,)
        assert torch.equal(record.signals, in_mv(signals, 2))
        record.signals.zero_()
        record.labels.zero_()


def test_a_data_loader_as_the_docstring_has_it(dataset, signals):
    sampler = BatchSampler(RandomSampler(dataset), batch_size=3, drop_last=False)
    loader = DataLoader(dataset, sampler=sampler, batch_size=None)
    batches = list(loader)
    assert [len(batch.signals) for batch in batches] == [3, 3, 1] == [len(batch.labels) for batch in batches]
    seen = torch.cat([batch.signals for batch in batches])
    for record in range(len(dataset)):
        assert (seen == in_mv(signals, record)).all(dim=(1, 2)).sum() == 1


def test_a_data_loader_may_also_collect_single_records(dataset, signals):
    batch = next(iter(DataLoader(dataset, batch_size=4)))
    assert torch.equal(batch.signals, in_mv(signals, range(4)))


def test_batches_follow_the_order(dataset, signals):
    batches = list(iterate_batches(dataset, np.array([3, 1, 2, 6, 0]), 2))
    assert [len(batch.labels) for batch in batches] == [2, 2, 1]
    assert torch.equal(torch.cat([b.signals for b in batches]), in_mv(signals, [3, 1, 2, 6, 0]))


@given(st.integers(0, 200), st.integers(0, 2**32), st.integers(0, 100))
def test_an_order_is_a_permutation_that_its_arguments_decide(count, seed, epoch):
    order = shuffled(count, seed, epoch)
    assert sorted(order.tolist()) == list(range(count))
    assert (order == shuffled(count, seed, epoch)).all()


def test_epochs_and_seeds_differ():
    orders = {tuple(shuffled(50, seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert len(orders) == 9
