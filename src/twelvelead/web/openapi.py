"""The OpenAPI document: what FastAPI makes of the addresses, and what it cannot know of the layers around them."""

from typing import Any

from fastapi import FastAPI

from twelvelead.web.security import SECRET_PATHS
from twelvelead.web.settings import Settings

__all__ = ["describe_errors", "with_security"]

SCHEME = "token"

EVERYWHERE = (403, 500)
"""Statuses that any address may answer: a foreign host name, an error of the service's own."""

HEADERS = {
    401: {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "seconds until it is worth trying again", "schema": {"type": "integer"}}},
}

DESCRIPTIONS = {
    400: "The form is wrong.",
    401: "The token is missing or wrong.",
    403: "A foreign host name, or another site's page.",
    404: "There is nothing here.",
    408: "The upload came too slowly.",
    413: "The upload is too large.",
    422: "The file cannot be read or is no ECG for this model.",
    500: "An error of the service's own.",
    501: "This model cannot be explained.",
    503: "Too much is waiting, or the wait would be too long.",
}


def describe_errors(path: str, errors: tuple[int, ...], settings: Settings, model: type) -> dict[int, Any]:
    """The error answers of an address, as FastAPI's `responses` takes them.

    Args:
        path: of the address.
        errors: statuses that it gives itself.
        settings: whether there is a token.
        model: of the errors' JSON object.
    """
    statuses = {*errors, *EVERYWHERE, *([401] if _needs_token(path, settings) else [])}
    return {
        status: {"model": model, "description": DESCRIPTIONS[status], "headers": HEADERS.get(status, {})}
        for status in sorted(statuses)
    }


def with_security(app: FastAPI, settings: Settings) -> None:
    """Have the application's document say which addresses need the token, if there is one."""
    plain = app.openapi

    def document() -> dict[str, Any]:
        made: dict[str, Any] = plain()
        if settings.token is None:
            return made
        described = "The secret that the service was started with."
        scheme = {"type": "http", "scheme": "bearer", "description": described}
        made["components"]["securitySchemes"] = {SCHEME: scheme}
        for path, operations in made["paths"].items():
            for operation in operations.values() if _needs_token(path, settings) else ():
                operation["security"] = [{SCHEME: []}]
        return made

    app.openapi = document


def _needs_token(path: str, settings: Settings) -> bool:
    return settings.token is not None and path.startswith(SECRET_PATHS)
