import pytest

from twelvelead.data.statement_file import read_statements
from twelvelead.data.statements import STATEMENTS, statements_csv
from twelvelead.errors import DataError


def write(folder, text, encoding="utf-8"):
    (folder / "scp_statements.csv").write_text(text, encoding=encoding, newline="")
    return folder


def test_without_a_file_ptbxls_own_statements_hold(tmp_path):
    assert read_statements(tmp_path) is STATEMENTS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_file_gives_the_same_statements(tmp_path, encoding, end):
    assert read_statements(write(tmp_path, statements_csv().replace("\n", end), encoding)) == STATEMENTS


def test_the_file_holds_and_not_the_table(tmp_path):
    lines = statements_csv().splitlines()
    text = "\n".join([lines[0], "NORM,a,1,,,HYP,LVH,,,,,,", "OWN,b,,1.0,0,,"])
    own = read_statements(write(tmp_path, text))
    assert [(s.code, s.diagnostic, s.form, s.rhythm, s.superclass) for s in own] == [
        ("NORM", True, False, False, "HYP"),
        ("OWN", False, True, False, None),
    ]


def test_cells_beyond_the_last_column_are_ignored(tmp_path):
    header, rows = statements_csv().split("\n", 1)
    assert read_statements(write(tmp_path, header + "\n" + rows.replace("\n", ",,\n"))) == STATEMENTS


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.replace("\n1AVB", "\n1.0AVB"), r"went through a spreadsheet \(it has 1\.0AVB\)"),
        (lambda t: t.replace("diagnostic_class", "class"), "lacks the column diagnostic_class"),
        (lambda t: "", "lacks the column diagnostic, form"),
        (lambda t: t.replace("\nIMI,", "\nNORM,"), "a code more than once"),
        (lambda t: t.replace("\nIMI,", "\n,"), "a row without a code"),
        (lambda t: t.replace("normal ECG,1.0", "normal ECG,yes"), "'yes' in a column of flags"),
        (lambda t: t + '"', "cannot be read"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        read_statements(write(tmp_path, change(statements_csv())))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_statements(write(tmp_path, "ü", "latin-1"))


def test_the_file_of_ptbxl_is_the_table_of_the_library(ptbxl_dir):
    assert sorted(read_statements(ptbxl_dir), key=lambda s: s.code) == sorted(STATEMENTS, key=lambda s: s.code)
