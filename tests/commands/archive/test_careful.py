"""Which ECGs end their process: found one by one, over any number of processes, without blaming the innocent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.commands.archive.attempts import MOST, PLAIN, Attempts
from twelvelead.commands.archive.careful import TRIES, forget, poisonous
from twelvelead.errors import TwelveleadError


class Ended(BaseException):
    """Stands for the end of the process."""


def tried(note, count, deadly, unlucky):
    """Processes until one comes through; `unlucky` are numbers of attempts during which a machine goes down."""
    attempts, processes = [], 0

    def attempt(position):
        attempts.append(position)
        if position in deadly or len(attempts) in unlucky:
            raise Ended

    while True:
        processes += 1
        try:
            return poisonous(note, count, attempt), processes
        except Ended:
            continue


@given(count=st.integers(1, 12), deadly=st.sets(st.integers(0, 11), max_size=4), bad_luck=st.integers(0, 40))
def test_exactly_the_deadly_ecgs_are_found(tmp_path_factory, count, deadly, bad_luck):
    deadly = {position for position in deadly if position < count}
    note = tmp_path_factory.mktemp("careful") / "note.json"
    poison, processes = tried(note, count, deadly, {bad_luck})
    assert set(poison) == deadly
    assert processes <= TRIES * len(deadly) + 2
    assert all("ends abruptly" in reason for reason in poison.values())
    assert poisonous(note, count, lambda position: pytest.fail("tried again")) == poison
    forget(note)
    assert not note.exists()


def test_a_readers_mistake_costs_its_ecg_and_no_process(tmp_path):
    def attempt(position):
        if position == 1:
            raise ZeroDivisionError("caf\udce9")

    poison = poisonous(tmp_path / "note.json", 3, attempt)
    assert poison == {1: "cannot be read: ZeroDivisionError: 'caf\\udce9'"}


def test_a_shard_is_tried_again_then_with_care_and_given_up_in_the_end():
    attempts = Attempts()
    care = []
    for _ in range(MOST - 1):
        care.append(attempts.careful(3))
        attempts.ended(3, "exit code -9")
    assert care == [False] * PLAIN + [True] * (MOST - 1 - PLAIN)
    assert not attempts.careful(4)
    with pytest.raises(TwelveleadError, match=r"part 3 has ended 50 processes \(exit code -9\)"):
        attempts.ended(3, "exit code -9")
