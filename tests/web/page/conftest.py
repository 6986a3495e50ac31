"""The service once for all tests, a browser for each file of them, a page for each test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from typing import Any

import pytest

from web.page.driving import CHROMIUM, SWITCHES, Watched, served, watched


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where `twelvelead serve` answers; one that runs already if TWELVELEAD_PAGE names it, to save its start."""
    for module in ("fastapi", "uvicorn", "python_multipart", "prometheus_client"):
        pytest.importorskip(module, reason="needs the extra `serve`")
    if not CHROMIUM.exists():
        pytest.skip(f"needs a browser at {CHROMIUM}")
    running = os.environ.get("TWELVELEAD_PAGE")
    with nullcontext(running) if running else served() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window; ended with each file, as its event loop would be in the way of other tests."""
    api = pytest.importorskip("playwright.sync_api", reason="needs Playwright for Python")
    if not CHROMIUM.exists():
        pytest.skip(f"needs a browser at {CHROMIUM}")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(SWITCHES))
        yield started
        started.close()


OpenPage = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[OpenPage]:
    """Opens the page, in a context with the options given; at the end nothing may have gone wrong in it."""
    opened: list[Watched] = []
    with ExitStack() as stack:

        def start(where: str = address, **context: Any) -> Watched:
            opened.append(stack.enter_context(watched(browser, where, **context)))
            return opened[-1]

        yield start
    assert [complaint for one in opened for complaint in one.complaints] == []


@pytest.fixture
def page(open_page: OpenPage) -> Watched:
    """The page on a desktop."""
    return open_page(viewport={"width": 1440, "height": 900})
