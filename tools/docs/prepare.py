"""Gather what the documentation site is built from: docs/, the generated reference, the list of pages.

    python tools/docs/prepare.py build/docs     then: zensical build --strict -f build/docs/zensical.toml

`make docs` does both. Nothing here is committed, so that no part of the reference can be older than the code.
"""

import re
import shutil
import sys
from pathlib import Path

import reference

REPO = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("zensical.toml")
PAGE = re.compile(r'= "([\w-]+\.md)"')


def prepare(folder: Path) -> None:
    """Fill `folder` with `pages/` and `zensical.toml`; what is there goes away."""
    pages = folder / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(REPO / "docs", pages)
    for name, text in reference.pages().items():
        (pages / name).write_text(text, encoding="utf-8")
    (folder / CONFIG.name).write_text(listed({path.name for path in pages.glob("*.md")}), encoding="utf-8")


def listed(pages: set[str]) -> str:
    """The configuration, with those pages of its list that are there."""
    lines = CONFIG.read_text(encoding="utf-8").splitlines()
    known = {found[1] for line in lines if (found := PAGE.search(line))}
    if pages - known:
        sys.exit(f"{', '.join(sorted(pages - known))} is in docs/ and not in {CONFIG.relative_to(REPO)}")
    kept = [line for line in lines if not (found := PAGE.search(line)) or found[1] in pages]
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
