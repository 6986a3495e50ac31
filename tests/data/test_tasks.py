"""One contract for every task: found by its file's name, held to the same rules."""

import pytest

from twelvelead.data.labels import TASKS, make_labels, task_classes
from twelvelead.data.statements import STATEMENTS
from twelvelead.data.tasks.registry import find_task
from twelvelead.errors import ConfigError
from twelvelead.report.run.sections.words import class_meaning, task_title


def test_ptbxls_six_are_there() -> None:
    assert {"superdiagnostic", "subdiagnostic", "diagnostic", "form", "rhythm", "all"} <= set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_makes_named_classes_of_statements(name: str) -> None:
    task = find_task(name)
    found = {statement.code: task.class_of(statement) for statement in STATEMENTS}
    assert task.title and task_title(name) == task.title
    assert all(value is None or (isinstance(value, str) and value) for value in found.values())
    assert task_classes(name, STATEMENTS) == {code: value for code, value in found.items() if value is not None}
    assert set(task.first) | set(task.meanings or ()) <= set(found.values())


@pytest.mark.parametrize("name", TASKS)
def test_its_first_classes_come_first(name: str) -> None:
    classes = make_labels([], STATEMENTS[::-1], name).classes
    first = find_task(name).first
    assert classes and classes[: len(first)] == first


@pytest.mark.parametrize("name", TASKS)
def test_a_record_has_the_class_of_its_code(name: str) -> None:
    class_of = task_classes(name, STATEMENTS)
    labels = make_labels([{code: 100.0} for code in class_of], STATEMENTS, name)
    assert [labels.classes[row.argmax()] for row in labels.matrix] == list(class_of.values())
    assert (labels.matrix.sum(axis=1) == 1).all()


def test_meanings_are_the_tasks_own_or_those_of_the_codes() -> None:
    assert class_meaning("superdiagnostic", "MI") == "myocardial infarction"
    assert class_meaning("subdiagnostic", "NORM") == ""
    assert class_meaning("rhythm", "AFIB") == class_meaning("somebody's", "AFIB") == "atrial fibrillation"


def test_an_unknown_task_lists_the_known() -> None:
    with pytest.raises(ConfigError, match=r"task is .\.\./x.; allowed are all, diagnostic"):
        find_task("../x")
