"""A figure's SVG as part of a page: no names that clash, no styles that leak, colours that follow the page's theme."""

import re
from xml.etree import ElementTree

from twelvelead.report.style import BLACK, COLOURS, GREY

__all__ = ["COLOUR_NAMES", "inline_svg"]

COLOUR_NAMES = {
    BLACK: "--ink",
    "#ffffff": "--page",
    GREY.lower(): "--quiet",
    "#b0b0b0": "--grid",
    "#cccccc": "--rule",
    **{colour.lower(): f"--series-{number}" for number, colour in enumerate(COLOURS, 1)},
}
"""Colours of figures, and the page's variables that stand for them."""

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_DROPPED = (f"{_SVG}metadata", f"{_SVG}style")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_REFERENCE = re.compile(r"#([\w.-]+)")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")

ElementTree.register_namespace("", _SVG[1:-1])


def inline_svg(svg: bytes, name: str, description: str, paper: bool = False) -> str:
    """The SVG element to put into a page.

    Args:
        svg: as `figure_bytes` makes it.
        name: unique on the page; begins the names inside.
        description: read out to who cannot see it.
        paper: keep the colours as they are.
    """
    root = ElementTree.fromstring(svg)
    used = _used_names(root)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _DROPPED:
                parent.remove(child)
    for element in root.iter():
        element.text = element.tail = None  # all text is drawn as paths
        element.attrib.update(_attributes(element, f"{name}-", used, paper))
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib.update({"role": "img", "aria-label": description, "class": "figure paper" if paper else "figure"})
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def _used_names(root: ElementTree.Element) -> set[str]:
    return {
        name
        for element in root.iter()
        for key, value in element.attrib.items()
        if key == _LINK or "url(#" in value
        for name in _REFERENCE.findall(value)
    }


def _attributes(element: ElementTree.Element, prefix: str, used: set[str], paper: bool) -> dict[str, str]:
    found = dict(element.attrib)
    element.attrib.clear()
    changed = {}
    for key, value in found.items():
        if key == "id":
            if value in used:
                changed[key] = prefix + value
        elif key == _LINK:
            changed["href"] = value.replace("#", f"#{prefix}", 1)
        elif "url(#" in value:
            changed[key] = value.replace("url(#", f"url(#{prefix}")
        elif key in ("d", "x", "y"):
            changed[key] = _shortened(value)
        else:
            changed[key] = value if paper else _COLOUR.sub(_variable, value)
    return changed


def _shortened(numbers: str) -> str:
    """Two decimals: a hundredth of a point is finer than any screen or printer."""
    short = _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), numbers)
    return " ".join(short.split())


def _variable(found: re.Match[str]) -> str:
    name = COLOUR_NAMES.get(found[0].lower())
    return f"var({name})" if name else found[0]
