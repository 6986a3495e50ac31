"""A pandas table on paper: columns that do not fit beside each other go below, under their row headers again."""

from twelvelead.report.notebook.html_text import HtmlCell, HtmlTable
from twelvelead.report.notebook.markdown import Node

__all__ = ["frame_nodes"]

WIDTH_PT = 470.0
"""Room for a table: the text width of the templates on A4."""

CHARACTER_PT = 3.9
CELL_PADDING_PT = 9.0
"""Of the templates' table text, on the safe side."""

WIDEST_CELL = 36
"""Characters after which a cell's text is broken into lines."""


def frame_nodes(table: HtmlTable) -> list[Node]:
    """Table nodes as in `markdown`, one or more, and the note below them."""
    table = HtmlTable(_merged(table.head), table.body, table.note)
    rows = [*table.head, *table.body]
    widths = [_width(column) for column in zip(*rows, strict=True)]
    heads = _header_columns(table.body)
    parts = _parts(widths, heads)
    nodes = [_node(table, columns, heads) for columns in parts]
    if table.note:
        nodes.append({"kind": "note", "text": table.note})
    return nodes


def _merged(head: list[list[HtmlCell]]) -> list[list[HtmlCell]]:
    """Two rows as one where they do not compete: pandas puts the index's name below the columns' names."""
    if len(head) != 2 or any(above.text and below.text for above, below in zip(*head, strict=True)):
        return head
    return [[above if above.text else below for above, below in zip(*head, strict=True)]]


def _width(column: tuple[HtmlCell, ...]) -> float:
    return min(max(len(cell.text) for cell in column), WIDEST_CELL) * CHARACTER_PT + CELL_PADDING_PT


def _header_columns(body: list[list[HtmlCell]]) -> int:
    """How many columns on the left head the rows."""
    columns = zip(*body, strict=True)
    count = 0
    for column in columns:
        if not all(cell.header for cell in column):
            break
        count += 1
    return count


def _parts(widths: list[float], heads: int) -> list[list[int]]:
    """Groups of columns, each with the row headers first and within the width, if it can be."""
    fixed = list(range(heads))
    room = WIDTH_PT - sum(widths[:heads])
    parts: list[list[int]] = []
    used = room
    for column in range(heads, len(widths)):
        if used + widths[column] > room:
            parts.append(fixed.copy())
            used = 0.0
        parts[-1].append(column)
        used += widths[column]
    return parts or [fixed]


def _node(table: HtmlTable, columns: list[int], heads: int) -> Node:
    def cells(row: list[HtmlCell], bold: bool) -> list[list[Node]]:
        return [_cell(row[column].text, bold or column < heads) for column in columns]

    return {
        "kind": "table",
        "align": ["left" if column < heads else "right" for column in columns],
        "head": [cells(row, True) for row in table.head],
        "body": [cells(row, False) for row in table.body],
    }


def _cell(text: str, bold: bool) -> list[Node]:
    node = {"kind": "text", "text": text}
    return [{"kind": "strong", "children": [node]}] if bold and text else [node]
