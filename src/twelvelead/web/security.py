"""Who may ask and what a browser may do with the answer: hosts, origins, the token, security headers.

ASGI middleware; it looks at a request's head only.
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from twelvelead.web.refusal import Refused
from twelvelead.web.settings import Settings

__all__ = ["App", "Gate", "Message", "Receive", "Scope", "SecurityHeaders", "Send"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}

SECRET_PATHS = ("/api/", "/metrics")
"""Paths that begin so need the token."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")
"""`Sec-Fetch-Site` of the page itself, and of what the user typed."""


class SecurityHeaders:
    """Adds the headers to every answer; answers of the API are not to be stored."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), *self._headers]
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Gate:
    """Refuses requests under a foreign host name, from other sites' pages, and without the token."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._token = settings.token and settings.token.encode()
        self._hosts = {"localhost", settings.host.lower(), *(name.lower() for name in settings.allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            host = headers.get(b"host", "")
            self._check_host(host)
            if scope["method"] not in SAFE_METHODS:
                _check_origin(host, headers.get(b"origin"), headers.get(b"sec-fetch-site"))
            if self._token and scope["path"].startswith(SECRET_PATHS):
                self._check_token(headers.get(b"authorization", ""))
        await self._app(scope, receive, send)

    def _check_host(self, host: str) -> None:
        """A name that somebody has made lead to this machine is not ours; an address in numbers is nobody's name."""
        name = _without_port(host).lower()
        if name not in self._hosts and not _is_address(name):
            raise Refused(403, "this service is not known by the name in the request; see --allow-host.")

    def _check_token(self, given: str) -> None:
        assert self._token
        kind, _, token = given.partition(" ")
        right = hmac.compare_digest(token.strip().encode("latin-1"), self._token)
        if not (right and kind.lower() == "bearer"):
            raise Refused(
                401, "this service needs its token as `Authorization: Bearer TOKEN`.", {"WWW-Authenticate": "Bearer"}
            )


def _check_origin(host: str, origin: str | None, site: str | None) -> None:
    foreign = origin is not None and origin.partition("://")[2].lower() != host.lower()
    if foreign or (site is not None and site not in OWN_SITE):
        raise Refused(403, "another site's page may not send files here.")


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
