"""Which network interface is used; between two hosts in `test_two_hosts.py`."""

import os
import socket

import pytest

from twelvelead.training import interface
from twelvelead.training.interface import choose_interface, interface_towards


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_is_said_of_loopback(host: str) -> None:
    assert interface_towards(host) is None


def test_an_interface_of_this_machine_is_found_by_the_way_out() -> None:
    found = interface_towards("192.0.2.1")
    if found is None:
        pytest.skip("this machine has no way out, or is not Linux")
    assert found in [name for _, name in socket.if_nameindex()]


@pytest.mark.parametrize(
    ("main", "known", "before", "after"),
    [
        ("main", {"main": "eth0", "192.0.2.1": "eth1"}, None, "eth0"),
        ("127.0.1.1", {"192.0.2.1": "eth1"}, None, "eth1"),
        ("2001:db8::1", {"192.0.2.1": "eth1"}, None, None),
        ("127.0.0.1", {}, None, None),
        ("main", {"main": "eth0"}, "ib0", "ib0"),
    ],
)
def test_the_way_to_the_first_machine_is_taken_before_the_way_out(
    monkeypatch: pytest.MonkeyPatch, main: str, known: dict[str, str], before: str | None, after: str | None
) -> None:
    monkeypatch.setattr(interface, "interface_towards", known.get)
    monkeypatch.setenv(interface.NAME, before or "")
    if before is None:
        monkeypatch.delenv(interface.NAME)
    choose_interface(main)
    assert os.environ.get(interface.NAME) == after
    os.environ.pop(interface.NAME, None)
