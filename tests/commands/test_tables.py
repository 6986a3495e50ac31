"""Plain text tables."""

from twelvelead.commands.tables import format_problems, format_table
from twelvelead.data.store.index import Entry


def test_columns_line_up_and_missing_values_read_na() -> None:
    text = format_table(["class", "AUC"], [["NORM", 0.5], ["a longer one", None]])
    assert text.splitlines() == [
        "class            AUC",
        "--------------------",
        "NORM          0.5000",
        "a longer one     N/A",
    ]


def test_problems_name_record_file_and_reason_and_count_the_rest() -> None:
    problems = [Entry(i, -1, "left out", "truncated", f"r/{i}", "", 0, 0, 0, 0) for i in range(12)]
    lines = format_problems(problems).splitlines()
    assert lines[2].split() == ["0", "r/0", "left", "out", "truncated"]
    assert lines[-1] == "... and 2 more"
    assert len(lines) == 13
