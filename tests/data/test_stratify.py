import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold, MultilabelStratifiedShuffleSplit

from twelvelead.data.labels import make_labels
from twelvelead.data.metadata import read_metadata
from twelvelead.data.statements import STATEMENTS
from twelvelead.data.stratify import stratify

FRACTIONS = (0.70, 0.15, 0.15)


def make(seed, records=400, rates=(0.44, 0.25, 0.24, 0.22, 0.12)):
    """Labels with the class rates of PTB-XL, and patients with one to a few records."""
    random = np.random.default_rng(seed)
    labels = (random.random((records, len(rates))) < rates).astype(np.uint8)
    patients = random.integers(0, 4 * records, records)  # a fifth of the records share a patient
    return labels, np.unique(patients, return_inverse=True)[1].astype(np.int64)


def deviation(labels, part, fractions=FRACTIONS):
    """Largest distance of a part's number of positives, or of records, from the wanted one: in records."""
    everyone = np.column_stack([labels, np.ones(len(labels))])
    wanted = np.outer(fractions, everyone.sum(axis=0))
    found = np.array([everyone[part == i].sum(axis=0) for i in range(len(fractions))])
    return np.abs(found - wanted).max(axis=0)


@given(
    st.integers(0, 2**32), st.integers(1, 60), st.integers(0, 4), st.lists(st.floats(0.1, 1), min_size=1, max_size=4)
)
@settings(max_examples=50)
def test_every_record_gets_a_part_and_no_group_is_divided(seed, records, classes, weights):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, (records, classes)).astype(np.uint8)
    groups = np.unique(random.integers(0, records, records), return_inverse=True)[1]
    part = stratify(labels, groups, np.array(weights) / sum(weights), seed=0)
    assert part.shape == (records,) and set(part.tolist()) <= set(range(len(weights)))
    assert all(len(set(part[groups == group].tolist())) == 1 for group in groups)


@pytest.mark.parametrize("seed", range(5))
def test_each_class_comes_out_in_the_wanted_proportion(seed):
    labels, groups = make(seed)
    assert deviation(labels, stratify(labels, groups, FRACTIONS, seed)).max() < 1.5  # records of 400


def test_a_class_of_three_reaches_every_part_and_one_of_one_does_no_harm():
    labels = np.zeros((100, 3), dtype=np.uint8)
    labels[:3, 0], labels[50, 1], labels[:, 2] = 1, 1, 1
    part = stratify(labels, np.arange(100), (1 / 3, 1 / 3, 1 / 3), seed=0)
    assert sorted(part[:3].tolist()) == [0, 1, 2]


def test_the_seed_decides_and_nothing_else():
    labels, groups = make(0)
    assert (stratify(labels, groups, FRACTIONS, 1) == stratify(labels, groups, FRACTIONS, 1)).all()
    assert (stratify(labels, groups, FRACTIONS, 1) != stratify(labels, groups, FRACTIONS, 2)).any()


def test_no_records_no_parts():
    assert stratify(np.zeros((0, 5), np.uint8), np.zeros(0, np.int64), FRACTIONS, 0).shape == (0,)


@pytest.mark.parametrize("seed", range(3))
def test_as_even_as_the_independent_package_in_five_folds(seed):
    labels, _ = make(seed)
    ours = stratify(labels, np.arange(len(labels)), [0.2] * 5, seed)
    theirs = np.zeros(len(labels), dtype=int)
    folds = MultilabelStratifiedKFold(n_splits=5, shuffle=True, random_state=seed)
    for fold, (_, chosen) in enumerate(folds.split(np.zeros(len(labels)), labels)):
        theirs[chosen] = fold
    assert (deviation(labels, ours, [0.2] * 5) <= deviation(labels, theirs, [0.2] * 5) + 1.5).all()


@pytest.mark.parametrize("seed", range(3))
def test_as_even_as_the_independent_package_in_the_assignments_parts(seed):
    """The assignment's way: the test part first, then the validation part of what is left."""
    labels, _ = make(seed)
    ours = stratify(labels, np.arange(len(labels)), FRACTIONS, seed)
    theirs = np.zeros(len(labels), dtype=int)
    rest = np.arange(len(labels))
    for part, share in ((2, 0.15), (1, 0.15 / 0.85)):
        shuffle = MultilabelStratifiedShuffleSplit(n_splits=1, test_size=share, random_state=seed)
        kept, chosen = next(shuffle.split(rest, labels[rest]))
        theirs[rest[chosen]] = part
        rest = rest[kept]
    assert (deviation(labels, ours) <= deviation(labels, theirs) + 1.5).all()


def test_ptbxl_comes_out_even(ptbxl_dir):
    table = read_metadata(ptbxl_dir)
    labels = make_labels(table["scp_codes"], STATEMENTS).matrix
    groups = table["patient_id"].rank(method="dense").astype("int64").to_numpy() - 1
    part = stratify(labels, groups, FRACTIONS, 42)
    *classes, records = deviation(labels, part)
    assert max(classes) < 2 and records < 0.01 * len(labels)
