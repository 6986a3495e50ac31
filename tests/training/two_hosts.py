"""Two hosts of one machine: network namespaces with names and addresses of their own, joined by a cable.

Each host's name stands for 127.0.1.1 on itself, as Debian's /etc/hosts has it; the other one knows its address.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NEEDED = ("ip", "unshare", "mount", "hostname")
NET = "198.18.0"
"""Of the block for tests between networks (RFC 2544); nobody sees it outside."""

SET_UP = 'hostname "$1"; mount --bind "$2" /etc/hosts; eval "$3"; shift 3; exec "$@"'


@dataclass
class Host:
    """A namespace of the network, and what runs in it."""

    name: str
    namespace: str
    hosts_file: Path
    mounts: str = ""
    """Shell commands that change what this host alone sees of the disk."""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, command: Sequence[str], **environment: str) -> subprocess.Popen[str]:
        """Run a command on this host, with these variables beside the environment's."""
        inside = ["unshare", "--uts", "--mount", "sh", "-ec", SET_UP, "-", self.name, str(self.hosts_file), self.mounts]
        self.started.append(
            subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, *inside, *command],
                env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return self.started[-1]

    def pids(self) -> list[int]:
        """Of all that runs on this host; launchers start their processes in sessions of their own."""
        found = subprocess.run(["ip", "netns", "pids", self.namespace], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]


@contextmanager
def two_hosts(folder: Path) -> Iterator[tuple[Host, Host]]:
    """`first` and `second`; everything is taken away in the end, what still runs in them too."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}, to make two hosts of one machine")
    names = {f"tl{os.getpid()}{letter}": name for letter, name in zip("ab", ("first", "second"))}
    with ExitStack() as stack:
        hosts = []
        for number, (namespace, name) in enumerate(names.items(), start=1):
            _ip("netns", "add", namespace)
            stack.callback(subprocess.run, ["ip", "netns", "del", namespace], check=False)
            file = folder / f"hosts-of-{name}"
            others = "\n".join(f"{NET}.{n} {other}" for n, other in enumerate(names.values(), start=1) if n != number)
            file.write_text(f"127.0.0.1 localhost\n127.0.1.1 {name}\n{others}\n")
            hosts.append(Host(name, namespace, file))
            stack.callback(_end, hosts[-1])
        first, second = hosts
        _ip(
            "link",
            "add",
            "cable1",
            "netns",
            first.namespace,
            "type",
            "veth",
            "peer",
            "cable2",
            "netns",
            second.namespace,
        )
        for number, host in enumerate(hosts, start=1):
            inside = ("-n", host.namespace)
            _ip(*inside, "link", "set", "lo", "up")
            _ip(*inside, "address", "add", f"{NET}.{number}/24", "dev", f"cable{number}")
            _ip(*inside, "link", "set", f"cable{number}", "up")
            _ip(*inside, "route", "add", "default", "dev", f"cable{number}")
        _try_out(first)
        yield first, second


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"two hosts cannot be made of this machine: ip {' '.join(words)}: {done.stderr.strip()}")


def _try_out(host: Host) -> None:
    process = host.start(["true"])
    _, said = process.communicate()
    if process.returncode:
        pytest.skip(f"two hosts cannot be made of this machine: {said.strip()}")


def _end(host: Host) -> None:
    for pid in host.pids():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for process in host.started:
        process.kill()
        process.communicate()
