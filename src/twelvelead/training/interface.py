"""Which network interface the processes of a training on several machines talk over.

Gloo, which carries the tensors of CPUs, listens where the machine's own name points to. On many systems that is
127.0.1.1 (Debian writes it into /etc/hosts), and no other machine reaches it there.
"""

import ipaddress
import os
import socket
import struct
import sys
from contextlib import suppress

__all__ = ["choose_interface", "interface_towards"]

NAME = "GLOO_SOCKET_IFNAME"
"""PyTorch's variable for Gloo's interface."""

_ANYWHERE = "192.0.2.1"
"""An address that is nobody's (RFC 5737): the way to it is the way out of this machine."""

_SIOCGIFADDR = 0x8915
"""Ask for an interface's address: Linux, netdevice(7)."""


def choose_interface(main_address: str) -> None:
    """Let Gloo use the interface that leads to the first machine, unless the environment names one."""
    found = interface_towards(main_address)
    if found is None and _is_loopback(main_address):  # as a machine's own name may be: the way out is taken
        found = interface_towards(_ANYWHERE)
    if found:
        os.environ.setdefault(NAME, found)


def _is_loopback(host: str) -> bool:
    with suppress(OSError):
        return ipaddress.ip_address(socket.gethostbyname(host)).is_loopback
    return False


def interface_towards(host: str) -> str | None:
    """The interface of this machine that leads to `host`; None for loopback, or where it cannot be told."""
    if sys.platform != "linux":
        return None
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked, suppress(OSError):
        asked.connect((host, 9))  # sends nothing: the system only looks up the way
        own = asked.getsockname()[0]
        if ipaddress.ip_address(own).is_loopback:
            return None
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                answer = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack("256s", name.encode()))
                if socket.inet_ntoa(answer[20:24]) == own:
                    return name
    return None
