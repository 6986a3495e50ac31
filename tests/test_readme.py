"""The README's claims that a machine can check: the file tree, the commands, the first command's place."""

import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
README = (REPO / "README.md").read_text(encoding="utf-8")


def tree() -> dict[str, str]:
    block = re.search(r"```\n(src/twelvelead/\n.*?)```", README, re.DOTALL)
    assert block
    lines = block[1].splitlines()[1:]
    inside = [line.split()[0] for line in lines if line.startswith("  ")]
    outside = [line.split()[0] for line in lines if not line.startswith("  ")]
    return {**dict.fromkeys(inside, "src/twelvelead"), **dict.fromkeys(outside, ".")}


def test_the_file_tree_is_the_real_one() -> None:
    listed = tree()
    for name, parent in listed.items():
        assert (REPO / parent / name).exists(), name
    package = REPO / "src" / "twelvelead"
    real = {p.name + "/" * p.is_dir() for p in package.iterdir() if p.name not in ("__pycache__", "py.typed")}
    assert real == {name for name, parent in listed.items() if parent == "src/twelvelead"}


def test_the_first_command_comes_early() -> None:
    before = README.split("make demo")[0]
    assert len(before.splitlines()) < 25


def test_every_command_in_it_exists() -> None:
    from twelvelead.cli_commands import app

    used = set(re.findall(r"^twelvelead (\w+)", README, re.MULTILINE))
    assert used <= set(app)


def test_the_changelog_knows_this_version() -> None:
    import twelvelead

    assert f"## {twelvelead.__version__}" in (REPO / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_citation_and_the_package_say_the_same() -> None:
    import yaml

    import twelvelead

    citation = yaml.safe_load((REPO / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == twelvelead.__version__
    assert citation["license"] == "Apache-2.0" and citation["title"] == "twelvelead"


def test_measured_parts_are_filled_in() -> None:
    for name, word in (("demo", "macro"), ("benchmark", "prediction")):
        part = README.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]
        assert word in part
