"""The ASGI application: addresses, the page's files, the middleware around them, the OpenAPI document."""

import mimetypes
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

import twelvelead
from twelvelead.notice import NOTICE
from twelvelead.web.body_limit import BodyLimit
from twelvelead.web.endpoints import Endpoints
from twelvelead.web.metrics import Metrics
from twelvelead.web.openapi import describe_errors, with_security
from twelvelead.web.outermost import Outermost
from twelvelead.web.pictures import CHOICES, MEDIA_TYPES
from twelvelead.web.refusal import Refused, error_body
from twelvelead.web.schemas import (
    Answer,
    Ecg,
    Error,
    Example,
    ExplainedClass,
    Health,
    ServedModel,
    example_parameter,
    form_schema,
)
from twelvelead.web.security import App, Gate, SecurityHeaders
from twelvelead.web.service import Service
from twelvelead.web.settings import Settings

__all__ = ["PAGE", "create_app"]

PAGE = Path(__file__).parent / "page"
"""The page's files."""

TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css",
         ".json": "application/json", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}  # fmt: skip
"""Told here, because a system's own table may say otherwise and browsers then refuse scripts."""


def create_app(service: Service) -> App:
    """The application around a service that has been started."""
    app = FastAPI(
        title="twelvelead",
        version=twelvelead.__version__,
        description=NOTICE,
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            Refused: partial(_refused, service.metrics),
            HTTPException: _http_error,
            Exception: _own_error,
        },
    )
    _add_addresses(app, Endpoints(service), service.settings)
    with_security(app, service.settings)
    _add_page(app)
    paths = [route.path for route in app.routes if "{" not in getattr(route, "path", "{")]
    gate = Gate(BodyLimit(app, service.settings), service.settings)
    return SecurityHeaders(Outermost(gate, service.metrics, paths))


def _add_addresses(app: FastAPI, endpoints: Endpoints, settings: Settings) -> None:
    add = partial(_add, app, settings)
    add("GET", "/api/model", endpoints.model, ServedModel)
    add("GET", "/api/examples", endpoints.examples, list[Example])
    add("GET", "/api/examples/{name}", endpoints.example, "text/csv", 404, extra=example_parameter())
    upload = (400, 408, 413, 422, 503)
    add("POST", "/api/predict", endpoints.predict, Answer, *upload, extra=form_schema({}))
    add("POST", "/api/ecg", endpoints.ecg, Ecg, *upload, extra=form_schema({}))
    explained = form_schema(endpoints.explain_choices)
    add("POST", "/api/explain", endpoints.explain, ExplainedClass, *upload, 501, extra=explained)
    pictures = " ".join(MEDIA_TYPES.values())
    add("POST", "/api/picture", endpoints.picture, pictures, *upload, extra=form_schema(CHOICES))
    add("GET", "/healthz", endpoints.health, Health, 503)
    add("GET", "/metrics", endpoints.metrics, "text/plain")


def _add(
    app: Any, settings: Settings, method: str, path: str, endpoint: Any, answer: Any, *errors: int, extra: Any = None
) -> None:
    """One address, with what its OpenAPI entry says.

    Args:
        answer: the class of its JSON object, or the media types of its file with blanks between.
        errors: statuses that it may have itself besides 200.
        extra: of the entry: parameters, the request's body.
    """
    responses = describe_errors(path, errors, settings, Error)
    if isinstance(answer, str):
        responses[200] = {"content": {media_type: {} for media_type in answer.split()}}
    else:
        responses[200] = {"model": answer}
    kind = Response if isinstance(answer, str) else JSONResponse
    app.add_api_route(path, endpoint, methods=[method], responses=responses, response_class=kind, openapi_extra=extra)


def _add_page(app: FastAPI) -> None:
    for suffix, kind in TYPES.items():
        mimetypes.add_type(kind, suffix)

    async def page(request: Request) -> Response:
        if not (PAGE / "index.html").is_file():
            raise Refused(404, "this installation has no page.")
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    app.add_route("/", page, include_in_schema=False)
    app.mount("/static", _PageFiles(directory=PAGE, check_dir=False))


class _PageFiles(StaticFiles):  # type: ignore[misc]
    """The page's files; a browser asks each time whether its copy is the newest."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _refused(metrics: Metrics, request: Request, error: Refused) -> Response:
    metrics.turned_away(error)
    return JSONResponse(error_body(error.sentence), error.status, error.headers)


async def _http_error(request: Request, error: HTTPException) -> Response:
    sentences = {404: "there is nothing here.", 405: "this address does not take this method."}
    sentence = sentences.get(error.status_code, "the request cannot be answered.")
    return JSONResponse(error_body(sentence), error.status_code, error.headers)


async def _own_error(request: Request, error: Exception) -> Response:
    return JSONResponse(error_body("the service met an error of its own."), 500)
