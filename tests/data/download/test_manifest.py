"""The list of checksums: what is taken, what is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.data.download.manifest import parse_manifest
from twelvelead.data.download.rules import MANIFEST_LARGEST, choose, largest_bytes, usual_sizes
from twelvelead.errors import DataError

SUM = "0123456789abcdef" * 4
RECORD = "records100/00000/00001_lr.dat"


@pytest.mark.parametrize(
    "line",
    [
        f"{SUM} {RECORD}\n", f"{SUM}  {RECORD}\n", f"{SUM}  {RECORD}", f"{SUM} *{RECORD}\r\n", f"{SUM}\t./{RECORD}\n",
        f"\n\n{SUM.upper()} {RECORD}\n\n",
    ],
)  # fmt: skip
def test_the_forms_that_tools_write(line):
    assert parse_manifest(line.encode(), "here") == {RECORD: SUM}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../x", "leads outside"), ("a/../../x", "leads outside"), ("/etc/x", "leads outside"), ("a\\..\\x", "sign"),
        ("C:x", "sign"), ("a\0b", "sign"), ("a//b", "plain form"), ("a/./b", "plain form"), ("a/", "plain form"),
        ("a\x1b[2Jb", "plain form"), ("a\u202eb", "plain form"), ("a/" * 200 + "b", "401 letters"),
        ("..", "leads outside"), (".//x", "leads outside"),
    ],
)  # fmt: skip
def test_hostile_paths(path, reason):
    good = f"{SUM} {RECORD}\n"
    with pytest.raises(DataError, match=rf"^SHA256SUMS.txt of here, line 2, is refused: .*{reason}") as error:
        parse_manifest(f"{good}{SUM} {path}\n".encode(), "here")
    assert str(error.value).isprintable()


def test_what_is_no_list():
    with pytest.raises(DataError, match=r"line 2, is refused: path .* stands there twice"):
        parse_manifest(f"{SUM} {RECORD}\n{SUM} ./{RECORD}\n".encode(), "here")
    with pytest.raises(DataError, match="has 33,554,433 bytes; allowed are 33,554,432"):
        parse_manifest(bytes(MANIFEST_LARGEST + 1), "here")
    with pytest.raises(DataError, match="is no text"):
        parse_manifest(b"\xff", "here")
    with pytest.raises(DataError, match="lists no file"):
        parse_manifest(b"\n", "here")


paths = st.text(alphabet="ab./\\:\0\n\r ~é\x1b01_lrhdt", max_size=20) | st.text(max_size=20)
sums = st.just(SUM) | st.text(alphabet="0123456789abcdefgG", min_size=62, max_size=66)
lists = st.lists(st.tuples(sums, st.sampled_from([" ", "  ", " *", "\t", ""]), paths), max_size=4).map(
    lambda lines: "\n".join("".join(line) for line in lines).encode("utf-8", "surrogatepass")
)


@given(lists | st.binary(max_size=200))
def test_anything_gives_plain_paths_or_an_error(content):
    try:
        found = parse_manifest(content, "here")
    except DataError as error:
        assert str(error).startswith("SHA256SUMS.txt of here") and str(error).endswith(".")
        return
    assert found
    for path, digest in found.items():
        assert re.fullmatch("[0-9a-f]{64}", digest)
        assert path.isprintable() and not set("\\:\0\n") & set(path)
        assert not {"", ".", ".."} & set(path.split("/"))


@given(st.dictionaries(st.from_regex(r"records(100|500)/\d{4,6}/\d{5}_(lr|hr)\.(dat|hea|x)\n?") | paths, st.just(SUM)))
def test_only_paths_of_the_layout_are_chosen(listed):
    listed |= {"ptbxl_database.csv": SUM, RECORD: SUM}
    chosen = list(choose(listed, (100,), "here"))
    assert chosen[-1] == "ptbxl_database.csv" and RECORD in chosen
    known = (
        r"records100/[0-9]{5}/[0-9]{5}_lr\.(dat|hea)|ptbxl_database.csv|scp_statements.csv|LICENSE.txt|simulated.json"
    )
    assert all(re.fullmatch(known, path) for path in chosen)


def test_sizes():
    records = [f"records{rate}/00000/{i:05d}_{kind}" for i in range(9) for rate, kind in ((100, "lr"), (500, "hr"))]
    paths = ["ptbxl_database.csv", *(f"{record}.{suffix}" for record in records for suffix in ("hea", "dat"))]
    sizes = usual_sizes(paths)
    assert sizes[RECORD] == 24_000 and sizes["records500/00000/00001_hr.dat"] == 120_000
    assert sizes["ptbxl_database.csv"] == 9 * 300
    assert all(size < largest_bytes(path) <= 64 * 2**20 for path, size in sizes.items())
    assert largest_bytes("SHA256SUMS.txt") == MANIFEST_LARGEST
