import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.data.splits import Split, fold_split, format_folds, parse_folds, patient_overlap, stratified_split
from twelvelead.errors import ConfigError, DataError

folds = st.lists(st.integers(1, 10), unique=True, min_size=1).map(sorted).map(tuple)
patients = st.lists(st.sampled_from([1, 2, 3, 4, 5, None, float("nan"), pd.NA]), min_size=1, max_size=40)


def parts(split):
    return [split.train, split.val, split.test]


@given(folds)
def test_fold_numbers_come_back_from_their_short_form(numbers):
    assert parse_folds(format_folds(numbers)) == numbers


@pytest.mark.parametrize(
    "text, numbers",
    [("1-8", tuple(range(1, 9))), ("1-3, 5", (1, 2, 3, 5)), ("1 - 3", (1, 2, 3)), ("", ()), ("7,7,6-7", (7, 6))],
)
def test_fold_numbers_are_read(text, numbers):
    assert parse_folds(text) == numbers


@given(st.text() | st.text("0123456789-, "))
def test_any_other_text_is_refused_and_no_range_is_huge(text):
    try:
        numbers = parse_folds(text)
    except ConfigError as error:
        assert "write them like 1-8 or 1-3,5" in str(error)
    else:
        assert len(numbers) == len(set(numbers)) <= 100


@pytest.mark.parametrize("text", ["8-1", "1-", "-3", "1--3", "1-999999999", "1 2", "1_0", "a", "1.0"])
def test_text_that_could_be_misread_is_refused(text):
    with pytest.raises(ConfigError):
        parse_folds(text)


def test_the_published_folds_are_the_default():
    split = fold_split([10, 9, 8, 1, 5, 10])
    assert [p.tolist() for p in parts(split)] == [[2, 3, 4], [1], [0, 5]]
    assert split.description == "strat_fold: train 1-8, val 9, test 10"


@pytest.mark.parametrize(
    "chosen, message",
    [
        ({"train": range(1, 10)}, "fold 9 is in both train and val; parts must not overlap"),
        ({"test": (11,)}, "test folds have 11; PTB-XL's folds are 1 to 10"),
        ({"test": (0,)}, "test folds have 0"),
    ],
)
def test_overlapping_and_unknown_folds_are_refused(chosen, message):
    with pytest.raises(ConfigError, match=message):
        fold_split([1, 2], **chosen)


@given(st.lists(st.integers(1, 10)), st.permutations(range(1, 11)), st.integers(0, 10), st.integers(0, 10))
def test_fold_parts_are_disjoint_and_complete(numbers, order, one, two):
    one, two = sorted((one, two))
    split = fold_split(numbers, order[:one], order[one:two], order[two:])
    assert sorted(np.concatenate(parts(split)).tolist()) == list(range(len(numbers)))
    for chosen, part in zip((order[:one], order[one:two], order[two:]), parts(split)):
        assert {numbers[i] for i in part} <= set(chosen)


def test_an_empty_part_is_told_when_it_is_asked_for():
    split = fold_split([1, 2, 10])
    assert split.part("test").tolist() == [2]
    with pytest.raises(
        DataError, match=r"the val part is empty: strat_fold: train 1-8, val 9, test 10; there are"
    ) as told:
        split.part("val")
    said = "records of folds 1-2,10, so train with others, such as --train-folds 1 --val-folds 2 --test-folds 10."
    assert str(told.value).endswith(said)


def test_folds_without_a_usable_record_are_not_named_as_there():
    split = fold_split([1, 2, 9, 10]).keep(np.array([True, True, True, False]))
    for one in (split, split.without(np.array([False, True, False, False]), ("train",))):
        assert "of folds 1-2,9, so train with others" in one.other_folds
    assert "of folds 1-2 only, too few" in split.keep(np.array([True, True, False, True])).other_folds
    assert stratified_split(np.ones((9, 1), np.uint8), None).other_folds == ""


def test_records_that_cannot_be_used_leave_their_part():
    split = fold_split([1, 9, 10, 1]).keep(np.array([False, True, True, True]))
    assert [p.tolist() for p in parts(split)] == [[3], [1], [2]]


@given(patients, st.integers(0, 3), st.randoms(use_true_random=False))
def test_a_stratified_split_is_complete_and_keeps_patients_whole(who, seed, random):
    labels = np.array([[random.randint(0, 1) for _ in range(3)] for _ in who], dtype=np.uint8)
    split = stratified_split(labels, who, seed=seed)
    assert sorted(np.concatenate(parts(split)).tolist()) == list(range(len(who)))
    known = [{who[i] for i in part if not pd.isna(who[i])} for part in parts(split)]
    assert not (known[0] & known[1] or known[0] & known[2] or known[1] & known[2])
    assert not any(overlap.records for overlap in patient_overlap(split, who))
    again = stratified_split(labels, who, seed=seed)
    assert all((a == b).all() for a, b in zip(parts(split), parts(again)))


def test_a_missing_patient_is_one_of_its_own():
    split = stratified_split(np.ones((100, 1), dtype=np.uint8), [None] * 50 + [float("nan")] * 50)
    assert [len(p) for p in parts(split)] == [70, 15, 15]


def test_splitting_records_freely_says_so():
    labels = np.ones((20, 1), dtype=np.uint8)
    assert stratified_split(labels, None).description == "stratified 70/15/15, patients split freely, seed 42"
    assert stratified_split(labels, [1] * 20).description == "stratified 70/15/15, patients kept whole, seed 42"
    assert len(stratified_split(labels, [1] * 20).train) == 20


@pytest.mark.parametrize("fractions", [(0.7, 0.3, 0), (0.5, 0.5, 0.5), (1.2, -0.1, -0.1), (float("nan"), 0.5, 0.5)])
def test_impossible_fractions_are_refused(fractions):
    with pytest.raises(ConfigError, match="must be positive and sum to 1"):
        stratified_split(np.ones((9, 1), dtype=np.uint8), None, fractions)


@given(patients, st.randoms(use_true_random=False))
def test_shared_patients_are_counted_as_by_brute_force(who, random):
    part = np.array([random.randint(0, 2) for _ in who])
    split = Split(*(np.flatnonzero(part == i) for i in range(3)), "any")
    for overlap in patient_overlap(split, who):
        first, second = getattr(split, overlap.first), getattr(split, overlap.second)
        same = [(who[i], j) for i in first for j in second if not pd.isna(who[i]) and not pd.isna(who[j])]
        same = [(patient, j) for patient, j in same if patient == who[j]]
        assert overlap.patients == len({patient for patient, _ in same})
        assert overlap.records == len({j for _, j in same})
