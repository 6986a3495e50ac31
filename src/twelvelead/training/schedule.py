"""The learning rate over a training: the assignment's plateau rule, or one cycle.

Smith & Topin 2018, "Super-convergence" (arXiv 1708.07120).
"""

from typing import Any, Protocol

from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau

from twelvelead.config import TrainOptions

__all__ = ["RateSchedule", "make_schedule"]

RISING = 0.25
"""Share of the steps in which the rate of one cycle rises, as in the PTB-XL benchmark's library (fastai)."""


class RateSchedule(Protocol):
    """Sets the optimiser's learning rate."""

    def after_step(self) -> None:
        """A step is done."""

    def after_epoch(self, val_loss: float) -> None:
        """An epoch is done, with this validation loss."""

    def state(self) -> dict[str, Any]:
        """Counters, as JSON."""

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counters again."""


def make_schedule(optimizer: Optimizer, options: TrainOptions, steps_per_epoch: int) -> RateSchedule:
    """The schedule that the options ask for."""
    if options.schedule == "one-cycle":
        return OneCycle(optimizer, options.lr, steps_per_epoch * options.epochs)
    return Plateau(optimizer, options.patience)


class Plateau:
    """A tenth of the rate where the validation loss stands still for more than `patience` epochs."""

    def __init__(self, optimizer: Optimizer, patience: int) -> None:
        self._inner = ReduceLROnPlateau(optimizer, mode="min", patience=patience)

    def after_step(self) -> None:
        """Nothing to do."""

    def after_epoch(self, val_loss: float) -> None:
        """Count the epoch; lower the rate if it is time."""
        self._inner.step(val_loss)

    def state(self) -> dict[str, Any]:
        """Counters, as JSON."""
        return _plain(self._inner.state_dict())

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counters again."""
        self._inner.load_state_dict(state)


class OneCycle:
    """The rate rises from a 25th and falls to nothing along a cosine; Adam's momentum goes the other way."""

    def __init__(self, optimizer: Optimizer, highest: float, steps: int) -> None:
        self._steps = steps
        # One step more than there are: PyTorch refuses a call after the last step, which is as good as any other.
        self._inner = OneCycleLR(optimizer, highest, total_steps=steps + 1, pct_start=RISING)

    def after_step(self) -> None:
        """Set the rate and the momentum of the next step."""
        self._inner.step()

    def after_epoch(self, val_loss: float) -> None:
        """Nothing to do."""

    def state(self) -> dict[str, Any]:
        """How many steps were done, of how many."""
        return {"step": self._inner.last_epoch, "steps": self._steps}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counters again; the rate itself is part of the optimiser's state.

        Raises:
            ValueError: the cycle has another number of steps now.
        """
        if state["steps"] != self._steps:
            raise ValueError(f"its cycle has {state['steps']} steps, this one {self._steps}; keep --epochs as it was")
        self._inner.last_epoch = int(state["step"])


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """The scheduler's counters; its methods and classes are not state."""
    return {key: value for key, value in state.items() if isinstance(value, int | float | str | list)}
