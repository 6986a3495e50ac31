"""XML of unknown origin: bytes in, element tree out, with nothing of XML that ECG files do not need.

No entities, no document type with content, nothing fetched; depth and number of elements are bounded. A document type
that only names an external file, as GE MUSE writes it, is passed over.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from twelvelead.errors import FormatError
from twelvelead.formats.contract import Source
from twelvelead.formats.limits import LARGEST_XML
from twelvelead.formats.recording import printable

__all__ = ["child", "children", "descendants", "has_root", "parse_xml", "text_at"]

DEEPEST = 64
"""Levels; aECG reaches 14."""

MOST_ELEMENTS = 500_000
"""Each takes about a quarter of a kilobyte; a MUSE file has 3,000."""

_ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def has_root(head: bytes, *names: str) -> bool:
    """Whether a file's first bytes are XML whose root element has one of these names, in any name space."""
    encoding = next((name for mark, name in _ENCODINGS if head.startswith(mark)), "latin-1")
    text = head.decode(encoding, "replace").lstrip("\ufeff\xef\xbb\xbf \t\r\n")
    text = re.sub(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", "", text, flags=re.DOTALL)
    found = re.match(r"\s*<(?:[\w.-]+:)?([\w.-]+)[\s/>]", text)
    return bool(found) and found is not None and found[1] in names


def parse_xml(source: Source) -> Element:
    """The root of a file's tree; names are without their name space.

    Raises:
        FormatError: it is no XML, or uses what is refused here.
    """
    data = source.content(LARGEST_XML)
    builder = _Builder(source.name)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.entity
    parser.SkippedEntityHandler = builder.entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
        return builder.tree.close()
    except FormatError:
        raise
    except expat.ExpatError as error:
        raise FormatError(f"{source.name}: is no well-formed XML: {printable(str(error))}.") from error
    except (LookupError, ValueError, AssertionError) as error:  # an unknown encoding, or one that is none for text
        raise FormatError(f"{source.name}: its XML cannot be decoded: {printable(str(error))}.") from error


class _Builder:
    """Builds the tree and counts what it builds."""

    def __init__(self, source: str) -> None:
        self.tree = TreeBuilder()
        self._source = source
        self._depth = 0
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1 + len(attributes)
        if self._depth > DEEPEST:
            raise FormatError(f"{self._source}: XML of more than {DEEPEST} levels is no ECG.")
        if self._count > MOST_ELEMENTS:
            raise FormatError(
                f"{self._source}: XML of more than {MOST_ELEMENTS:,} elements is no ECG that is read here."
            )
        self.tree.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_local(name))

    def doctype(self, name: str, system: str | None, public: str | None, has_content: int) -> None:
        if has_content:
            raise FormatError(f"{self._source}: XML with a document type of its own is refused; remove the DOCTYPE.")

    def entity(self, name: str, *_: object) -> None:
        raise FormatError(f"{self._source}: XML with an entity of its own ({printable(name)}) is refused.")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children of that name."""
    return (item for item in element if item.tag == name)


def child(element: Element, *path: str) -> Element | None:
    """The first element down a path of names, or None."""
    for name in path:
        found = next(children(element, name), None)
        if found is None:
            return None
        element = found
    return element


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All elements of that name at any depth, in the file's order."""
    return element.iter(name)


def text_at(element: Element, *path: str) -> str:
    """The stripped text down a path of names; empty if there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""
