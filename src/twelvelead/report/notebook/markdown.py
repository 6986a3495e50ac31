"""Markdown as a tree that a Typst template can render: nested dicts and lists that JSON can hold.

A block is one of

    {"kind": "heading", "level", "children"}    {"kind": "paragraph", "children"}    {"kind": "rule"}
    {"kind": "quote", "blocks"}                 {"kind": "list", "ordered", "start", "tight", "items": [blocks]}
    {"kind": "code", "text", "lang"}            {"kind": "table", "align", "head": [cells], "body": [cells]}

and an inline node, of which `children` and the cells of a table are lists, one of

    {"kind": "text", "text"}    {"kind": "code", "text"}    {"kind": "break"}
    {"kind": "emphasis" | "strong" | "strike", "children"}  {"kind": "link", "url", "children"}
    {"kind": "math", "text", "display", "file", "width", "height", "depth"}, file null where it cannot be drawn
    {"kind": "picture", "file", "alt"}, file null where there is no such picture
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from twelvelead.errors import needs_extra
from twelvelead.report.notebook.html_text import visible_text
from twelvelead.report.notebook.math_picture import draw_math
from twelvelead.report.notebook.pictures import SUFFIXES, Pictures

__all__ = ["MarkdownReader", "Node"]

Node = dict[str, Any]
Token = Mapping[str, Any]

MATH_PT = 10.5
"""Size of letters in formulae: that of the templates' text."""

DEEPEST = 8
"""Nesting beyond it becomes plain text; Typst allows 80 nested calls, of which a level takes up to six."""

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]{1,2000}")
_DATA_ADDRESS = re.compile(r"data:(image/[a-z+]+);base64,(.*)", re.DOTALL)
_NARROW_SPACE = "\u202f"


