"""Everything that a report is made of, gathered from a run's files: plain values, nothing to be opened or computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Material", "WrongCase"]


@dataclass(frozen=True)
class WrongCase:
    """A test record about which the model was sure, and wrong."""

    ecg_id: int
    of_class: str
    found: bool
    """The model found the class and the labels lack it; else it missed what the labels have."""
    probability: float
    threshold: float
    labels: tuple[str, ...]
    """The record's classes."""
    codes: tuple[tuple[str, float], ...]
    """SCP codes with their likelihoods in percent, 0 for not stated."""
    probabilities: tuple[tuple[str, float], ...]
    """The most probable classes, most probable first."""
    figure: str
    """Name of its picture."""


@dataclass(frozen=True)
class Material:
    """A run, its results, and what was drawn of them."""

    run_name: str
    metrics: Mapping[str, Any]
    """The content of `metrics.json`."""
    training: Mapping[str, Any] | None = None
    """The content of `training.json`; None where no training is at hand, or it is not finished."""
    model: Mapping[str, Any] | None = None
    """The content of `model.json`."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """How it was trained: the table [train] of `config.toml`."""
    parameters: int | None = None
    """Numbers that were trained."""
    figures: frozenset[str] = frozenset()
    """Names of the pictures that there are."""
    wrong: tuple[WrongCase, ...] = ()
    wrong_missing: str = ""
    """Why there are no ECGs of wrong decisions, in a sentence."""
    commands: tuple[str, ...] = ()
    """What repeats the result, one command a line."""
    remarks: tuple[str, ...] = ()
    """What was found amiss while gathering, each a sentence."""

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What `metrics.json` says of data, labels, split and rules."""
        found: Mapping[str, Any] = self.metrics.get("protocol", {})
        return found

    @property
    def test(self) -> Mapping[str, Any]:
        """The test part's scores."""
        found: Mapping[str, Any] = self.metrics["test"]
        return found

    @property
    def classes(self) -> list[str]:
        """Names of the classes, in their order."""
        return list(self.test["classes"])

    @property
    def decisions(self) -> str:
        """Which decisions to show first: those at chosen thresholds where there are any."""
        return "at_thresholds" if self.test.get("at_thresholds") else "at_0.5"
