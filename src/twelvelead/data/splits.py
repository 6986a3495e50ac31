"""Which records train, validate and test: the published folds, or a stratified split with patients kept whole.

Positions in a `Split` count records of the table of metadata, not ecg_ids.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twelvelead.data.stratify import stratify
from twelvelead.errors import ConfigError, DataError

__all__ = [
    "FOLDS",
    "PARTS",
    "Overlap",
    "Split",
    "count_patients",
    "fold_split",
    "parse_folds",
    "patient_numbers",
    "patient_overlap",
    "stratified_split",
]

FOLDS = range(1, 11)
"""PTB-XL's `strat_fold`: 1 to 8 train, 9 validates, 10 tests (Wagner et al. 2020, doi:10.1038/s41597-020-0495-6)."""

PARTS = ("train", "val", "test")

_RUN_OF_FOLDS = re.compile(r"([0-9]{1,2})(?: *- *([0-9]{1,2}))?")


@dataclass(frozen=True)
class Split:
    """Three disjoint sets of records."""

    train: NDArray[np.int64]
    val: NDArray[np.int64]
    test: NDArray[np.int64]
    description: str
    """In words, for every result that is made with this split."""
    folds: NDArray[np.int64] | None = None
    """`(record,)`: `strat_fold`, 0 for records that cannot be used; None for a split that is not by folds."""

    def part(self, name: str) -> NDArray[np.int64]:
        """Positions of the part, `(record,)` int64; `name` is one of `PARTS`.

        Raises:
            DataError: the part is empty.
        """
        positions: NDArray[np.int64] = getattr(self, name)
        if not len(positions):
            raise DataError(f"the {name} part is empty: {self.description}{self.other_folds}.")
        return positions

    @property
    def other_folds(self) -> str:
        """The end of a sentence about an empty part: which folds there are, and how to choose among them."""
        if self.folds is None:
            return ""
        there = np.unique(self.folds[self.folds > 0]).tolist()
        if not there:
            return "; no record can be used"
        if len(there) < len(PARTS):
            return f"; there are records of folds {format_folds(there)} only, too few for three parts"
        chosen = ((there[:-2], "train"), (there[-2:-1], "val"), (there[-1:], "test"))
        words = " ".join(f"--{name}-folds {format_folds(those)}" for those, name in chosen)
        return f"; there are records of folds {format_folds(there)}, so train with others, such as {words}"

    def keep(self, usable: NDArray[np.bool_]) -> "Split":
        """The same split without the records for which `usable` `(record,)` is False."""
        parts = {name: getattr(self, name)[usable[getattr(self, name)]] for name in PARTS}
        return replace(self, **parts, folds=None if self.folds is None else np.where(usable, self.folds, 0))

    def without(self, dropped: NDArray[np.bool_], parts: Sequence[str]) -> "Split":
        """The same split where `parts` lose the records that `dropped` `(record,)` marks."""
        kept = self.keep(~dropped)
        return replace(self, **{name: getattr(kept, name) for name in parts})

    def among(self, positions: NDArray[np.int64]) -> "Split":
        """The same split of a larger table, where its records stand at `positions`."""
        parts = {name: positions[getattr(self, name)] for name in PARTS}
        return Split(**parts, description=self.description)


@dataclass(frozen=True)
class Overlap:
    """Patients that two parts share: what makes a result too good."""

    first: str
    second: str
    patients: int
    records: int
    """Records of `second` whose patient is in `first` as well."""

    @property
    def warning(self) -> str:
        """For every result of such a split."""
        return (
            f"WARNING: {self.records} {self.second} records are from {self.patients} patients who are also in "
            f"{self.first}"
        )


def fold_split(
    folds: ArrayLike,
    train: Iterable[int] = range(1, 9),
    val: Iterable[int] = (9,),
    test: Iterable[int] = (10,),
) -> Split:
    """The published split, or any other by fold numbers.

    Args:
        folds: `strat_fold` of each record, `(record,)`.
        train, val, test: fold numbers, 1 to 10, none in two parts.

    Raises:
        ConfigError: a fold is in two parts or is not 1 to 10.
    """
    chosen = {"train": tuple(train), "val": tuple(val), "test": tuple(test)}
    _check_folds(chosen)
    number = np.asarray(folds, dtype=np.int64)
    parts = {name: np.flatnonzero(np.isin(number, wanted)) for name, wanted in chosen.items()}
    words = ", ".join(f"{name} {format_folds(wanted)}" for name, wanted in chosen.items())
    return Split(**parts, description=f"strat_fold: {words}", folds=number)


