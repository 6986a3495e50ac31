"""Which records, labels and parts a stage takes."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from twelvelead.config.checks import flag_of, require, require_choices
from twelvelead.errors import ConfigError

__all__ = ["DataOptions", "MissingLeads"]

MissingLeads = Literal["refuse", "zero"]


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """Which records, labels and parts."""

    rate: Literal[100, 500] = 100
    """Sampling rate in Hz of the records to use."""
    store: Path | None = None
    """Folder for the signal store. Default: beside the data, or in the user's cache where that is read-only."""
    task: str = "superdiagnostic"
    """Label set, by the name of its file in twelvelead.data.tasks: superdiagnostic (5 classes), subdiagnostic (23),
    diagnostic (44), form (19), rhythm (12), all (71)."""
    min_likelihood: float = 0.0
    """Least likelihood in percent for a code to count as a label. The published rule is 0: any likelihood."""
    min_samples: int = 0
    """Leave out classes with fewer records than this in the whole data set."""
    unlabelled: Literal["keep", "drop"] = "keep"
    """Records without any class: keep them as all-zero rows, or drop them from training and validation (the older
    protocol). Test scores are given with and without them either way."""
    split: Literal["folds", "stratified"] = "folds"
    """The published folds, or the assignment's stratified 70/15/15."""
    train_folds: str = "1-8"
    """Folds that train, like 1-8 or 1-3,5."""
    val_folds: str = "9"
    """Folds that choose epoch and thresholds."""
    test_folds: str = "10"
    """Folds that are reported; never looked at while training."""
    split_by: Literal["patient", "record"] = "patient"
    """Stratified split only: keep each patient's records in one part, or split records freely (leaks patients)."""
    split_seed: int = 42
    """Stratified split only: seed of the order."""

    def __post_init__(self) -> None:
        require(
            0 <= self.min_likelihood <= 100,
            "--min-likelihood",
            self.min_likelihood,
            "0 to 100 (percent)",
        )
        require(self.min_samples >= 0, "--min-samples", self.min_samples, "0 or more")
        require(self.split_seed >= 0, "--split-seed", self.split_seed, "0 or more")
        require_choices(self)
        _refuse_meaningless(self)


def _refuse_meaningless(options: DataOptions) -> None:
    """An option that the chosen split does not look at must have its default."""
    of_split = {"folds": ("train_folds", "val_folds", "test_folds"), "stratified": ("split_by", "split_seed")}
    defaults = {f.name: f.default for f in fields(DataOptions)}
    for split, names in of_split.items():
        for name in names:
            if split != options.split and getattr(options, name) != defaults[name]:
                raise ConfigError(f"{flag_of(name)} has no meaning with --split {options.split}.")
