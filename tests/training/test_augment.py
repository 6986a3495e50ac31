import numpy as np
import pytest
import torch

from twelvelead.config import TrainOptions
from twelvelead.training.augment import FASTEST_HZ, change, draw_changes

RECORDS, TIME, LEADS = 200, 500, 12


def changed(signals=None, seed=0, **options):
    signals = torch.ones(RECORDS, TIME, LEADS) if signals is None else signals
    changes = draw_changes(TrainOptions(**options), np.random.default_rng(seed), len(signals), LEADS)
    return change(signals, changes, np.arange(len(signals)), 100)


def test_without_options_nothing_changes():
    signals = torch.randn(4, TIME, LEADS)
    assert changed(signals) is signals


def test_amplitude_is_one_factor_a_record():
    found = changed(amplitude=0.2)
    factors = found[:, 0, 0]
    assert torch.equal(found, factors[:, None, None].expand_as(found))
    assert float(torch.log(factors).std()) == pytest.approx(0.2, rel=0.2)
    assert (factors > 0).all()


def test_wander_is_slow_and_of_the_given_height():
    waves = changed(torch.zeros(RECORDS, 4000, LEADS), wander=0.1)
    power = np.abs(np.fft.rfft(waves.numpy() * np.hanning(4000)[None, :, None], axis=1)) ** 2
    frequencies = np.fft.rfftfreq(4000, 0.01)
    assert power[:, frequencies > FASTEST_HZ + 0.1].sum() < 1e-3 * power.sum()
    assert float(waves.square().mean().sqrt()) == pytest.approx(0.1 / 2**0.5, rel=0.1)


def test_leads_are_blanked_whole_and_as_often_as_asked():
    found = changed(mask_leads=0.25)
    blank = (found == 0).all(dim=1)
    assert torch.equal(blank, (found == 0).any(dim=1))
    assert float(blank.float().mean()) == pytest.approx(0.25, abs=0.03)


def test_one_stretch_of_time_is_blanked_in_all_leads():
    found = changed(mask_time=0.4)
    blank = (found == 0).all(dim=2)
    assert torch.equal(blank, (found == 0).any(dim=2))
    edges = (blank[:, 1:] != blank[:, :-1]).sum(dim=1)
    assert (edges <= 2).all()
    shares = blank.float().mean(dim=1)
    assert float(shares.max()) <= 0.41 and float(shares.mean()) == pytest.approx(0.2, abs=0.03)


def test_a_share_of_a_batch_gets_what_the_whole_batch_gets():
    options = TrainOptions(amplitude=0.1, wander=0.1, mask_leads=0.2, mask_time=0.2)
    signals = torch.randn(10, TIME, LEADS)
    changes = draw_changes(options, np.random.default_rng(1), 10, LEADS)
    whole = change(signals, changes, np.arange(10), 100)
    some = np.array([7, 2])
    torch.testing.assert_close(change(signals[some], changes, some, 100), whole[some])
