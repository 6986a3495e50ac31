"""Subgroups: who is in which, with PTB-XL's traps, and what is warned of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from twelvelead.evaluation.bootstrap import draw_resamples
from twelvelead.evaluation.subgroups import make_subgroups, score_subgroups


def _groups(table: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    return {(g.variable, g.group): np.flatnonzero(g.records).tolist() for g in make_subgroups(table)}


def test_age_300_is_over_89_and_a_missing_age_is_no_age() -> None:
    table = pd.DataFrame({"age": [39.0, 40.0, 59.9, 89.0, 90.0, 300.0, np.nan]})
    assert _groups(table) == {
        ("age", "under 40"): [0],
        ("age", "40 to 59"): [1, 2],
        ("age", "75 to 89"): [3],
        ("age", "over 89"): [4, 5],
        ("age", "not stated"): [6],
    }


def test_sex_validation_and_remarks_are_read_as_ptbxl_writes_them() -> None:
    table = pd.DataFrame(
        {
            "sex": [0.0, 1.0, np.nan],
            "validated_by_human": [True, False, np.nan],
            "static_noise": [" , I-V1,  ", np.nan, np.nan],
            "pacemaker": [np.nan, "ja, pacemaker", np.nan],
        }
    )
    groups = _groups(table)
    assert groups["sex", "male"] == [0] and groups["sex", "female"] == [1]
    assert groups["human validation", "yes"] == [0] and groups["human validation", "no"] == [1]
    assert groups["remark: static noise", "noted"] == [0]
    assert groups["remark: any noise", "none"] == [1]
    assert groups["remark: pacemaker", "noted"] == [1]
    # A record without any description says nothing by having no remark.
    assert all(groups[variable, "not stated"] == [2] for variable in ("sex", "human validation"))
    assert not any(variable.startswith("remark") and group == "not stated" for variable, group in groups)


def test_devices_are_told_apart_whatever_their_spaces_and_small_sites_go_together() -> None:
    table = pd.DataFrame(
        {
            "device": ["CS-12   E"] * 40 + ["CS-12 E"] * 10 + ["AT-6 C 5.5"] * 30,
            "site": [0.0] * 60 + [7.0] * 15 + [12.0] * 5,
        }
    )
    groups = _groups(table)
    assert len(groups["device", "CS-12 E"]) == 50
    assert len(groups["site", "other (2 with fewer than 30 records each)"]) == 20


@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(), st.none(), st.text(max_size=3)),
            st.one_of(st.sampled_from([0.0, 1.0]), st.none()),
            st.one_of(st.integers(-1, 60), st.none()),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_every_record_is_in_one_group_of_each_variable(rows: list[tuple]) -> None:
    table = pd.DataFrame(rows, columns=["age", "sex", "site"])
    table["burst_noise"] = "x"
    by_variable: dict[str, np.ndarray] = {}
    for group in make_subgroups(table):
        assert group.records.any()
        counts = by_variable.setdefault(group.variable, np.zeros(len(table), dtype=int))
        counts += group.records
    described = table[["age", "sex"]].notna().any(axis=1).to_numpy()
    for variable, counts in by_variable.items():
        expected = described if variable.startswith("remark") else np.ones(len(table))
        assert (counts == expected).all()


def test_a_tiny_group_is_counted_and_not_scored() -> None:
    labels = np.array([[1], [0]] * 30, dtype=np.uint8)
    groups = make_subgroups(pd.DataFrame({"sex": [0.0] * 50 + [1.0] * 10}))
    _, tiny = score_subgroups(groups, labels, np.full((60, 1), 0.5), ["A"], draw_resamples(np.arange(60), 20))
    assert (tiny["records"], tiny["classes_scored"], tiny["macro_auc"]) == (10, 0, None)
    assert tiny["warnings"] == ["only 10 patients, not scored"]


def test_scores_are_those_of_the_groups_records_and_small_groups_are_warned_of() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, (300, 2)).astype(np.uint8)
    sexes = np.array([0.0] * 260 + [1.0] * 40)
    labels[260:, 1] = 0
    labels[260:264, 0], labels[264:, 0] = 1, 0
    scores = random.random((300, 2))
    groups = make_subgroups(pd.DataFrame({"sex": sexes}))
    male, female = score_subgroups(groups, labels, scores, ["A", "B"], draw_resamples(np.arange(300), 100))
    assert male["macro_auc"] == pytest.approx(roc_auc_score(labels[:260], scores[:260], average="macro"))
    assert male["warnings"] == []
    assert (female["records"], female["patients"], female["classes_scored"]) == (40, 40, 1)
    assert female["macro_auc"] == pytest.approx(roc_auc_score(labels[260:, 0], scores[260:, 0]))
    assert female["warnings"] == ["only 40 patients", "not scored: B", "fewer than 20 patients with or without A"]
