"""`scp_statements.csv` of a data folder: which code belongs to which task and class there."""

import csv
from pathlib import Path

from twelvelead.data.statements import STATEMENTS, Statement
from twelvelead.errors import DataError

__all__ = ["STATEMENTS_FILE", "read_statements"]

STATEMENTS_FILE = "scp_statements.csv"
_REQUIRED = ("diagnostic", "form", "rhythm", "diagnostic_class", "diagnostic_subclass")
_DAMAGED = {"1.0AVB", "2.0AVB", "3.0AVB"}
"""What a spreadsheet makes of 1AVB, 2AVB and 3AVB; copies with them are in circulation."""


def read_statements(data_dir: Path) -> tuple[Statement, ...]:
    """The statements of a data folder, in the file's order; PTB-XL's own 71 where it has no file.

    Raises:
        DataError: the file is no table of statements, or went through a spreadsheet.
    """
    path = data_dir / STATEMENTS_FILE
    if not path.is_file():
        return STATEMENTS
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}.") from error
    missing = [name for name in _REQUIRED if not rows or name not in rows[0]]
    if missing:
        raise DataError(f"{path} lacks the column {', '.join(missing)} of PTB-XL's {STATEMENTS_FILE}.")
    statements = tuple(_statement(row, path) for row in rows)
    codes = [statement.code for statement in statements]
    if _DAMAGED & set(codes):
        raise DataError(
            f"{path} went through a spreadsheet (it has {', '.join(sorted(_DAMAGED & set(codes)))}); "
            "AV blocks would lose their label. Use the original file, or none."
        )
    if len(set(codes)) < len(codes):
        raise DataError(f"{path} has a code more than once.")
    return statements


def _statement(row: dict[str | None, str | list[str] | None], path: Path) -> Statement:
    # The first column has no name in PTB-XL's file.
    texts = {
        key: value.strip() if isinstance(value, str) else ""
        for key, value in row.items()
        if key is not None  # cells beyond the last column
    }
    code = next(iter(texts.values()), "")
    if not code:
        raise DataError(f"{path} has a row without a code.")
    return Statement(
        code=code,
        description=texts.get("description", ""),
        diagnostic=_flag(texts["diagnostic"], path),
        form=_flag(texts["form"], path),
        rhythm=_flag(texts["rhythm"], path),
        superclass=texts["diagnostic_class"] or None,
        subclass=texts["diagnostic_subclass"] or None,
        category=texts.get("Statement Category", ""),
        scp_description=texts.get("SCP-ECG Statement Description", ""),
        aha=texts.get("AHA code", ""),
        aecg=texts.get("aECG REFID", ""),
        cdisc=texts.get("CDISC Code", ""),
        dicom=texts.get("DICOM Code", ""),
    )


def _flag(text: str, path: Path) -> bool:
    if text in ("", "0", "0.0"):
        return False
    if text in ("1", "1.0"):
        return True
    raise DataError(f"{path} has {text!r} in a column of flags; allowed are 1.0 and nothing.")
