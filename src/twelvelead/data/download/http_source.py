"""Files of a data set on a web server: PhysioNet, its copy at Amazon, any mirror with the same layout."""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from twelvelead.data.download.rules import MANIFEST_FILE
from twelvelead.data.download.source import CHUNK_BYTES, Interrupted, Patience
from twelvelead.errors import ConfigError, DataError

__all__ = ["HttpSource", "check_address", "physionet_addresses"]

TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
MISSING = {403, 404, 410}
"""Amazon says 403 where there is no such file."""

MOST_REDIRECTS = 5
MOST_CONNECTIONS = 64


def physionet_addresses(version: str) -> tuple[str, ...]:
    """Where PhysioNet has a release of PTB-XL; the fast one first, which limits no connection."""
    return (
        f"https://physionet-open.s3.amazonaws.com/ptb-xl/{version}/",
        f"https://physionet.org/files/ptb-xl/{version}/",
    )


def check_address(text: str) -> str:
    """The address of a folder on a server, with a slash at its end.

    Raises:
        ConfigError: it is not http(s), has no host, or has a query.
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise ConfigError(
            f"--from {text} is no address of a folder; allowed is one like https://physionet.org/files/ptb-xl/1.0.3/."
        )
    return text.rstrip("/") + "/"


class HttpSource:
    """A folder on one of several servers that have the same; the first that answers is used.

    Args:
        addresses: each with a slash at its end.
        patience: with the server.
        release: of PTB-XL, where the addresses are those of one.
    """

    def __init__(self, addresses: tuple[str, ...], patience: Patience, release: str | None = None) -> None:
        self.release = release
        self.name = f"PTB-XL {release} at PhysioNet" if release else _without_password(addresses[0])
        self._addresses = addresses
        self._patience = patience
        self._chosen: str | None = None
        self._choosing = threading.Lock()
        self._session = _Session()

    def chunks(self, path: str) -> Generator[bytes]:
        """The bytes of the file at `path`.

        Raises:
            Interrupted: no connection, no bytes for too long, too few, cut off, or a passing trouble of the server.
            DataError: no server answers, the file is not there, or the answer is of another kind.
        """
        address = self._address() + path
        with _translated(self._patience), self._get(address) as response:
            _require_content(response, path)
            yield from self._body(response)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _get(self, address: str) -> requests.Response:
        # A compressed answer would have another length and hash.
        return self._session.get(
            address,
            stream=True,
            headers={"Accept-Encoding": "identity"},
            timeout=(self._patience.connect_s, self._patience.stall_s),
        )

    def _body(self, response: requests.Response) -> Iterator[bytes]:
        begun, received = time.monotonic(), 0
        # Other ways to read wait for whole blocks, so that a server sending a byte now and then would never be left.
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
            received += len(chunk)
            yield chunk
            seconds = time.monotonic() - begun
            if seconds > self._patience.stall_s and received < seconds * self._patience.slowest:
                raise Interrupted(f"fewer than {self._patience.slowest:,.0f} bytes a second")

    def _address(self) -> str:
        with self._choosing:
            if self._chosen is None:
                self._chosen = self._first_that_answers()
        return self._chosen

    def _first_that_answers(self) -> str:
        """Raises `DataError` with what to do where none does."""
        reasons = []
        for address in self._addresses:
            try:
                status = self._status(address + MANIFEST_FILE)
            except Interrupted as error:
                reasons.append(f"{urlsplit(address).hostname}: {error}")
                continue
            # What is wrong with the last one's answer is said when a file is asked for.
            if status == requests.codes.ok or address == self._addresses[-1]:
                return address
            reasons.append(f"{urlsplit(address).hostname}: HTTP {status}")
        raise DataError(_unreachable(self.name, self.release, "; ".join(reasons)))

    def _status(self, address: str) -> int:
        """What the server answers, asked a second time where it does not."""
        for wait_s in (self._patience.first_wait_s, None):
            try:
                with _translated(self._patience), self._get(address) as response:
                    return response.status_code
            except Interrupted:
                if wait_s is None:
                    raise
                time.sleep(wait_s)
        raise AssertionError("two attempts end in an answer or an error")


class _Session(requests.Session):
    """A session that several threads may use, and that no redirect leads off the web or down to plain HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.headers["User-Agent"] = "twelvelead"
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(pool_maxsize=MOST_CONNECTIONS))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        try:
            target = super().get_redirect_target(resp)
            here = urlsplit(resp.url).scheme
            allowed = target is None or urlsplit(target).scheme in ("", here, "https")
        except ValueError:
            allowed = False
        if not allowed:
            resp.close()
            shown = resp.headers["location"][:100]
            raise DataError(f"{_without_password(resp.url)} sends us on to {shown!r}, which is not followed.")
        return target


def _require_content(response: requests.Response, path: str) -> None:
    status, url = response.status_code, _without_password(response.url)
    if status in TRANSIENT:
        raise Interrupted(f"HTTP {status} {response.reason}", _retry_after(response))
    if status in MISSING and path == MANIFEST_FILE:
        raise DataError(
            f"{url} is not there (HTTP {status}); --from takes the address of the folder that holds {MANIFEST_FILE}, "
            "such as https://physionet.org/files/ptb-xl/1.0.3/."
        )
    if status in MISSING:
        raise DataError(f"{url} is not there (HTTP {status}), though its {MANIFEST_FILE} lists it; try another mirror.")
    if status != requests.codes.ok:
        raise DataError(f"{url} answers HTTP {status} {response.reason}; only 200 is of use.")


def _retry_after(response: requests.Response) -> float | None:
    try:
        return Retry().get_retry_after(response.raw)
    except HTTPError:
        return None


@contextmanager
def _translated(patience: Patience) -> Iterator[None]:
    """Turn what goes wrong on the way into `Interrupted`."""
    try:
        yield
    except requests.TooManyRedirects as error:
        raise DataError(f"{error}: the address leads in circles.") from error
    except requests.ConnectTimeout as error:
        raise Interrupted(f"no connection within {patience.connect_s:g} s") from error
    except requests.ReadTimeout as error:
        raise Interrupted(f"no answer for {patience.stall_s:g} s") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Interrupted(_innermost(error)) from error


def _innermost(error: BaseException) -> str:
    """The reason below a pile of wrapped errors, short."""
    while (below := error.__cause__ or error.__context__) is not None:
        error = below
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:200].rstrip(".")


def _unreachable(name: str, release: str | None, reasons: str) -> str:
    if release is None:
        return f"{name} cannot be reached ({reasons}); check the address, or give a folder or a zip with --from."
    return (
        f"{name} cannot be reached ({reasons}); where there is a network, get the zip file from "
        f"https://physionet.org/content/ptb-xl/{release}/ and give it here with --from FILE.zip."
    )


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
