"""A notebook with its outputs as a PDF to hand in: prose, code and every output, in their order."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from twelvelead.report.notebook.frame_table import frame_nodes
from twelvelead.report.notebook.html_text import read_table
from twelvelead.report.notebook.markdown import MarkdownReader, Node
from twelvelead.report.notebook.pictures import SUFFIXES, Pictures
from twelvelead.report.notebook.terminal_text import plain_text, shortened
from twelvelead.report.typst_pdf import compile_typst, read_template

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["notebook_pdf"]

WORDS = {
    "en": {
        "untitled": "Notebook",
        "left_out": "[… {count} lines are left out here …]",
        "no_picture": "picture that cannot be shown",
        "figure": "Figure drawn by cell",
    },
    "fr": {
        "untitled": "Notebook",
        "left_out": "[… {count} lignes ne sont pas reproduites ici …]",
        "no_picture": "image qui ne peut pas être affichée",
        "figure": "Figure tracée par la cellule",
    },
}


def notebook_pdf(notebook: "NotebookNode") -> bytes:
    """Typeset a notebook on A4; the same notebook gives the same bytes.

    The title is the first heading; language and authors come from the notebook's metadata, `lang` (such as "fr")
    and `authors` (a list of {"name": ...}). Pictures are those inside the notebook; no file is read, nothing fetched.

    Raises:
        TwelveleadError: the `report` extra is not installed.
    """
    converter = _Converter(notebook.metadata)
    cells = [converter.cell(cell) for cell in notebook.cells]
    title = next(filter(None, map(_first_heading, cells)), converter.words["untitled"])
    data = {
        "title": title,
        "authors": _authors(notebook.metadata),
        "lang": converter.lang,
        "words": converter.words,
        "cells": [cell for cell in cells if cell is not None],
    }
    return compile_typst(read_template("notebook"), data, converter.pictures.files)


class _Converter:
    """Turns cells into nodes; what it shows beside text goes into `pictures`."""

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        lang = str(metadata.get("lang", "en")).lower()[:2]
        self.lang = lang if lang.isascii() and lang.isalpha() and len(lang) == 2 else "en"
        self.words = WORDS.get(self.lang, WORDS["en"])
        self.pictures = Pictures()
        self._markdown = MarkdownReader(self.pictures, self.lang)

    def cell(self, cell: Any) -> Node | None:
        """The node of a cell; None for one without content."""
        if not cell.source.strip() and not cell.get("outputs"):
            return None
        if cell.cell_type == "markdown":
            return {"kind": "prose", "blocks": self._markdown.blocks(cell.source, cell.get("attachments"))}
        if cell.cell_type == "raw":
            return {"kind": "prose", "blocks": [{"kind": "code", "text": plain_text(cell.source), "lang": None}]}
        return {
            "kind": "code",
            "number": cell.get("execution_count"),
            "source": plain_text(cell.source.strip("\n")),
            "outputs": [node for output in _joined(cell.outputs) for node in self._output(output)],
        }

    def _output(self, output: Any) -> list[Node]:
        match output.output_type:
            case "stream":
                return self._text(output.text, output.name)
            case "error":
                trace = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
                return self._text(trace, "error")
        return self._bundle(output.data)

    def _bundle(self, data: Mapping[str, Any]) -> list[Node]:
        """The richest form of a result that paper can show."""
        for kind, suffix in SUFFIXES.items():
            if kind in data:
                name = self.pictures.add(_picture_bytes(kind, data[kind]), suffix)
                if name is not None:
                    return [{"kind": "picture", "file": name}]
        if "text/markdown" in data:
            return [{"kind": "prose", "blocks": self._markdown.blocks(str(data["text/markdown"]))}]
        table = read_table(str(data["text/html"])) if "text/html" in data else None
        if table is not None:
            return frame_nodes(table)
        if "text/latex" in data:
            return [{"kind": "prose", "blocks": self._markdown.blocks(str(data["text/latex"]))}]
        if "text/plain" in data:
            return self._text(str(data["text/plain"]), "result")
        return self._text(f"[{self.words['no_picture']}]", "result") if data else []

    def _text(self, text: str, tone: str) -> list[Node]:
        plain = shortened(plain_text(text), self.words["left_out"])
        return [{"kind": "text", "tone": tone, "text": plain}] if plain.strip() else []


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """The outputs, with pieces of one stream that follow each other as one piece."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and last.output_type == output.output_type == "stream" and last.name == output.name:
            joined[-1] = type(last)({**last, "text": last.text + output.text})
        else:
            joined.append(output)
    return joined


def _picture_bytes(kind: str, value: Any) -> bytes:
    text = "".join(value)
    if kind == "image/svg+xml":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _first_heading(cell: Node | None) -> str | None:
    if cell is None or cell["kind"] != "prose":
        return None
    headings = (block for block in cell["blocks"] if block["kind"] == "heading")
    return next((_inline_text(heading["children"]).strip() for heading in headings), None)


def _inline_text(nodes: list[Node]) -> str:
    return "".join(node.get("text", "") or _inline_text(node.get("children", [])) for node in nodes)


def _authors(metadata: Mapping[str, Any]) -> list[str]:
    listed = metadata.get("authors", [])
    names = [author.get("name") for author in listed if isinstance(author, Mapping)] if isinstance(listed, list) else []
    return [re.sub(r"\s+", " ", name) for name in names if isinstance(name, str) and name.strip()]
