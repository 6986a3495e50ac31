"""The table of statements against the counts that PTB-XL's documentation gives."""

import csv
import io

from twelvelead.data.statements import STATEMENTS, statements_csv


def test_there_are_71_statements_of_three_kinds():
    assert len(STATEMENTS) == len({s.code for s in STATEMENTS}) == 71
    assert sum(s.diagnostic for s in STATEMENTS) == 44
    assert sum(s.form for s in STATEMENTS) == 19
    assert sum(s.rhythm for s in STATEMENTS) == 12
    assert {s.code for s in STATEMENTS if s.diagnostic and s.form} == {
        "NDT",
        "NST_",
        "DIG",
        "LNGQT",
    }


def test_diagnostic_statements_have_one_of_5_superclasses_and_23_subclasses():
    diagnostic = [s for s in STATEMENTS if s.diagnostic]
    assert {s.superclass for s in diagnostic} == {"NORM", "MI", "STTC", "CD", "HYP"}
    assert len({s.subclass for s in diagnostic}) == 23
    assert all(s.superclass is None and s.subclass is None for s in STATEMENTS if not s.diagnostic)


def test_csv_has_the_official_columns_and_flags():
    header, *rows = csv.reader(io.StringIO(statements_csv()))
    assert header == [
        "", "description", "diagnostic", "form", "rhythm", "diagnostic_class",
        "diagnostic_subclass", "Statement Category", "SCP-ECG Statement Description",
        "AHA code", "aECG REFID", "CDISC Code", "DICOM Code",
    ]  # fmt: skip
    assert rows[0][:5] == ["NDT", "non-diagnostic T abnormalities", "1.0", "1.0", ""]
    assert rows[0][5:7] == ["STTC", "STTC"]
    assert [row[0] for row in rows] == [s.code for s in STATEMENTS]


def test_av_blocks_keep_their_codes():
    """A spreadsheet turns 1AVB into 1.0AVB; copies of the file with that error are about."""
    assert {"1AVB", "2AVB", "3AVB"} <= {s.code for s in STATEMENTS}
