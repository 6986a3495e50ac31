"""Settings of the service: where it listens, who may ask, and what it spends on an upload."""

import ipaddress
from dataclasses import dataclass, field

from twelvelead.errors import ConfigError
from twelvelead.formats.limits import LARGEST_FILE

__all__ = ["MIB", "TOKEN_VARIABLE", "Settings"]

MIB = 2**20

TOKEN_VARIABLE = "TWELVELEAD_TOKEN"
"""Of the environment; kept from the processes that parse."""

SHORTEST_TOKEN = 16
"""Characters; `openssl rand -hex 16` gives 32."""


SHORTEST_WAIT_S = 0.05
"""About what one ECG takes."""


@dataclass(frozen=True)
class Settings:
    """All of it; the limits bound what one upload, and all uploads together, can cost."""

    host: str = "127.0.0.1"
    """Address or name to listen at."""
    port: int = 8000
    """0: any that is free."""
    token: str | None = field(default=None, repr=False)
    """What a client must know; None: nothing."""
    allowed_hosts: tuple[str, ...] = ()
    """Names by which clients may call the service, beside `host`, localhost and addresses in numbers."""
    parsers: int = 2
    """Processes that read uploads."""
    upload_bytes: int = 32 * MIB
    """Of one request's body."""
    parse_seconds: float = 10.0
    """For reading and preparing one upload; one of ten seconds takes 0.05."""
    parser_bytes: int = 2048 * MIB
    """Address space of a process that reads uploads."""
    body_seconds: float = 60.0
    """In which the whole body must have come."""
    waiting: int = 64
    """Requests that may wait for a parser, and as many for the model; more are refused at once."""
    wait_seconds: float = 1.0
    """A request that would wait longer by the pace of late, or does, for a parser or for the model, is refused."""
    answer_seconds: float = 120.0
    """After which an answer is no more waited for."""
    longest_s: float = 3600.0
    """Seconds of ECG in one upload."""

    def __post_init__(self) -> None:
        if self.parsers < 1:
            raise ConfigError(f"--workers is {self.parsers}; allowed is 1 or more.")
        if not MIB <= self.upload_bytes <= LARGEST_FILE:
            raise ConfigError(
                f"--max-upload-mb is {self.upload_bytes / MIB:g}; allowed is 1 to {LARGEST_FILE // MIB}, the "
                "largest file that is read."
            )
        if not SHORTEST_WAIT_S <= self.wait_seconds <= self.answer_seconds:
            raise ConfigError(
                f"--max-wait is {self.wait_seconds:g}; allowed is {SHORTEST_WAIT_S:g} to {self.answer_seconds:g}, in "
                "seconds."
            )
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"--port is {self.port}; allowed is 0 to 65535.")
        if self.token is not None:
            _check_token(self.token)

    @property
    def bytes_at_once(self) -> int:
        """Of all bodies together that are held in memory."""
        return 8 * self.upload_bytes

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def _check_token(token: str) -> None:
    visible = token.isascii() and token.isprintable() and " " not in token
    if len(token) < SHORTEST_TOKEN or not visible:
        raise ConfigError(
            f"the token needs {SHORTEST_TOKEN} or more visible ASCII characters and no blanks, such as "
            "`openssl rand -hex 16` prints."
        )
