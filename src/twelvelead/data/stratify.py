"""Iterative stratification of multi-label data with groups kept whole.

Sechidis, Tsoumakas & Vlahavas, "On the Stratification of Multi-label Data", ECML PKDD 2011: the rarest label that
still has undistributed examples goes first; each of its examples goes to the part that wants that label most, ties
to the part that wants most examples, further ties at random. Here an example is a group (a patient) with the
label counts of all its records.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["stratify"]


def stratify(
    labels: NDArray[np.uint8], groups: NDArray[np.int64], fractions: Sequence[float], seed: int
) -> NDArray[np.int64]:
    """Assign each record to a part.

    Args:
        labels: multi-hot `(record, class)`.
        groups: group number of each record, `(record,)`, 0 to groups − 1; a group is never divided.
        fractions: wanted share of each part, summing to 1.
        seed: of the order among equals.

    Returns:
        `(record,)` int64, the number of the part.
    """
    random = np.random.default_rng(seed)
    count = int(groups.max()) + 1 if len(groups) else 0
    sizes = np.bincount(groups, minlength=count)
    totals = np.zeros((count, labels.shape[1]), dtype=np.int64)
    np.add.at(totals, groups, labels.astype(np.int64))
    wanted_labels = np.outer(fractions, totals.sum(axis=0)).astype(float)
    wanted_records = np.asarray(fractions, dtype=float) * len(labels)
    part = np.full(count, -1, dtype=np.int64)
    for label in _labels_and_rest(totals, part):
        column = wanted_records if label is None else wanted_labels[:, label]
        for group in _order(totals, sizes, part, label, random):
            best = _neediest(column, wanted_records, random)
            part[group] = best
            wanted_labels[best] -= totals[group]
            wanted_records[best] -= sizes[group]
    return part[groups]


def _labels_and_rest(totals: NDArray[np.int64], part: NDArray[np.int64]) -> Iterator[int | None]:
    """Yield the label with the fewest undistributed records, again and again; None for what has no label."""
    while True:
        remaining = totals[part < 0].sum(axis=0)
        if not remaining.any():
            break
        yield int(np.where(remaining > 0, remaining, np.iinfo(np.int64).max).argmin())
    yield None


def _order(
    totals: NDArray[np.int64],
    sizes: NDArray[np.int64],
    part: NDArray[np.int64],
    label: int | None,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Groups to distribute now: large ones first, since small ones even out what they leave."""
    open_groups = part < 0 if label is None else (part < 0) & (totals[:, label] > 0)
    found = random.permutation(np.flatnonzero(open_groups))
    weight = sizes[found] if label is None else totals[found, label]
    return found[np.argsort(-weight, kind="stable")]


def _neediest(column: NDArray[np.float64], wanted_records: NDArray[np.float64], random: np.random.Generator) -> int:
    tied = np.flatnonzero(column == column.max())
    if len(tied) > 1:
        tied = tied[wanted_records[tied] == wanted_records[tied].max()]
    return int(tied[0] if len(tied) == 1 else random.choice(tied))
