"""A small model served in this process, asked without a network."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch

from twelvelead.data.labels import SUPERCLASSES
from twelvelead.inference.predict import Model
from twelvelead.inference.predictor import Predictor
from twelvelead.models.checkpoint import save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.web.app import create_app
from twelvelead.web.service import Service
from twelvelead.web.settings import Settings

LOCAL = "http://localhost"


class Client:
    """Sends requests to an ASGI application."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("GET", path, options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("POST", path, options))

    def upload(self, path: str, content: bytes, name: str = "ecg.csv", **fields: str) -> httpx.Response:
        return self.post(path, files={"file": (name, content)}, data=fields)

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=LOCAL, timeout=None) as client:
            return await client.request(method, path, **options)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a small, untrained model of the superclasses."""
    torch.manual_seed(0)
    classifier = Classifier(ModelInfo("cnn_lstm", SUPERCLASSES, 100, 10.0, options={"filters": 4}))
    classifier.set_thresholds([0.5] * len(SUPERCLASSES), "by hand")
    folder = tmp_path_factory.mktemp("web") / "small"
    save_classifier(classifier, folder / "model")
    (folder / "MODEL_CARD.md").write_text("# small\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def model(run: Path) -> Model:
    from twelvelead.models.checkpoint import load_classifier

    return Model(Predictor(load_classifier(run), workers=1))


@pytest.fixture(scope="session")
def service(model: Model, run: Path) -> Iterator[Service]:
    """Read-only by agreement."""
    with Service(model, run, Settings(parsers=1, wait_seconds=120.0)) as started:
        yield started


@pytest.fixture(scope="session")
def client(service: Service) -> Client:
    return Client(create_app(service))
