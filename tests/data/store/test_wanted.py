"""The table read without pandas against pandas."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from twelvelead.data.metadata import database_digest, read_database
from twelvelead.data.store.wanted import _plain_table, wanted_records
from twelvelead.errors import DataError

TEXT = (
    "ecg_id,patient_id,scp_codes,report,strat_fold,filename_lr,filename_hr\n"
    '7,1.0,"{\'NORM\': 100.0, \'SR\': 0.0}","a ""b"",\nc",3,records100/00000/00007_lr,records500/00000/00007_hr\n'
    "3,,{'MI': 0},é,4,records100/00000/00003_lr,records500/00000/00003_hr\n"
)
SIGNS = "0123456789.+-eExXnNaA\"',;# \t\r\n\0\x0b\x1c\x85é\ufeff"


@pytest.mark.parametrize("record", ["00007", "00003"])
def test_a_quote_that_is_never_closed_loses_no_record(folder, record):
    content = TEXT.replace(f"records500/00000/{record}", f'"records500/00000/{record}').encode()
    assert _plain_table(content, "filename_lr") is None
    (folder / "ptbxl_database.csv").write_bytes(content)
    with pytest.raises(DataError):
        wanted_records(folder, 100)


def check_against_pandas(folder, text):
    """Whether the text was read without pandas; then pandas has the same in it."""
    content = text.encode(errors="surrogateescape")
    found = _plain_table(content, "filename_lr")
    if found is not None:
        (folder / "ptbxl_database.csv").write_bytes(content)
        names = read_database(folder)["filename_lr"]
        assert list(found.items()) == list(zip(names.index.tolist(), names.tolist()))
    return found is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("table")


@pytest.mark.parametrize("change", [lambda t: t, lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n")])
def test_ptbxls_table_needs_no_pandas(folder, change):
    assert check_against_pandas(folder, change(TEXT))


@given(st.integers(0, len(TEXT) - 1), st.text(SIGNS, max_size=3), st.integers(0, 3))
@example(TEXT.index("\n7") + 1, "0x", 0)
@example(TEXT.index("\n7") + 1, '"', 0)
@example(len(TEXT) - 1, "\n\n", 0)
@example(TEXT.index("records500/00000/00007"), '"', 0)
@example(TEXT.index("records500/00000/00003"), '"', 0)
@settings(max_examples=300, deadline=None)
def test_a_changed_table_is_left_to_pandas_or_read_as_pandas_reads_it(folder, position, text, removed):
    check_against_pandas(folder, TEXT[:position] + text + TEXT[position + removed :])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7,", "\n7.0,"),
        ("\n7,", "\n,"),
        ("\n7,", "\n3,"),
        ("\n7,", "\n-7,"),
        ("\n7,", "\n1234567890123456,"),
        ("records100/00000/00007_lr", ""),
        ("records100/00000/00007_lr", "NA"),
        ("strat_fold", "fold"),
        ("report", "filename_lr"),
        ("é", "\udcff"),
        (",records500/00000/00007_hr", ""),
    ],
)
def test_what_leaves_a_doubt_is_left_to_pandas(folder, old, new):
    assert old in TEXT
    assert not check_against_pandas(folder, TEXT.replace(old, new))


def test_a_table_that_pandas_must_read_gives_the_same_and_its_errors(small):
    path = small.folder / "ptbxl_database.csv"
    quick = wanted_records(small.folder, 100)
    assert quick[1] == database_digest(small.folder)
    path.write_text(path.read_text().replace("\n7,", "\n7.0,"))
    assert wanted_records(small.folder, 100)[0] == quick[0]
    path.write_text(path.read_text().replace("\n7.0,", "\n7.5,"))
    with pytest.raises(DataError, match="not a whole number"):
        wanted_records(small.folder, 100)


def test_preparing_imports_no_pandas(small):
    code = (
        "import sys; from twelvelead.cli import main; "
        f"codes = [main(['prepare', {str(small.folder)!r}]) for _ in range(2)]; "
        "print(codes, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[0, 0] False"
