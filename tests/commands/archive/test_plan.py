"""The plan: every ECG in one shard, in order, whatever its name, and found again after any break."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.commands.archive.plan import PLAN_FILES, PlannedEcg, read_plan, write_plan
from twelvelead.commands.archive.source import planned_files
from twelvelead.errors import DataError

# Any bytes that a file's name can hold.
names = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & {0, 47}).map(os.fsdecode)
files = st.lists(names.map(lambda name: PlannedEcg(f"/archive/{name}")), min_size=1, max_size=40)
records = st.lists(
    st.builds(PlannedEcg, st.text(max_size=5), st.integers(0, 2**53), st.integers(-1, 2**40), st.text(max_size=5)),
    min_size=1,
    max_size=40,
)


@given(ecgs=files | records, size=st.integers(1, 50))
def test_every_ecg_is_in_one_shard_in_order(tmp_path_factory, ecgs, size):
    folder = tmp_path_factory.mktemp("plan")
    write_plan(folder, iter(ecgs), size, {"model": "m"})
    plan = read_plan(folder)
    shards = [plan.read(shard) for shard in range(plan.shards)]
    assert [ecg for shard in shards for ecg in shard] == ecgs
    assert {len(shard) for shard in shards[:-1]} <= {size} and 0 < len(shards[-1]) <= size
    assert (plan.ecgs, plan.about) == (len(ecgs), {"model": "m"})


def test_ecgs_are_taken_shard_by_shard(tmp_path):
    taken, written = [], []

    def ecgs():
        for number in range(100):
            taken.append(number)
            yield PlannedEcg(f"/{number}")

    write_plan(tmp_path, ecgs(), 10, {}, lambda count: written.append(len(taken) - count))
    assert set(written) == {0} and len(written) == 10


def test_a_plan_that_was_not_finished_is_none(tmp_path):
    def ecgs():
        yield PlannedEcg("/a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_plan(tmp_path, ecgs(), 1, {})
    assert read_plan(tmp_path) is None and not list(tmp_path.iterdir())


def test_a_plan_whose_lines_were_replaced_is_none(tmp_path, monkeypatch):
    """Stopped before its last file, a second plan must not be read as the first one."""
    write_plan(tmp_path, [PlannedEcg("/a")], 1, {"sources": "a"})

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("twelvelead.commands.archive.plan.write_json", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_plan(tmp_path, [PlannedEcg("/b")], 1, {"sources": "b"})
    assert read_plan(tmp_path) is None


@pytest.mark.parametrize("name", PLAN_FILES)
def test_a_damaged_plan_is_an_error(tmp_path, name):
    write_plan(tmp_path, [PlannedEcg("/a"), PlannedEcg("/b")], 1, {})
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(DataError, match="score into another folder"):
        read_plan(tmp_path).read(1)


def test_nothing_to_score_is_an_error(tmp_path):
    with pytest.raises(DataError, match="there is no ECG to score"):
        write_plan(tmp_path, [], 1, {})
    assert not list(tmp_path.iterdir())


def test_files_with_any_name_are_planned_and_can_be_opened(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir(), out.mkdir()
    wanted = [b"a\nb.xml", b"caf\xe9.xml", "na\u00efve.xml".encode()]
    for name in wanted:
        (source / os.fsdecode(name)).write_text("<ecg/>")
    plan = write_plan(out, planned_files([source]), 2, {})
    ecgs = [ecg for shard in range(plan.shards) for ecg in plan.read(shard)]
    assert {os.path.basename(os.fsencode(ecg.file)) for ecg in ecgs} == set(wanted)
    assert all(Path(ecg.file).read_text() == "<ecg/>" for ecg in ecgs)
    for ecg in ecgs:
        ecg.shown.encode("utf-8")


def test_a_source_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(DataError, match="nowhere not found"):
        planned_files([tmp_path / "nowhere"])
