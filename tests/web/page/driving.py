"""A browser and the service for the tests of the page: a process each, and a page that notes what it should not do."""

import base64
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from twelvelead.leads import LEADS

CHROMIUM = Path("/usr/bin/chromium")

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

START_S = 120
WAIT_S = 60
"""For a server to start and a page to change, on a busy machine."""

REFUSED = re.compile(r"status of (400|401|403|413|422|429|501|503)|ERR_CONNECTION_REFUSED|ERR_FAILED")
"""What Chromium logs as an error whenever an answer is no success, which is not the page's fault."""


@dataclass
class Watched:
    """A page, where it lives, and what went wrong in it."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def fetch(self, path: str, **options: Any) -> Any:
        """The service's own answer, asked without the page."""
        return getattr(self.page.request, "post" if options else "get")(f"{self.address}{path}", **options)

    def module(self, name: str, expression: str, argument: Any = None) -> Any:
        """What an expression over `m`, one of the page's modules, and `a` gives."""
        script = f"a => import('/static/{name}').then(async m => ({expression}))"
        return self.page.evaluate(script, argument)

    def open(self, *files: Any) -> None:
        """Choose files as a person would in the dialog."""
        self.page.set_input_files("#files", list(files))

    def example(self, name: str) -> None:
        """Pick an example and wait for its result."""
        self.page.click(f"[data-example={name}]")
        self.page.wait_for_selector("#result:not([hidden]), #error:not([hidden])")
        assert self.page.is_visible("#result"), self.page.text_content("#alert")

    def until(self, expression: str, argument: Any = None) -> None:
        """Wait until an expression over `a` holds; Playwright's own waiting needs what the page's policy forbids."""
        end = time.monotonic() + WAIT_S
        while not self.page.evaluate(f"a => {expression}", argument):
            assert time.monotonic() < end, f"waited in vain for {expression}"
            self.page.wait_for_timeout(30)

    def text(self, selector: str) -> str:
        """What a person reads there."""
        return str(self.page.inner_text(selector))


def packed(signal_mv: np.ndarray, rate_hz: float) -> dict[str, Any]:
    """A signal `(time, 12)` of whole microvolts as the service sends one."""
    counts = np.round(signal_mv * 1000).astype("<i2")
    return {
        "rate_hz": rate_hz,
        "samples": len(counts),
        "leads": list(LEADS),
        "present": dict.fromkeys(LEADS, True),
        "signal": base64.b64encode(counts.tobytes()).decode(),
        "scale_uv": 1.0,
        "invalid": -32768,
    }


def upload(name: str, content: bytes) -> dict[str, Any]:
    """A file as Playwright takes it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@contextmanager
def served(*options: str, **environment: str) -> Iterator[str]:
    """`twelvelead serve` in a process of its own; gives its address."""
    command = [
        sys.executable,
        "-m",
        "twelvelead.cli",
        "serve",
        "--port",
        "0",
        "--workers",
        "1",
        "--max-wait",
        "60",
        *options,
    ]
    settings = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"} | environment
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        late = threading.Timer(START_S, process.kill)
        late.start()
        try:
            address = _address(process.stdout)
            late.cancel()
            yield address
        finally:
            late.cancel()
            process.terminate()
            process.stdout.read()


def _address(output: Any) -> str:
    lines = []
    for line in output:
        lines.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return found[0]
    raise AssertionError("the service did not start: " + "".join(lines))


@contextmanager
def watched(browser: Any, address: str, **context: Any) -> Iterator[Watched]:
    """A fresh page; what it asked of other places, logged as an error or let happen is collected."""
    with browser.new_context(locale=context.pop("locale", "en-GB"), **context) as made:
        page = made.new_page()
        page.set_default_timeout(1000 * WAIT_S)
        found = Watched(page, address)
        page.on("pageerror", lambda error: found.complaints.append(f"exception: {error}"))
        page.on("request", lambda request: _check_request(found, request.url))
        page.on("console", lambda message: _check_message(found, message))
        page.goto(address)
        page.wait_for_selector("#examples button, dialog[open]")
        yield found


def _check_request(found: Watched, url: str) -> None:
    if not url.startswith((f"{found.address}/", "blob:", "data:")):
        found.complaints.append(f"request to {url}")


def _check_message(found: Watched, message: Any) -> None:
    if message.type in ("error", "warning") and not REFUSED.search(message.text):
        found.complaints.append(f"{message.type}: {message.text}")
