"""Typst to PDF: a template with its data and pictures in, the bytes of a PDF out. No LaTeX, no browser, no network.

A template is Typst source that belongs to this package. What it shows comes from `data.json` and from picture files
beside it, and never becomes source: text that looks like Typst code is printed as it stands.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from twelvelead.errors import TwelveleadError, needs_extra

__all__ = ["compile_typst", "query_typst", "read_template"]

MAIN_FILE = "main.typ"
DATA_FILE = "data.json"

_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")


def read_template(name: str) -> str:
    """Source of the package's template of that name, such as `"notebook"`."""
    return (Path(__file__).parent / "templates" / f"{name}.typ").read_text(encoding="utf-8")


def compile_typst(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """Compile a template into a PDF; the same arguments give the same bytes on every machine.

    Only the fonts inside the typst package are used: Libertinus Serif, New Computer Modern, DejaVu Sans Mono.

    Args:
        template: Typst source; reads its text with `json("data.json")` and its pictures by their names in `files`.
        data: what JSON can hold.
        files: contents by file name; a name is letters, digits, `_`, `-` and `.`, without folders.

    Raises:
        TwelveleadError: typst is not installed, a file name is not allowed, or the template does not compile.
    """
    with needs_extra("report"):
        import typst

    with _arguments(template, data, files) as arguments:
        pdf: bytes = typst.compile(**arguments, timestamp=0)
        return pdf


def query_typst(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None, *, label: str) -> Any:
    """What a template says in `metadata` of that label: a value of JSON.

    The other arguments and the errors are those of `compile_typst`.
    """
    with needs_extra("report"):
        import typst

    with _arguments(template, data, files) as arguments:
        return json.loads(typst.query(**arguments, selector=f"<{label}>", field="value", one=True))


@contextmanager
def _arguments(template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None) -> Iterator[dict[str, Any]]:
    """What each of Typst's functions is called with, while the files are there for it to read."""
    contents = {
        **(files or {}),
        MAIN_FILE: template.encode(),
        # Half a surrogate pair can come out of a notebook's JSON but has no UTF-8.
        DATA_FILE: json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"),
    }
    _check_names(files or {})
    with TemporaryDirectory(prefix="twelvelead-") as name:
        # The real path, because Typst refuses what a link leads out of its root.
        folder = Path(name).resolve()
        for file_name, content in contents.items():
            (folder / file_name).write_bytes(content)
        try:
            yield {
                "input": folder / MAIN_FILE,
                "root": folder,  # nothing outside this folder can be read
                "ignore_system_fonts": True,
                "package_path": folder,
                "package_cache_path": folder,
            }
        except RuntimeError as error:  # what `query` raises, and above `TypstError`
            raise TwelveleadError(f"The PDF could not be made: {_sentence(error)}.") from error


def _check_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        if not _FILE_NAME.fullmatch(name) or name in (MAIN_FILE, DATA_FILE):
            raise TwelveleadError(f"{name!r} is no name for a file of a report: letters, digits, _, - and . only.")


def _sentence(error: Exception) -> str:
    """Typst's message in one line, without the temporary folder that it names."""
    text = re.sub(r" \(searched at [^)]*\)", "", str(error))
    return " ".join(text.split()).rstrip(".")
