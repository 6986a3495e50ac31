"""What a report consists of, before it is a page: sections of paragraphs, tables, figures and numbers, all plain text.

The same document becomes HTML, PDF and Markdown, so the three cannot say different things. Whatever stands in it is
text: each renderer escapes it in its own way.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any, Literal

__all__ = [
    "Block",
    "Cell",
    "Code",
    "Column",
    "Document",
    "Facts",
    "Gallery",
    "Headline",
    "Notice",
    "Number",
    "Paragraph",
    "Picture",
    "Section",
    "Span",
    "Table",
    "numbered",
    "plain",
]


@dataclass(frozen=True)
class Span:
    """A piece of running text."""

    text: str
    href: str = ""
    """Where it leads; "" for nowhere."""
    code: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    text: str
    detail: str = ""
    """A second, quieter line: an interval, a count."""
    href: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    kind: Literal["text", "number", "prose"] = "number"
    """Numbers are set flush right, prose may wrap."""
    share: float = 1.0
    """Of the width that the other columns leave, for prose."""


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    spans: tuple[Span, ...]
    quiet: bool = False
    """A note: smaller."""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row is the row's name."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summary_rows: int = 0
    """So many rows at the end are sums or means of those above."""
    note: str = ""
    number: int = 0
    """Tables and pictures are counted through the document, each for itself."""
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A figure, by the name under which the renderer is given it."""

    name: str
    caption: str
    description: str
    """What it shows, for who cannot see it."""
    paper: bool = False
    """Keeps its own colours on any page."""
    width: float = 1.0
    """Share of the text's width."""
    number: int = 0
    kind: str = "picture"


@dataclass(frozen=True)
class Gallery:
    """Two pictures side by side where there is room."""

    pictures: tuple[Picture, ...]
    kind: str = "gallery"


@dataclass(frozen=True)
class Number:
    """A number to see first."""

    label: str
    value: str
    interval: str = ""
    note: str = ""


@dataclass(frozen=True)
class Headline:
    """The numbers to see first; the first ones are the largest."""

    main: tuple[Number, ...]
    more: tuple[Number, ...]
    kind: str = "headline"


@dataclass(frozen=True)
class Notice:
    """What a reader has to know before believing a number."""

    title: str
    items: tuple[str, ...]
    grave: bool = True
    kind: str = "notice"


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    rows: tuple[tuple[str, Cell], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Code:
    """Lines to type."""

    text: str
    kind: str = "code"


Block = Paragraph | Table | Picture | Gallery | Headline | Notice | Facts | Code


@dataclass(frozen=True)
class Section:
    """A part of the report with a heading of its own."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole report."""

    title: str
    subtitle: str
    summary: Paragraph
    research_only: str
    sections: tuple[Section, ...]
    footer: str
    facts: Facts = field(default_factory=lambda: Facts(()))
    """Below the title: what a reader wants to know at a glance."""

    @property
    def pictures(self) -> list[Picture]:
        """Every picture, in the order of reading."""
        found: list[Picture] = []
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Gallery):
                    found += block.pictures
                elif isinstance(block, Picture):
                    found.append(block)
        return found

    def section(self, anchor: str) -> Section | None:
        """The section of that anchor, where the report has it."""
        return next((section for section in self.sections if section.anchor == anchor), None)

    def to_json(self) -> dict[str, Any]:
        """What JSON can hold, for a template in another language."""
        return asdict(self)


def numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections with their tables and pictures counted from 1."""
    tables, pictures = count(1), count(1)

    def with_number(block: Block) -> Block:
        if isinstance(block, Table):
            return replace(block, number=next(tables))
        if isinstance(block, Picture):
            return replace(block, number=next(pictures))
        if isinstance(block, Gallery):
            return Gallery(tuple(replace(picture, number=next(pictures)) for picture in block.pictures))
        return block

    return tuple(replace(s, blocks=tuple(with_number(block) for block in s.blocks)) for s in sections)


def plain(*pieces: str | Span, quiet: bool = False) -> Paragraph:
    """A paragraph of words and spans."""
    return Paragraph(tuple(_as_spans(pieces)), quiet)


def _as_spans(pieces: Sequence[str | Span]) -> list[Span]:
    return [Span(piece) if isinstance(piece, str) else piece for piece in pieces]
