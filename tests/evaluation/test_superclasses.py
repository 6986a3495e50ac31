"""Superclass scores from finer classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.data.labels import SUPERCLASSES, make_labels, task_classes
from twelvelead.data.statements import STATEMENTS
from twelvelead.errors import ConfigError, DataError
from twelvelead.evaluation.superclasses import AGGREGATIONS, FINER_TASKS, superclass_of, superclass_scores


@pytest.mark.parametrize("task", FINER_TASKS)
@given(data=st.data())
def test_perfect_finer_scores_give_the_superclass_labels(task: str, data: st.DataObject) -> None:
    codes = st.dictionaries(st.sampled_from([s.code for s in STATEMENTS]), st.just(100.0), max_size=5)
    records = data.draw(st.lists(codes, min_size=1, max_size=8))
    finer = make_labels(records, STATEMENTS, task)
    wanted = make_labels(records, STATEMENTS, "superdiagnostic")
    belongs_to = superclass_of(task, STATEMENTS)
    for how in AGGREGATIONS:
        scores = superclass_scores(finer.matrix.astype(float), finer.classes, SUPERCLASSES, belongs_to, how)
        assert (scores == wanted.matrix).all()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=5))
def test_noisy_or_is_the_chance_of_at_least_one(members: list[float]) -> None:
    scores = np.array([members])
    names = [f"c{i}" for i in range(len(members))]
    of = dict.fromkeys(names, "MI")
    (found,) = superclass_scores(scores, names, ["MI"], of, "noisy_or")[0]
    none_of_them = 1.0
    for probability in members:
        none_of_them *= 1 - probability
    assert found == pytest.approx(1 - none_of_them)
    (largest,) = superclass_scores(scores, names, ["MI"], of, "max")[0]
    assert largest == max(members) <= found + 1e-12


def test_form_and_rhythm_statements_belong_to_none() -> None:
    belongs_to = superclass_of("all", STATEMENTS)
    assert set(belongs_to) == set(task_classes("superdiagnostic", STATEMENTS))
    assert "SR" not in belongs_to and belongs_to["NDT"] == "STTC"  # diagnostic and form


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(ConfigError, match="allowed are subdiagnostic"):
        superclass_of("rhythm", STATEMENTS)
    with pytest.raises(DataError, match="none of the model's classes belongs to HYP"):
        superclass_scores(np.zeros((1, 1)), ["IMI"], ["HYP"], {"IMI": "MI"}, "max")
