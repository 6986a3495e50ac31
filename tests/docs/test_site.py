"""What the site is built from: the list of pages, the generated reference, and the files that pages point to."""

import re
import sys
from pathlib import Path

import pytest

import twelvelead
from docs.snippets import REPO
from twelvelead import assignment, errors
from twelvelead.cli_commands import COMMANDS

sys.path.insert(0, str(REPO / "tools" / "docs"))
import prepare


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    prepare.prepare(folder)
    return folder


def test_every_page_is_in_the_list_and_every_listed_page_is_there(site: Path) -> None:
    pages = {path.name for path in (site / "pages").glob("*.md")}
    config = (site / "zensical.toml").read_text(encoding="utf-8")
    assert {found[1] for found in prepare.PAGE.finditer(config)} == pages
    with pytest.raises(SystemExit, match=r"new\.md is in docs/ and not in"):
        prepare.listed({"new.md"})


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = (site / "pages" / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^::: [\w.]*\.(\w+)$", text, re.MULTILINE)
    assert {*twelvelead.__all__, *assignment.__all__} - {"__version__"} <= set(listed)
    for name in re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE):
        home, _, last = name.rpartition(".")
        assert not isinstance(getattr(sys.modules[home], last), type(sys)), f"{name} is a module"


def test_every_command_and_error_is_in_the_reference(site: Path) -> None:
    commands = (site / "pages" / "commands.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"\n## {name}\n\n```text\nUsage: twelvelead {name} " in commands
    messages = (site / "pages" / "errors.md").read_text(encoding="utf-8")
    for name in errors.__all__:
        assert not name.endswith("Error") or name in messages
    assert "| network … has no option …; allowed are …. | ConfigError | models/registry.py |" in messages


@pytest.mark.parametrize("page", sorted((REPO / "docs").glob("*.md")), ids=lambda page: page.name)
def test_files_of_the_package_that_a_page_names_exist(page: Path) -> None:
    package = REPO / "src" / "twelvelead"
    text = page.read_text(encoding="utf-8")
    added = set(re.findall(r"<!-- file: (\S+) -->", text))
    for name in set(re.findall(r"`((?:src/twelvelead/)?[a-z_]+/[\w/]*\.py)`", text)) - added:
        assert (package / name.removeprefix("src/twelvelead/")).exists() or (REPO / name).exists(), name


def test_every_link_of_a_page_points_to_a_page_or_file_of_the_site(site: Path) -> None:
    pages = site / "pages"
    links = [
        (page.name, found[1])
        for page in pages.glob("*.md")
        for found in re.finditer(r"\]\(([^)\s#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in found[1]
    ]
    assert len(links) > 20
    outside = [link for link in links if not (pages / link[1]).resolve().is_relative_to(pages.resolve())]
    missing = [link for link in links if not (pages / link[1]).exists()]
    assert (outside, missing) == ([], [])
