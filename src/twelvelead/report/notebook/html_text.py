"""The little of HTML that notebooks hold: tables of pandas, and tags strewn into text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["HtmlCell", "HtmlTable", "read_table", "visible_text"]

MAX_COLUMNS = 500
MAX_ROWS = 2000

_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"})


@dataclass(frozen=True)
class HtmlCell:
    """Text of a cell, and whether it heads its row or column."""

    text: str = ""
    header: bool = False


@dataclass
class HtmlTable:
    """A table as a grid: every row has the same number of cells; spanned cells are empty."""

    head: list[list[HtmlCell]] = field(default_factory=list)
    body: list[list[HtmlCell]] = field(default_factory=list)
    note: str = ""
    """Text that follows the table, such as pandas' "5 rows × 28 columns"."""


def visible_text(html: str) -> str:
    """What a reader would see of it, without layout."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _tidy(reader.outside)


def read_table(html: str) -> HtmlTable | None:
    """The table, if there is exactly one that is neither empty nor too large."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    grid = _grid([row for row in reader.rows if row][: MAX_ROWS + 1])
    if reader.tables != 1 or not grid or len(grid) > MAX_ROWS or len(grid[0]) > MAX_COLUMNS:
        return None
    head = next((i for i, row in enumerate(grid) if not all(cell.header for cell in row)), 0)
    return HtmlTable(grid[:head], grid[head:], _tidy(reader.outside))


Covered = dict[int, tuple[int, bool]]
"""Column -> rows that a cell above still covers, and whether it is a header."""


def _grid(rows: list[list["_Spanning"]]) -> list[list[HtmlCell]]:
    grid: list[list[HtmlCell]] = []
    covered: Covered = {}
    for row in rows:
        line, covered = _line(row, covered)
        grid.append(line)
    columns = max(map(len, grid), default=0)
    return [line + [HtmlCell()] * (columns - len(line)) for line in grid]


def _line(row: list["_Spanning"], covered: Covered) -> tuple[list[HtmlCell], Covered]:
    """The cells of a row between those that rows above cover, and what is covered in the next row."""
    line: list[HtmlCell] = []
    below: Covered = {}
    for cell in [*row, None]:
        while (column := len(line)) in covered:
            rows, header = covered[column]
            line.append(HtmlCell("", header))
            if rows > 1:
                below[column] = (rows - 1, header)
        if cell is None:
            break
        for i in range(min(cell.columns, MAX_COLUMNS + 1 - len(line))):
            if cell.rows > 1:
                below[len(line)] = (cell.rows - 1, cell.header)
            line.append(HtmlCell("" if i else cell.text, cell.header))
    return line, below


@dataclass(frozen=True)
class _Spanning:
    text: str
    header: bool
    columns: int
    rows: int


def _tidy(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables = 0
        self.rows: list[list[_Spanning]] = []
        self.outside: list[str] = []
        self._cell: list[str] | None = None
        self._header = False
        self._spans = (1, 1)
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self.tables += 1
        elif tag == "tr":
            self._end_cell()
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._end_cell()
            self._cell, self._header = [], tag == "th"
            self._spans = (_span(dict(attrs).get("colspan")), _span(dict(attrs).get("rowspan")))
        if tag in _BREAKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            (self.outside if self._cell is None else self._cell).append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1].append(_Spanning(" ".join("".join(self._cell).split()), self._header, *self._spans))
        self._cell = None


def _span(value: str | None) -> int:
    try:
        return max(1, min(int(value or 1), MAX_ROWS))
    except ValueError:
        return 1
