"""Blocks of a document as Markdown; whatever text they hold comes out as text."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from twelvelead.report.run.document import Block, Cell, Code, Facts, Headline, Notice, Paragraph, Table

__all__ = ["Markdown", "blocks_as_markdown", "escape_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def escape_markdown(value: object) -> str:
    """A value as Markdown that shows it as it is, in one line; `Markdown` is left alone."""
    if isinstance(value, Markdown):
        return value
    return _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))


def blocks_as_markdown(blocks: Sequence[Block]) -> Markdown:
    """The blocks one below the other; pictures are left out."""
    texts = [_RENDERERS[block.kind](block) for block in blocks if block.kind in _RENDERERS]
    return Markdown("\n\n".join(text for text in texts if text))


def _paragraph(block: Paragraph) -> str:
    words = []
    for span in block.spans:
        # Blanks at the ends stay outside of the marks, where they are read as blanks.
        text = re.sub(r"(?<=\S)\s+$", " ", span.text)
        lead, tail = " " * text.startswith(" "), " " * text.endswith(" ")
        inner = escape_markdown(text)
        inner = f"**{inner}**" if span.strong else inner
        words.append(lead + (f"[{inner}]({span.href})" if span.href else inner) + tail)
    return "".join(words).strip()


def _table(block: Table) -> str:
    head = [column.title for column in block.columns]
    marks = ["---:" if column.kind == "number" else "---" for column in block.columns]
    lines = [_line([escape_markdown(title) for title in head]), _line(marks)]
    lines += [_line([_cell(cell) for cell in row]) for row in block.rows]
    note = f"\n\n{escape_markdown(block.note)}" if block.note else ""
    return f"**{escape_markdown(block.caption)}**\n\n" + "\n".join(lines) + note


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = escape_markdown(cell.text)
    if cell.strong and text:
        text = f"**{text}**"
    detail = escape_markdown(cell.detail)
    if text and detail and cell.detail[0] not in "[±":
        detail = f"({detail})"
    return f"{text} {detail}".strip()


def _facts(block: Facts) -> str:
    return "\n".join(f"- {escape_markdown(name)}: {_cell(cell)}" for name, cell in block.rows)


def _notice(block: Notice) -> str:
    return "\n".join(f"- {escape_markdown(item)}" for item in block.items)


def _headline(block: Headline) -> str:
    numbers = (*block.main, *block.more)
    rows = [_line([escape_markdown(part) for part in (n.label, n.value, n.interval, n.note)]) for n in numbers]
    return "\n".join([_line(["", "value", "95 % interval", ""]), _line(["---", "---:", "---", "---"]), *rows])


def _code(block: Code) -> str:
    longest = max((len(run) for run in re.findall(r"`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{block.text}\n{fence}"


_RENDERERS: dict[str, Callable[[Any], str]] = {
    "paragraph": _paragraph,
    "table": _table,
    "facts": _facts,
    "notice": _notice,
    "headline": _headline,
    "code": _code,
}
