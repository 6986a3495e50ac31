"""What stands in a report."""

import dataclasses

from report.made_up import make_metrics, texts
from twelvelead.report.run.compose import compose
from twelvelead.report.run.document import Notice, Table
from twelvelead.report.run.material import Material

ALL = [
    "results", "cautions", "protocol", "classes", "curves", "confusion", "calibration", "superclasses", "subgroups",
    "published", "wrong", "training", "repeat",
]  # fmt: skip


def anchors(document):
    return [section.anchor for section in document.sections]


def warnings(document):
    return " ".join(
        item
        for block in document.section("cautions").blocks
        if isinstance(block, Notice) and block.grave
        for item in block.items
    )


def test_a_full_run_has_every_section_in_order(full):
    assert anchors(compose(full.material)) == ALL


def test_what_is_not_known_falls_away(minimal):
    document = compose(minimal.material)
    assert anchors(document) == ["results", "cautions", "classes", "calibration", "repeat"]
    assert "only the predictions are known" in texts(document)


def test_tables_and_pictures_are_counted(full):
    document = compose(full.material)
    tables = [block.number for s in document.sections for block in s.blocks if isinstance(block, Table)]
    assert tables == list(range(1, len(tables) + 1))
    assert [p.number for p in document.pictures] == list(range(1, len(full.figures) + 1))
    assert {p.name for p in document.pictures} == set(full.figures)


def test_every_number_is_that_of_the_metrics(full):
    said, test = texts(compose(full.material)), full.material.test
    for scores in test["classes"].values():
        low, high = scores["auc_interval"]["low"], scores["auc_interval"]["high"]
        assert f"'{scores['auc']:.3f}', 'detail': '[{low:.3f}, {high:.3f}]'" in said
    for kind in ("at_thresholds", "at_0.5"):
        for scores in test[kind]["classes"].values():
            assert f"{scores['f1']:.3f}" in said
    assert f"{test['labelled_only']['macro_auc']:.3f}" in said


def test_warnings_are_said(full):
    assert "A remark." in warnings(compose(full.material)) and "stopped by hand" in warnings(compose(full.material))
    overlap = [{"first": "train", "second": "test", "patients": 2, "records": 3}]
    metrics = make_metrics(
        patient_overlap=overlap, data_version="simulated (60 records)", notes=["WARNING: something", "a note"]
    )
    document = compose(Material("x", metrics))
    said = warnings(document)
    assert "3 test records are from 2 patients" in said and "simulated" in said and "Something." in said
    assert "A note." not in said and "A note." in texts(document)


def test_results_are_compared_only_where_they_may_be(full):
    metrics = {**full.material.metrics, "protocol": {**full.material.protocol, "split": "stratified"}}
    assert "None of the published results can be compared" in texts(
        compose(dataclasses.replace(full.material, metrics=metrics))
    )


def test_many_classes_get_their_tables_but_few_panels():
    metrics = make_metrics(tuple(f"C{number}" for number in range(15)), task="all")
    document = compose(Material("x", metrics, figures=frozenset({"confusion", "reliability"})))
    assert "The 9 most frequent of 15 classes" in texts(document)
    assert "'C14'" in texts(document)
