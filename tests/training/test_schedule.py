import math

import pytest
import torch
from torch import nn

from twelvelead.config import TrainOptions
from twelvelead.training.schedule import RISING, make_schedule

OPTIONS = TrainOptions(lr=0.1, epochs=4, schedule="one-cycle")
STEPS = 10


def rates(optimizer, schedule, steps):
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.after_step()
    return found


def new(options=OPTIONS):
    optimizer = torch.optim.AdamW([nn.Parameter(torch.zeros(1))], lr=options.lr)
    return optimizer, make_schedule(optimizer, options, STEPS)


def test_one_cycle_is_a_rise_and_a_cosine_fall():
    found = rates(*new(), 40)
    total, top = 40, RISING * 41 - 1
    for step, rate in enumerate(found):
        if step <= top:
            expected = 0.1 / 25 + (0.1 - 0.1 / 25) * (1 - math.cos(math.pi * step / top)) / 2
        else:
            done = (step - top) / (total - top)
            expected = 0.1 * (1 + math.cos(math.pi * done)) / 2
        assert rate == pytest.approx(expected, abs=1e-6)
    assert max(found) > 0.0995 and found[-1] < 0.001


def test_one_cycle_goes_on_where_it_stopped():
    whole = rates(*new(), 40)
    optimizer, schedule = new()
    first = rates(optimizer, schedule, 17)
    again, rest = new()
    again.load_state_dict(optimizer.state_dict())
    rest.restore(schedule.state())
    assert first + rates(again, rest, 23) == pytest.approx(whole, abs=1e-12)


def test_a_cycle_of_another_length_is_refused():
    _, schedule = new()
    _, longer = new(TrainOptions(lr=0.1, epochs=5, schedule="one-cycle"))
    with pytest.raises(ValueError, match="has 40 steps, this one 50; keep --epochs"):
        longer.restore(schedule.state())


def test_the_plateau_rule_divides_by_ten_after_patience():
    optimizer, schedule = new(TrainOptions(lr=0.1, patience=1))
    for loss in (1.0, 1.0, 1.0):
        schedule.after_epoch(loss)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.01)