class MarkdownReader:
    """Turns the Markdown of one document into trees, and its pictures and formulae into files.

    Args:
        pictures: takes the files.
        lang: two-letter language; French gets its spaces before some marks and inside « », and its apostrophes.
    """

    def __init__(self, pictures: Pictures, lang: str = "en") -> None:
        with needs_extra("report"):
            import mistune

        self._parse: Callable[[str], Any] = mistune.create_markdown(
            renderer=None, plugins=["table", "strikethrough", "math"]
        )
        self._pictures = pictures
        self._french = lang == "fr"
        self._attachments: Mapping[str, Any] = {}
        self._block_kinds: dict[str, Callable[[Token, int], list[Node]]] = {
            "heading": self._heading,
            "paragraph": self._paragraph,
            "block_text": self._paragraph,
            "block_quote": self._quote,
            "list": self._list,
            "table": self._table,
            "block_code": _code_block,
            "block_math": self._formula,
            "block_html": self._html,
            "thematic_break": lambda token, depth: [{"kind": "rule"}],
        }

    def blocks(self, text: str, attachments: Mapping[str, Any] | None = None) -> list[Node]:
        """The blocks of a Markdown text.

        Args:
            attachments: a notebook cell's pictures, name -> MIME type -> base64. No other file is ever read, and
                nothing is fetched.
        """
        self._attachments = attachments or {}
        try:
            tokens = self._parse(text)
        except RecursionError:
            return [{"kind": "code", "text": text, "lang": None}]
        return self._blocks(tokens, 0)

    def _blocks(self, tokens: Any, depth: int) -> list[Node]:
        if depth > DEEPEST:
            return [{"kind": "paragraph", "children": _text(" ".join(_raw_texts(tokens)))}]
        found: list[Node] = []
        for token in tokens:
            make = self._block_kinds.get(token["type"])
            if make is not None:
                found += make(token, depth)
        return found

    def _heading(self, token: Token, depth: int) -> list[Node]:
        level = token["attrs"]["level"]
        return [{"kind": "heading", "level": level, "children": self._inline(token["children"], depth)}]

    def _paragraph(self, token: Token, depth: int) -> list[Node]:
        return [{"kind": "paragraph", "children": self._inline(token["children"], depth)}]

    def _quote(self, token: Token, depth: int) -> list[Node]:
        return [{"kind": "quote", "blocks": self._blocks(token["children"], depth + 1)}]

    def _list(self, token: Token, depth: int) -> list[Node]:
        return [
            {
                "kind": "list",
                "ordered": token["attrs"]["ordered"],
                "start": min(token["attrs"].get("start", 1), 10**9),
                "tight": token["tight"],
                "items": [self._blocks(item["children"], depth + 1) for item in token["children"]],
            }
        ]

    def _table(self, token: Token, depth: int) -> list[Node]:
        head, *bodies = token["children"]
        rows = [row["children"] for body in bodies for row in body["children"]]
        return [
            {
                "kind": "table",
                "align": [cell["attrs"].get("align") for cell in head["children"]],
                "head": [[self._inline(cell["children"], depth) for cell in head["children"]]],
                "body": [[self._inline(cell["children"], depth) for cell in row] for row in rows],
            }
        ]

    def _formula(self, token: Token, depth: int) -> list[Node]:
        return [{"kind": "paragraph", "children": [self._math(token["raw"], display=True)]}]

    def _html(self, token: Token, depth: int) -> list[Node]:
        text = visible_text(token["raw"])
        return [{"kind": "paragraph", "children": self._words(text)}] if text else []

    def _inline(self, tokens: Any, depth: int) -> list[Node]:
        if depth > DEEPEST:
            return _text(" ".join(_raw_texts(tokens)))
        return [node for token in tokens for node in self._inline_token(token, depth)]

    def _inline_token(self, token: Token, depth: int) -> list[Node]:
        match token["type"]:
            case "text":
                return self._words(html.unescape(token["raw"]))
            case "emphasis" | "strong" as kind:
                return [{"kind": kind, "children": self._inline(token["children"], depth + 1)}]
            case "strikethrough":
                return [{"kind": "strike", "children": self._inline(token["children"], depth + 1)}]
            case "codespan":
                return [{"kind": "code", "text": html.unescape(token["raw"])}]
            case "inline_math":
                return [self._math(token["raw"], display=False)]
            case "block_math":
                return [self._math(token["raw"], display=True)]
            case "link":
                return self._link(token["attrs"]["url"], self._inline(token["children"], depth + 1))
            case "image":
                return [self._picture(token["attrs"]["url"], " ".join(_raw_texts(token["children"])))]
            case "linebreak":
                return [{"kind": "break"}]
            case "inline_html" if re.fullmatch(r"<br\s*/?>", token["raw"], re.IGNORECASE):
                return [{"kind": "break"}]
            case "softbreak":
                return _text(" ")
        return []

    def _words(self, text: str) -> list[Node]:
        if self._french:
            text = re.sub(r" (?=[:;!?»%])|(?<=«) ", _NARROW_SPACE, text)
            text = re.sub(r"(?<=\w)'(?=\w|$)", "’", text)
        return _text(text)

    def _link(self, url: str, children: list[Node]) -> list[Node]:
        return [{"kind": "link", "url": url, "children": children}] if _LINK.fullmatch(url) and children else children

    def _math(self, formula: str, display: bool) -> Node:
        node: Node = {"kind": "math", "text": formula.strip(), "display": display, "file": None}
        drawing = draw_math(formula, MATH_PT)
        if drawing is not None:
            name = self._pictures.add(drawing.svg, "svg", trusted=True)
            node |= {"file": name, "width": drawing.width_pt, "height": drawing.height_pt, "depth": drawing.depth_pt}
        return node

    def _picture(self, url: str, alt: str) -> Node:
        kind, content = _embedded(url, self._attachments)
        name = self._pictures.add(content, SUFFIXES[kind]) if kind in SUFFIXES else None
        return {"kind": "picture", "file": name, "alt": alt or url[:100]}


def _text(text: str) -> list[Node]:
    return [{"kind": "text", "text": text}] if text else []


def _code_block(token: Token, depth: int) -> list[Node]:
    info = (token.get("attrs") or {}).get("info") or ""
    lang = re.match(r"\w{1,30}", info)
    return [{"kind": "code", "text": token["raw"].rstrip("\n"), "lang": lang and lang[0]}]


def _raw_texts(tokens: Any) -> list[str]:
    """The texts of a tree, whatever its depth."""
    texts, waiting = [], list(reversed(tokens))
    while waiting:
        token = waiting.pop()
        if "raw" in token:
            texts.append(token["raw"])
        waiting += reversed(token.get("children", []))
    return texts


def _embedded(url: str, attachments: Mapping[str, Any]) -> tuple[str, bytes]:
    """MIME type and content of a picture that is part of the notebook; an empty type for any other."""
    kind, encoded = "", ""
    if url.startswith("attachment:"):
        bundle = attachments.get(html.unescape(url.removeprefix("attachment:")))
        if isinstance(bundle, Mapping):
            kind, encoded = next(((k, v) for k, v in bundle.items() if k in SUFFIXES), ("", ""))
    elif match := _DATA_ADDRESS.fullmatch(url):
        kind, encoded = match[1], match[2]
    try:
        return kind, base64.b64decode("".join(encoded))
    except (binascii.Error, TypeError, ValueError):
        return "", b""
