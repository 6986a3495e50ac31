import pytest

from twelvelead.report.notebook.terminal_text import MAX_LINES, plain_text, shortened


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[31mred\x1b[0m é", "red é"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07", "link"),
        (" 10%\r 50%\r100%\nend", "100%\nend"),
        ("10%\r100%\r\nend\r", "100%\nend"),
        ("a\tb", "a       b"),
        ("a\0\x08\x7fb", "ab"),
        ("\x1b(B\x1b", ""),
        ("one\n\n\n", "one"),
    ],
)
def test_what_a_terminal_would_show(given, shown):
    assert plain_text(given) == shown


def test_a_long_text_loses_its_middle_and_says_so():
    text = "\n".join(map(str, range(5000)))
    lines = shortened(text, "[{count} left out]").split("\n")
    assert len(lines) == MAX_LINES + 1
    assert (lines[0], lines[-1]) == ("0", "4999")
    assert f"[{5000 - MAX_LINES} left out]" in lines
    assert shortened("short\ntext", "no") == "short\ntext"


def test_a_long_line_loses_its_end():
    assert len(shortened("x" * 10**6, "")) < 10**4
