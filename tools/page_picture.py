"""Make docs/images/page.png: the page of `twelvelead serve` with a simulated infarction and what drove the answer.

python tools/page_picture.py             needs the extra `serve`, Playwright for Python and a Chromium
CHROMIUM=/usr/bin/google-chrome python tools/page_picture.py
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "page.png"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZE = {"width": 1440, "height": 860}
CLASS = "MI"


def draw(address: str) -> None:
    """Do what a person would: pick the example, colour the trace."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, locale="en-GB", color_scheme="light")
        page.goto(address)
        page.click(f"[data-example={CLASS}]")
        page.check("#explain-on")
        page.wait_for_selector("#explain .legend-bar")
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


def main() -> None:
    """Serve, draw, end."""
    command = [sys.executable, "-m", "twelvelead.cli", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        try:
            address = re.search(r"http://\S+", service.stdout.readline())
            if address is None:
                sys.exit("the service did not start; its message stands above.")
            draw(address[0])
        finally:
            service.terminate()
    print(PICTURE)


if __name__ == "__main__":
    main()
