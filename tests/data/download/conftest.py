from dataclasses import replace

import pytest

from data.download.served import Served, write_sums
from twelvelead.data.download.source import Patience
from twelvelead.data.simulate import simulate_dataset

FAST = Patience(first_wait_s=0.001, longest_wait_s=0.01, attempts=4)
"""Waits briefly before another attempt, but long for an answer: a busy machine is no stalled server."""


@pytest.fixture
def fast():
    return FAST


@pytest.fixture
def hasty():
    """For servers that will never answer."""
    return replace(FAST, stall_s=0.3)


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """Four simulated records at both rates, with their list. Read-only by agreement."""
    folder = tmp_path_factory.mktemp("tree") / "data"
    simulate_dataset(folder, records=4, seed=0)
    (folder / "LICENSE.txt").write_text("none\n")
    (folder / "RECORDS").write_text("not wanted\n")
    write_sums(folder)
    return folder


@pytest.fixture
def served(tree):
    server = Served(tree)
    yield server
    server.close()
