"""Each row of the table in `docs/formats.md` happens as it says there."""

import re
from pathlib import Path

import pytest

from formats.bad_input import BAD
from twelvelead import formats
from twelvelead.errors import FormatError

DOCS = Path(__file__).resolve().parents[2] / "docs" / "formats.md"


def rows() -> dict[str, str]:
    """What is put in, and the words of the error, from the table of bad input."""
    table = DOCS.read_text(encoding="utf-8").split("| what is put in |")[1]
    found = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    return {name: words for name, words in found if not name.startswith("---")}


def test_the_table_and_the_tests_are_the_same_rows():
    assert list(rows()) == list(BAD)


@pytest.mark.parametrize("row", BAD)
def test_bad_input(tmp_path, row):
    source, options = BAD[row](tmp_path)
    with pytest.raises(FormatError) as caught:
        formats.read(source, **options)
    message = str(caught.value)
    pattern = ".*".join(re.escape(words) for words in rows()[row].split("..."))
    assert re.search(pattern, message), message
    assert message.endswith(".") and "\n" not in message and len(message) < 700
