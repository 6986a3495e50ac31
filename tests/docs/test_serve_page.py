"""docs/serve.md is followed: each `twelvelead serve` is started, asked and ended, with the page's own `curl` lines.

Only the ports differ from the page: any that is free.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from docs.snippets import REPO, commands
from twelvelead import SUPERCLASSES
from twelvelead.cli import main
from twelvelead.models.checkpoint import save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.notice import NOTICE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")

PAGE = REPO / "docs" / "serve.md"
SERVE = [words[1:] for words in commands(PAGE) if words[:2] == ["twelvelead", "serve"]]
CURL = [words for words in commands(PAGE) if words[0] == "curl"]
ADDRESS = "http://127.0.0.1:8000"
TOKEN = "a-token-of-the-tests"


class Service(NamedTuple):
    process: subprocess.Popen[str]
    address: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the page takes for granted: a run, an exported file, a token; and a browser."""
    folder = tmp_path_factory.mktemp("serve")
    classifier = Classifier(ModelInfo("cnn_lstm", SUPERCLASSES, 100, 10.0, options={"filters": 4}))
    classifier.set_thresholds([0.5] * len(SUPERCLASSES), "by hand")
    save_classifier(classifier, folder / "runs" / "first" / "model")
    assert main(["export", str(folder / "runs" / "first"), "--out", str(folder / "model.onnx")]) == 0
    (folder / "token.txt").write_text(f"{TOKEN}\n", encoding="utf-8")
    browser = folder / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > opened\n', encoding="utf-8")
    browser.chmod(0o700)
    return folder


@contextmanager
def served(words: list[str], place: Path, end: signal.Signals, code: int) -> Iterator[Service]:
    """The service while it runs; it must end in order."""
    at = words.index("--port") if "--port" in words else len(words)
    given = words[:at] + words[at + 2 :]
    started = subprocess.Popen(
        [sys.executable, "-m", "twelvelead.cli", *given, "--port", "0"],
        cwd=place,
        env={**os.environ, "BROWSER": str(place / "browser"), "PYTHONPATH": str(REPO / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert started.stdout is not None and started.stderr is not None
        line, notice = started.stdout.readline(), started.stdout.readline()
        found = re.match(r"http://\S+:(\d+)/", line)
        assert found, line + started.stderr.read()
        assert notice == f"{NOTICE}\n"
        yield Service(started, f"http://127.0.0.1:{found[1]}")
        started.send_signal(end)
        started.communicate(timeout=120)
        assert started.returncode == code
    finally:
        if started.poll() is None:
            started.kill()
            started.communicate()


@pytest.mark.parametrize("words", SERVE, ids=" ".join)
def test_each_way_to_serve_is_answered(words: list[str], place: Path) -> None:
    secret = {"Authorization": f"Bearer {TOKEN}"} if "--token-file" in words else {}
    with (
        served(words, place, signal.SIGTERM, 0) as service,
        httpx.Client(base_url=service.address, timeout=120) as client,
    ):
        assert client.get("/healthz").status_code == 200
        assert "<html" in client.get("/").text
        assert client.get("/api/model").status_code == (401 if secret else 200)
        assert client.get("/api/model", headers=secret).json()["classes"] == list(SUPERCLASSES)
        if "--open" in words:
            assert (place / "opened").read_text(encoding="utf-8").startswith(service.address)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_pages_curl_lines_are_answered(place: Path, tmp_path: Path) -> None:
    own = next(words for words in SERVE if "runs/first" in words)
    with served(own, place, signal.SIGINT, 130) as service:
        for words in CURL:
            line = [word.replace(ADDRESS, service.address) for word in (*words, "--fail", "--silent", "--show-error")]
            done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr}{done.stdout}"
    assert (tmp_path / "simulated-MI.csv").is_file()
    assert (tmp_path / "ecg.png").read_bytes().startswith(b"\x89PNG")


def test_there_is_something_to_follow() -> None:
    assert len(SERVE) == 4 and len(CURL) == 5
    assert all(any(word.startswith(ADDRESS) for word in words) for words in CURL)
