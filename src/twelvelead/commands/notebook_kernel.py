"""A fresh Python kernel for one notebook: this interpreter, this machine only, nobody's IPython settings."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

__all__ = ["this_python"]

LONGEST_SOCKET_NAME = 90
"""The least that systems allow is 104 bytes, and the kernel adds a number."""


class _ThisPython(AsyncKernelManager):  # type: ignore[misc]  # untyped where it is not installed
    """Starts the interpreter that is running, whatever kernels are installed under the name python3."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[
                sys.executable,
                "-Xfrozen_modules=off",  # the debugger inside ipykernel warns without it
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
            ],
            display_name="Python",
            language="python",
        )


@contextmanager
def this_python() -> Iterator[tuple[AsyncKernelManager, dict[str, str]]]:
    """Give a kernel manager, not started yet, and the environment to start it with."""
    with TemporaryDirectory(prefix="twelvelead-kernel-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "IPYTHONDIR": str(folder / "ipython"),
            # Otherwise a backend from the user's environment would draw nothing into the notebook.
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }
        manager = _ThisPython(kernel_name="python3", connection_file=str(folder / "kernel.json"), **_address(folder))
        yield manager, environment


def _address(folder: Path) -> dict[str, str]:
    """Sockets in the private folder; where the system has none, or no name is that long, ports of this machine only."""
    sockets = str(folder / "kernel")
    if os.name == "posix" and len(sockets) <= LONGEST_SOCKET_NAME:
        return {"transport": "ipc", "ip": sockets}
    return {"transport": "tcp", "ip": "127.0.0.1"}
