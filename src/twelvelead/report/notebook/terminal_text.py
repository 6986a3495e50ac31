"""What a terminal would have left on its screen: programs' output without colours and progress bars."""

import re

__all__ = ["plain_text", "shortened"]

MAX_LINES = 1000
KEPT_AT_THE_END = 100
"""So many lines of a long output are printed, about ten pages, of them so many from its end."""

MAX_LINE_CHARACTERS = 5000

TAB_COLUMNS = 8

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor movements
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # operating system commands: titles, links
    r"|\x1b[ -/]*[0-~]?"  # all other escapes
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_text(text: str) -> str:
    """The text without escape sequences; of a line that overwrote itself, its last state; tabs as spaces."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    last = (line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return "\n".join(_CONTROLS.sub("", line.expandtabs(TAB_COLUMNS)) for line in last).rstrip()


def shortened(text: str, notice: str) -> str:
    """The text without the middle of very many lines and without the end of very long ones.

    Args:
        notice: stands for what is left out; `{count}` in it becomes the number of lines.
    """
    lines = [
        line if len(line) <= MAX_LINE_CHARACTERS else line[:MAX_LINE_CHARACTERS] + " …" for line in text.split("\n")
    ]
    left_out = len(lines) - MAX_LINES
    if left_out > 0:
        lines[MAX_LINES - KEPT_AT_THE_END : -KEPT_AT_THE_END] = [notice.format(count=left_out)]
    return "\n".join(lines)
