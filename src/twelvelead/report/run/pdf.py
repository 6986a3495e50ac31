"""A document as PDF, by Typst."""

from collections.abc import Mapping

from twelvelead.report.run.document import Document
from twelvelead.report.typst_pdf import compile_typst, read_template

__all__ = ["render_pdf"]


def render_pdf(document: Document, figures: Mapping[str, bytes]) -> bytes:
    """The PDF; the same arguments give the same bytes.

    Args:
        document: its text is never taken for Typst's.
        figures: SVG by the names of the document's pictures.

    Raises:
        TwelveleadError: typst is not installed.
    """
    files = {f"{picture.name}.svg": figures[picture.name] for picture in document.pictures}
    return compile_typst(read_template("report"), document.to_json(), files)
