import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twelvelead.report.history import plot_history
from twelvelead.report.notebook.markdown import MarkdownReader
from twelvelead.report.notebook.pictures import Pictures
from twelvelead.report.save import figure_bytes
from twelvelead.report.typst_pdf import compile_typst, read_template

PNG = base64.b64encode(figure_bytes(plot_history([1.0], [1.0]))).decode()
WORDS = {"no_picture": "no picture", "figure": "Figure"}


def blocks(text, lang="en", **attachments):
    bundles = {name.replace("_", "."): {"image/png": content} for name, content in attachments.items()}
    return MarkdownReader(Pictures(), lang).blocks(text, bundles)


def text_of(nodes):
    return "".join(node.get("text", "") + text_of(node.get("children", [])) for node in nodes)


def compiled(text):
    pictures = Pictures()
    prose = {"kind": "prose", "blocks": MarkdownReader(pictures, "fr").blocks(text)}
    data = {"title": "t", "authors": [], "lang": "fr", "words": WORDS, "cells": [prose]}
    return compile_typst(read_template("notebook"), data, pictures.files)


def test_every_kind_of_block():
    lists = "- a\n- b\n\n3. c"
    table = "| a | b |\n|:-:|--:|\n| 1 | 2 |"
    found = blocks(f"# Title\n\ntext\n\n> quote\n\n{lists}\n\n```python\nx = 1\n```\n\n{table}\n\n---\n")
    assert [b["kind"] for b in found] == ["heading", "paragraph", "quote", "list", "list", "code", "table", "rule"]
    assert found[4]["start"] == 3 and found[4]["ordered"]
    assert (found[5]["lang"], found[5]["text"]) == ("python", "x = 1")
    assert found[6]["align"] == ["center", "right"]


def test_every_kind_of_inline_text():
    (paragraph,) = blocks(
        "a *b* **c** ~~d~~ `e &amp; <f>` [g](https://h) $x^2$ &eacute; \\* &lt;i&gt;  \nj<br>k <b>l</b>"
    )
    kinds = [node["kind"] for node in paragraph["children"] if node["kind"] != "text"]
    assert kinds == ["emphasis", "strong", "strike", "code", "link", "math", "break", "break"]
    assert "é * <i>" in text_of(paragraph["children"])
    assert text_of(paragraph["children"]).endswith("k l")


@pytest.mark.parametrize(
    ("text", "display"), [("$x$", False), ("$$x$$", True), ("$$\nx\n$$", True), ("a $$x$$ b", True)]
)
def test_math_is_drawn(text, display):
    (paragraph,) = blocks(text)
    (node,) = (node for node in paragraph["children"] if node["kind"] == "math")
    assert node["file"] and node["display"] is display and node["height"] > 0


def test_math_that_cannot_be_drawn_stays_readable():
    (paragraph,) = blocks(r"$\begin{cases}1\end{cases}$")
    (node,) = paragraph["children"]
    assert node["file"] is None and node["text"] == r"\begin{cases}1\end{cases}"


def test_money_is_no_math():
    (paragraph,) = blocks("It costs $5 and then $6.")
    assert text_of(paragraph["children"]) == "It costs $5 and then $6."


def test_french_gets_its_apostrophes():
    assert text_of(blocks("l'onde d'*un* 'mot' `l'a`", "fr")[0]["children"]) == "l’onde d’un 'mot' l'a"


def test_french_gets_its_spaces_and_other_languages_do_not():
    text = "Vrai ? « Oui » : 5 % ; `a : b`"
    assert text_of(blocks(text, "fr")[0]["children"]) == "Vrai\u202f? «\u202fOui\u202f»\u202f: 5\u202f%\u202f; a : b"
    assert text_of(blocks(text, "en")[0]["children"]) == "Vrai ? « Oui » : 5 % ; a : b"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "#x", "", "https://a\x00b", "x.html"])
def test_only_web_addresses_are_links(url):
    (paragraph,) = blocks(f"[text](<{url}>)")
    assert "link" not in [node["kind"] for node in paragraph["children"]]


def test_pictures_inside_the_notebook_are_taken():
    (paragraph,) = blocks("![alt](attachment:a.png)", a_png=PNG)
    assert paragraph["children"] == [{"kind": "picture", "file": "picture-1.png", "alt": "alt"}]
    (paragraph,) = blocks(f"![alt](data:image/png;base64,{PNG})")
    assert paragraph["children"][0]["file"] == "picture-1.png"


@pytest.mark.parametrize(
    "url",
    [
        "../../etc/passwd.png",
        "/etc/passwd",
        "https://example.org/a.png",
        "attachment:../a.png",
        "attachment:no.png",
        "attachment:a.png/..",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,é",
        "data:text/html;base64,AAAA",
    ],
)
def test_no_other_picture_is_ever_looked_for(url):
    (paragraph,) = blocks(f"![alt](<{url}>)", a_png="not base64 é")
    assert [node["file"] for node in paragraph["children"] if node["kind"] == "picture"] == [None]


@pytest.mark.parametrize("text", ["> " * 300 + "deep", "*a **b " * 200, "- " * 100 + "deep", "[" * 3000, "`" * 999])
def test_deep_nesting_is_flattened_and_compiles(text):
    assert compiled(text).startswith(b"%PDF")


PIECES = [
    "#",
    "*",
    "_",
    "`",
    "$",
    "|",
    "\n",
    "- ",
    "> ",
    "1. ",
    "<b>",
    "[a](b)",
    "![",
    "](",
    "\\",
    "é",
    "x",
    " ",
    "```",
    "$$",
]


@settings(max_examples=30, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)))
def test_any_text_compiles(text):
    assert compiled(text).startswith(b"%PDF")
