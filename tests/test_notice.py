"""The sentence that this is no medical device has one home and one wording; the page's English repeats it."""

import re
from collections.abc import Iterator
from pathlib import Path

from twelvelead.notice import NOTICE

REPO = Path(__file__).resolve().parents[1]
TEXTS = {".py", ".md", ".html", ".js", ".jinja", ".typ"}
PACKAGE = REPO / "src" / "twelvelead"
REPEATED_IN = {"notice.py", "__init__.py", "index.html", "en.js", "MODEL_CARD.md", "model_card.md.jinja"}
"""Of the package: the home itself, its docstring, and what is no Python; a card's limits say it in full."""


def texts() -> Iterator[tuple[Path, str]]:
    folders = (PACKAGE, REPO / "docs", REPO / "examples")
    for path in (REPO / "README.md", *(path for folder in folders for path in sorted(folder.rglob("*")))):
        if path.suffix in TEXTS:
            yield path, path.read_text(encoding="utf-8")


def test_it_is_worded_in_one_way() -> None:
    said = [
        (path.name, text[found.start() :]) for path, text in texts() for found in re.finditer("Research soft", text)
    ]
    assert len(said) > 15
    assert [name for name, rest in said if not rest.startswith(NOTICE)] == []


def test_nothing_else_of_the_package_spells_it_out() -> None:
    spelled = {path.name for path, text in texts() if path.is_relative_to(PACKAGE) and "medical device" in text}
    assert spelled == REPEATED_IN


def test_every_page_about_answers_has_it() -> None:
    told = {path.name for path, text in texts() if NOTICE in text}
    pages = {"README.md", "index.md", "predict.md", "explain.md", "serve.md", "page.md", "scale.md", "export.md"}
    assert pages <= told
