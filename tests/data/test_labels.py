from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.data.labels import SUPERCLASSES, TASKS, make_labels, task_classes
from twelvelead.data.metadata import read_metadata
from twelvelead.data.statement_file import read_statements
from twelvelead.data.statements import STATEMENTS
from twelvelead.errors import ConfigError, DataError

CLASSES = {"superdiagnostic": 5, "subdiagnostic": 23, "diagnostic": 44, "form": 19, "rhythm": 12, "all": 71}
SUPERCLASS = {s.code: s.superclass for s in STATEMENTS}

records = st.lists(
    st.dictionaries(st.sampled_from([*SUPERCLASS, "NEW", "norm"]), st.sampled_from([0.0, 15.0, 50.0, 100.0])),
    max_size=20,
)


@pytest.mark.parametrize("task", CLASSES)
def test_each_task_has_its_published_number_of_classes(task):
    labels = make_labels([], STATEMENTS, task)
    assert len(labels.classes) == len(set(labels.classes)) == CLASSES[task]
    assert labels.matrix.shape == (0, CLASSES[task]) and labels.matrix.dtype == np.uint8


def test_superclasses_keep_the_published_order_whatever_the_order_of_the_table():
    assert SUPERCLASSES == ("NORM", "MI", "STTC", "CD", "HYP")
    assert make_labels([], STATEMENTS[::-1]).classes == SUPERCLASSES


def test_any_likelihood_counts_0_included():
    labels = make_labels([{"NORM": 0.0, "SR": 0.0}, {"IMI": 15.0, "LVH": 0.0}], STATEMENTS)
    assert labels.matrix.tolist() == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 1]]
    assert labels.rule == "superdiagnostic: every SCP code of the task, any likelihood, 0 included"


def test_a_threshold_includes_its_value_and_is_written_down():
    codes = [{"NORM": 50.0}, {"NORM": 49.0}, {"IMI": 100.0}]
    labels = make_labels(codes, STATEMENTS, min_likelihood=50)
    assert labels.counts == {"NORM": 1, "MI": 1, "STTC": 0, "CD": 0, "HYP": 0}
    assert labels.rule.endswith("likelihood of at least 50 %")


def test_records_without_a_class_stay_as_rows_of_zeros():
    labels = make_labels([{"SR": 0.0}, {}, {"NORM": 80.0}], STATEMENTS)
    assert labels.matrix.shape == (3, 5)
    assert labels.unlabelled.tolist() == [True, True, False]


def test_unknown_codes_are_counted_and_do_not_count():
    labels = make_labels([{"NEW": 100.0, "NORM": 1.0}, {"NEW": 0.0, "norm": 1.0}], STATEMENTS)
    assert labels.unknown_codes == {"NEW": 2, "norm": 1}
    assert labels.counts["NORM"] == 1


def test_rare_classes_can_be_left_out():
    labels = make_labels([{"NORM": 0}, {"NORM": 0, "IMI": 0}, {"NORM": 0, "LVH": 0}], STATEMENTS, min_samples=1)
    assert labels.classes == ("NORM", "MI", "HYP") and labels.dropped_classes == {"STTC": 0, "CD": 0}
    with pytest.raises(DataError, match="no class has at least 4 records; the largest has 3"):
        make_labels([{"NORM": 0}] * 3, STATEMENTS, min_samples=4)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"task": "Form"}, "task is 'Form'; allowed are all, diagnostic, form.* Did you mean 'form'"),
        ({"min_likelihood": 100.5}, "100.5"),
        ({"min_likelihood": -1}, "-1"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ConfigError, match=message):
        make_labels([], STATEMENTS, **options)


@given(records, st.sampled_from(TASKS), st.sampled_from([0.0, 15.0, 60.0]), st.integers(0, 3))
def test_every_cell_is_what_its_definition_says(codes, task, threshold, min_samples):
    class_of = task_classes(task, STATEMENTS)
    expected = [
        {class_of[c] for c, value in record.items() if c in class_of and value >= threshold} for record in codes
    ]
    counts = Counter(name for found in expected for name in found)
    kept = [name for name in dict.fromkeys(class_of.values()) if counts[name] >= min_samples]
    if not kept:
        with pytest.raises(DataError):
            make_labels(codes, STATEMENTS, task, min_likelihood=threshold, min_samples=min_samples)
        return
    labels = make_labels(codes, STATEMENTS, task, min_likelihood=threshold, min_samples=min_samples)
    assert labels.classes == tuple(kept)
    assert labels.matrix.tolist() == [[int(name in found) for name in kept] for found in expected]
    assert labels.counts == {name: counts[name] for name in kept}
    assert set(labels.dropped_classes) | set(kept) == set(class_of.values())
    assert labels.unknown_codes == Counter(c for record in codes for c in record if c in ("NEW", "norm"))


@given(records)
def test_a_superclass_is_the_or_of_its_codes(codes):
    single, merged = make_labels(codes, STATEMENTS, "diagnostic"), make_labels(codes, STATEMENTS)
    for column, name in enumerate(merged.classes):
        members = [i for i, code in enumerate(single.classes) if SUPERCLASS[code] == name]
        assert (merged.matrix[:, column] == single.matrix[:, members].any(axis=1)).all()


def test_counts_of_ptbxl_by_an_independent_reading(ptbxl_dir):
    """Counted here from the bare files, without the library."""
    import ast
    import csv

    with (ptbxl_dir / "scp_statements.csv").open(encoding="utf-8") as stream:
        superclass = {r[""]: r["diagnostic_class"] for r in csv.DictReader(stream) if r["diagnostic"] == "1.0"}
    expected: Counter[str] = Counter()
    with (ptbxl_dir / "ptbxl_database.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            expected.update({superclass[code] for code in ast.literal_eval(row["scp_codes"]) if code in superclass})
    labels = make_labels(read_metadata(ptbxl_dir)["scp_codes"], read_statements(ptbxl_dir))
    assert labels.counts == {name: expected[name] for name in SUPERCLASSES}
    known = {
        3_835: {"NORM": 1870, "MI": 817, "STTC": 914, "CD": 811, "HYP": 445},
        # PTB-XL 1.0.3, as its documentation gives them
        21_799: {"NORM": 9514, "MI": 5469, "STTC": 5235, "CD": 4898, "HYP": 2649},
    }
    assert labels.counts == known.get(len(labels.matrix), labels.counts)