def stratified_split(
    labels: NDArray[np.uint8],
    patients: Sequence[object] | None,
    fractions: tuple[float, float, float] = (0.70, 0.15, 0.15),
    seed: int = 42,
) -> Split:
    """The assignment's split: every class in the same proportion in all parts, 70/15/15 by default.

    Args:
        labels: multi-hot `(record, class)`.
        patients: per record, who it is from; a patient's records stay together. A missing value (None,
            NaN, NA) is a patient of its own. None for the whole argument splits records regardless of patients,
            which leaks patients into the test part.
        fractions: of train, val and test; positive, together 1.
        seed: of the random order.

    Raises:
        ConfigError: the fractions are not positive or do not sum to 1.
    """
    if not (all(f > 0 for f in fractions) and abs(sum(fractions) - 1) <= 1e-9):
        raise ConfigError(f"split fractions are {fractions}; they must be positive and sum to 1.")
    groups = np.arange(len(labels)) if patients is None else patient_numbers(patients)
    part = stratify(labels, groups, fractions, seed)
    shares = "/".join(f"{100 * f:g}" for f in fractions)
    whole = "patients split freely" if patients is None else "patients kept whole"
    train, val, test = (np.flatnonzero(part == i).astype(np.int64) for i in range(3))
    return Split(train, val, test, f"stratified {shares}, {whole}, seed {seed}")


def patient_overlap(split: Split, patients: Sequence[object]) -> list[Overlap]:
    """For each pair of parts, how many patients both have; `patients` as in `stratified_split`."""
    groups = patient_numbers(patients)
    found = []
    for first, second in (("train", "val"), ("train", "test"), ("val", "test")):
        theirs = groups[getattr(split, second)]
        shared = np.isin(theirs, groups[getattr(split, first)])
        found.append(Overlap(first, second, len(np.unique(theirs[shared])), int(shared.sum())))
    return found


def patient_numbers(patients: Sequence[object]) -> NDArray[np.int64]:
    """Each record's patient as a number from 0 without gaps; a record without a patient has one of its own."""
    numbers: dict[object, int] = {}
    groups = np.empty(len(patients), dtype=np.int64)
    for position, patient in enumerate(patients):
        unknown = patient is None or _is_missing(patient)
        groups[position] = numbers.setdefault(("alone", position) if unknown else patient, len(numbers))
    return groups


def count_patients(patients: Sequence[object]) -> int:
    """Different patients; each record without one counts as a patient of its own."""
    return len(set(patient_numbers(patients).tolist()))


def parse_folds(text: str) -> tuple[int, ...]:
    """Fold numbers from "1-7", "8", "1-3,5" or "" (none).

    Raises:
        ConfigError: anything else.
    """
    folds: list[int] = []
    for piece in filter(None, map(str.strip, text.split(","))):
        match = _RUN_OF_FOLDS.fullmatch(piece)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if last < first:
            raise ConfigError(f"folds are {text!r}; write them like 1-8 or 1-3,5.")
        folds.extend(range(first, last + 1))
    return tuple(dict.fromkeys(folds))


def format_folds(folds: Sequence[int]) -> str:
    """The short form that `parse_folds` reads, such as "1-7"; "none" for no fold."""
    runs: list[list[int]] = []
    for fold in sorted(set(folds)):
        if runs and fold == runs[-1][-1] + 1:
            runs[-1].append(fold)
        else:
            runs.append([fold])
    return ",".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) or "none"


def _check_folds(chosen: dict[str, tuple[int, ...]]) -> None:
    seen: dict[int, str] = {}
    for name, folds in chosen.items():
        for fold in folds:
            if fold not in FOLDS:
                raise ConfigError(f"{name} folds have {fold}; PTB-XL's folds are 1 to 10.")
            if seen.get(fold, name) != name:
                raise ConfigError(f"fold {fold} is in both {seen[fold]} and {name}; parts must not overlap.")
            seen[fold] = name


def _is_missing(value: object) -> bool:
    import pandas as pd

    return bool(pd.isna(value))  # type: ignore[call-overload]
