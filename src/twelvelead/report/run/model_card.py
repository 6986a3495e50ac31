"""A model card in Markdown, from the same document as the report.

Its parts are those of Mitchell et al., "Model Cards for Model Reporting", FAT* 2019 (doi:10.1145/3287560.3287596).
"""

import re

from twelvelead.report.run.document import Code, Document, Facts, Headline, Notice, Paragraph, Section, Table
from twelvelead.report.run.markdown_writer import Markdown, blocks_as_markdown, escape_markdown
from twelvelead.report.run.material import Material
from twelvelead.report.run.sections.cautions import warnings_of
from twelvelead.report.run.sections.words import class_meaning

__all__ = ["render_model_card"]

TEMPLATE = "model_card.md.jinja"


def render_model_card(document: Document, material: Material) -> str:
    """The card; the same arguments give the same text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("twelvelead.report", "templates"),
        finalize=escape_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown: `finalize` escapes
    )
    task = str(material.protocol.get("task", ""))
    meanings = {name: class_meaning(task, name) for name in material.classes}

    def section(anchor: str, *kinds: type) -> Markdown:
        return _section(document.section(anchor), kinds or (Table, Facts, Notice, Headline))

    text = environment.get_template(TEMPLATE).render(
        document=document,
        summary=blocks_as_markdown([document.summary]),
        material=material,
        protocol=material.protocol,
        meanings=meanings,
        warnings=warnings_of(material),
        section=section,
        Code=Code,
        Facts=Facts,
        Paragraph=Paragraph,
        Table=Table,
    )
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _section(section: Section | None, kinds: tuple[type, ...]) -> Markdown:
    return blocks_as_markdown([block for block in section.blocks if isinstance(block, kinds)] if section else [])
