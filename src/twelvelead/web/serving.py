"""Runs the service: socket, server, the line that says where it is, its end."""

import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twelvelead.errors import TwelveleadError, needs_extra
from twelvelead.inference.predict import Model
from twelvelead.web.settings import Settings

__all__ = ["serve"]

BACKLOG = 128
KEEP_ALIVE_S = 5
GRACE_S = 10
"""For requests that are being answered when the server is told to end."""

LARGEST_HEAD = 16_384
"""Bytes of a request's head."""


def serve(model: Model, path: Path, settings: Settings, ready: Callable[[str], None] = lambda address: None) -> None:
    """Serve a model until the process is told to end.

    Args:
        model: that answers.
        path: its folder or file.
        settings: of the service.
        ready: called with the page's address when requests are answered.

    Raises:
        TwelveleadError: the extra is not installed, the port is not free, or the parsers do not start.
        KeyboardInterrupt: Ctrl-C, when all has ended.
    """
    with needs_extra("serve"):
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn

        from twelvelead.web.app import create_app
        from twelvelead.web.http_protocol import PatientProtocol
        from twelvelead.web.service import Service

    with (
        suppress(_Terminated),
        _listening(settings) as listener,
        _ended_by_sigterm(),
        Service(model, path, settings) as service,
    ):
        config = uvicorn.Config(
            create_app(service),
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=LARGEST_HEAD,
        )
        # Its lines are clients' mistakes, and tracebacks that may hold what was uploaded.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
        ready(_address(settings.host, listener.getsockname()[1]))
        uvicorn.Server(config).run(sockets=[listener])


def _listening(settings: Settings) -> socket.socket:
    """A socket at the settings' address.

    Raises:
        TwelveleadError: the port is taken, or there is no such address here.
    """
    where = f"port {settings.port} of {settings.host}"
    try:
        family, *_, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise TwelveleadError(f"{where} is in use; choose another with --port.") from None
        raise TwelveleadError(f"cannot listen at {where}: {error.strerror}.") from None


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class _Terminated(BaseException):
    """SIGTERM has come."""


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, which uvicorn gives back when it has ended, end what stands around it too."""

    def end(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
