"""A document as PDF, by Typst."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from twelvelead.report.run.document import Block, Document, Gallery, Picture
from twelvelead.report.run.pages import Piece, picture_shares
from twelvelead.report.typst_pdf import compile_typst, query_typst, read_template

__all__ = ["render_pdf"]


def render_pdf(document: Document, figures: Mapping[str, bytes]) -> bytes:
    """The PDF; the same arguments give the same bytes.

    Everything is measured first, so that pictures can be drawn a little smaller where that fills the pages.

    Args:
        document: its text is never taken for Typst's.
        figures: SVG by the names of the document's pictures.

    Raises:
        TwelveleadError: typst is not installed.
    """
    template = read_template("report")
    files = {f"{picture.name}.svg": figures[picture.name] for picture in document.pictures}
    found = query_typst(template, {**document.to_json(), "measure": True}, files, label="layout")
    shares = picture_shares([Piece(**piece) for piece in found["pieces"]], found["height"])
    fitted = _fitted(document, shares)
    return compile_typst(template, {**fitted.to_json(), "measure": False}, files)


def _fitted(document: Document, shares: Sequence[float]) -> Document:
    """The document with its pictures in these sizes, one for each of the template's pieces."""
    of_piece = iter(shares[1:])  # the front is first
    sections = []
    for section in document.sections:
        next(of_piece)  # the heading
        sections.append(replace(section, blocks=tuple(_sized(block, next(of_piece)) for block in section.blocks)))
    return replace(document, sections=tuple(sections))


def _sized(block: Block, share: float) -> Block:
    if isinstance(block, Gallery):
        return Gallery(tuple(replace(picture, width=share * picture.width) for picture in block.pictures))
    return replace(block, width=share * block.width) if isinstance(block, Picture) else block
