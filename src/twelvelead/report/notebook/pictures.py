"""The picture files of one document: named by number, the same picture once, none that would stop the compiler."""

from io import BytesIO

from twelvelead.errors import TwelveleadError
from twelvelead.report.typst_pdf import compile_typst

__all__ = ["SUFFIXES", "Pictures"]

SUFFIXES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
"""File suffix by MIME type, in the order of preference: drawings before pixels."""

MAX_PIXELS = 60_000_000
"""Of one picture; 15 x 12 in at 500 dpi has 45 million. A small file can claim billions, which fill the memory."""


class Pictures:
    """Collects the pictures of a document; `files` is what `compile_typst` takes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[tuple[bytes, str], str | None] = {}

    def add(self, content: bytes, suffix: str, *, trusted: bool = False) -> str | None:
        """Take a picture in; returns its file name, or None if it cannot be shown.

        Args:
            content: the picture file.
            suffix: one of `SUFFIXES`' values; never part of a name from outside.
            trusted: it was drawn here, so it need not be tried.
        """
        key = (content, suffix)
        if key not in self._names:
            usable = trusted or _usable(content, suffix)
            self._names[key] = f"picture-{len(self.files) + 1}.{suffix}" if usable else None
        name = self._names[key]
        if name is not None:
            self.files[name] = content
        return name


def _usable(content: bytes, suffix: str) -> bool:
    if suffix != "svg" and not _moderate(content):
        return False
    name = f"picture.{suffix}"
    try:
        compile_typst(f'#set page(width: auto, height: auto)\n#image("{name}")', {}, {name: content})
    except TwelveleadError:
        return False
    return True


def _moderate(content: bytes) -> bool:
    """Whether the picture's header claims a size that fits into memory; reads no pixels."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as picture:
                return picture.width * picture.height <= MAX_PIXELS
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False
