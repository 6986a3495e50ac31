"""A document as one self-contained HTML page: no script, nothing loaded from anywhere, light and dark."""

from collections.abc import Mapping

from twelvelead.report.run.document import Document, Picture
from twelvelead.report.run.inline_svg import inline_svg

__all__ = ["render_html"]

TEMPLATE = "report.html.jinja"
STYLES = "report.css"


def render_html(document: Document, figures: Mapping[str, bytes]) -> str:
    """The page; the same arguments give the same text.

    Args:
        document: its text is escaped, whatever it holds.
        figures: SVG by the names of the document's pictures.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("twelvelead.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    numbers = {picture.name: number for number, picture in enumerate(document.pictures, 1)}

    def svg(picture: Picture) -> Markup:
        name = f"f{numbers[picture.name]}"
        return Markup(inline_svg(figures[picture.name], name, picture.description, picture.paper))

    styles = Markup(loader.get_source(environment, STYLES)[0])
    page = environment.get_template(TEMPLATE).render(document=document, svg=svg, styles=styles)
    return page.rstrip() + "\n"
