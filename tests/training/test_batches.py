import numpy as np
import pytest
import torch

from twelvelead.config import TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.training.batches import Share, steps_per_epoch, training_batches

RECORDS, TIME = 21, 400
ALONE = Share(0, 1)
CPU = torch.device("cpu")


@pytest.fixture
def dataset() -> RecordDataset:
    """The value says which record and sample it is: record * 1,000 + sample, in units of a microvolt."""
    signals = (np.arange(RECORDS)[:, None, None] * 1000 + np.arange(TIME)[None, :, None]).astype(np.int16)
    labels = np.eye(RECORDS, dtype=np.uint8)
    return RecordDataset(np.repeat(signals, 2, axis=2), np.arange(RECORDS), labels)


def batches(dataset, share=ALONE, epoch=1, **options):
    order = shuffled(len(dataset), 0, epoch)
    return list(training_batches(dataset, order, TrainOptions(batch_size=4, **options), 100, epoch, CPU, share))


def test_every_record_comes_once_an_epoch(dataset):
    found = batches(dataset, crop_s=1.0)
    assert len(found) == steps_per_epoch(RECORDS, 4) == 6
    assert [batch.records for batch in found] == [4, 4, 4, 4, 4, 1]
    assert torch.equal(sum(batch.labels.sum(dim=0) for batch in found), torch.ones(RECORDS))


def test_a_crop_is_a_piece_of_its_record(dataset):
    starts = set()
    for epoch in range(1, 20):
        for batch in batches(dataset, crop_s=1.0, epoch=epoch):
            values = (batch.signals[..., 0] * 1000).round().long()
            records, samples = values // 1000, values % 1000
            assert torch.equal(records, batch.labels.argmax(dim=1)[:, None].expand_as(records))
            assert (samples.diff(dim=1) == 1).all() and samples.shape[1] == 100
            starts |= set(samples[:, 0].tolist())
    assert min(starts) >= 0 and max(starts) <= TIME - 100
    assert min(starts) < 10 and max(starts) > TIME - 110


def test_epochs_differ_and_can_be_repeated(dataset):
    first, again, second = (batches(dataset, crop_s=1.0, epoch=epoch)[0].signals for epoch in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, second)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"crop_s": 1.0},
        {"crop_s": 1.0, "mixup": 0.4, "stretch": 0.1, "wander": 0.1, "mask_leads": 0.2, "mask_time": 0.2},
    ],
)
def test_processes_together_see_what_one_sees(dataset, options):
    whole = batches(dataset, **options)
    shares = [batches(dataset, Share(rank, 3), **options) for rank in range(3)]
    for number, batch in enumerate(whole):
        for rank in range(3):
            part = shares[rank][number]
            assert part.records == batch.records
            torch.testing.assert_close(part.signals, batch.signals[rank::3])
            torch.testing.assert_close(part.labels, batch.labels[rank::3])


def test_mixing_keeps_the_record_as_the_larger_part(dataset):
    for batch in batches(dataset, mixup=0.5):
        torch.testing.assert_close(batch.labels.sum(dim=1), torch.ones(len(batch.labels)))
        assert (batch.labels.amax(dim=1) >= 0.5).all()
        mean = (batch.labels * torch.arange(RECORDS)).sum(dim=1)
        torch.testing.assert_close(batch.signals[:, 0, 0], mean, atol=1e-3, rtol=1e-4)


def test_stretching_keeps_the_length_and_the_ends(dataset):
    slopes = [float(b.signals[0, 1:, 0].diff().mean() * 1000) for b in batches(dataset, crop_s=1.0, stretch=0.3)]
    assert all(0.7 < slope < 1.4 for slope in slopes) and len({round(slope, 3) for slope in slopes}) > 3
