import struct
import zlib

import pytest

from twelvelead.report.history import plot_history
from twelvelead.report.notebook.pictures import Pictures
from twelvelead.report.save import figure_bytes

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def test_the_same_picture_is_one_file():
    pictures = Pictures()
    png = figure_bytes(plot_history([1.0], [1.0]))
    assert [pictures.add(png, "png"), pictures.add(SVG, "svg"), pictures.add(png, "png")] == [
        "picture-1.png",
        "picture-2.svg",
        "picture-1.png",
    ]
    assert list(pictures.files.values()) == [png, SVG]


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"", "png"),
        (b"no picture", "png"),
        (b"no picture", "svg"),
        (b"<svg", "svg"),
        (figure_bytes(plot_history([1.0], [1.0]))[:500], "png"),
        (png_that_claims(60_000, 60_000), "png"),
        (SVG, "png"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_no_file(content, suffix):
    pictures = Pictures()
    assert pictures.add(content, suffix) is None
    assert pictures.add(content, suffix) is None
    assert not pictures.files
