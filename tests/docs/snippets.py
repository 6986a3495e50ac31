"""Code blocks of README and docs, and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPO = Path(__file__).resolve().parents[2]
PAGES = [
    REPO / "README.md",
    *(path for path in (REPO / "CONTRIBUTING.md",) if path.exists()),
    *sorted((REPO / "docs").glob("*.md")),
]
BLOCK = re.compile(
    r"(?:^<!-- (?P<marker>[^>]+?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)


class Block(NamedTuple):
    marker: str
    """What the HTML comment right above says, "" without one."""
    language: str
    code: str


def blocks(page: Path) -> Iterator[Block]:
    """The code blocks of a page."""
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(found["marker"] or "", found["language"], found["code"])


def commands(page: Path) -> Iterator[list[str]]:
    """The words of each command in the page's `sh` blocks."""
    for block in blocks(page):
        if block.language == "sh":
            for line in block.code.replace("\\\n", " ").splitlines():
                for part in line.split(" && "):
                    words = shlex.split(part, comments=True)
                    if words:
                        yield words
