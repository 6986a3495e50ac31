"""A multipart form: its files and its fields, by the `python_multipart` package, within limits.

It runs where it can be killed, because a form can be made to be slow to take apart.
"""

import re
from dataclasses import dataclass, field

from twelvelead.errors import ConfigError
from twelvelead.formats.recording import printable

__all__ = ["FILE_FIELD", "MOST_FILES", "Form", "UploadedFile", "read_form"]

FILE_FIELD = "file"

MOST_FILES = 16
"""Of one upload: a WFDB record of twelve leads with a file for each, and its header."""

MOST_FIELDS = 16
LARGEST_FIELD = 4096
"""Bytes of a field's value; the names of 256 leads."""

LARGEST_HEAD = 4096
"""Bytes of a part's headers."""


@dataclass(frozen=True)
class UploadedFile:
    """One file as it came."""

    name: str
    """What the client calls it, without folders and unprintable signs: to be shown, never to be a path."""
    content: bytes


@dataclass
class Form:
    """All parts."""

    files: list[UploadedFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


def read_form(content_type: str, body: bytes) -> Form:
    """Take a body apart.

    Args:
        content_type: the request's header.
        body: whole.

    Raises:
        ConfigError: it is no multipart form, is cut, has a part twice, or more or larger parts than allowed.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise ConfigError("the request is no multipart form with a boundary; send the file as its field `file`.")
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise ConfigError("the multipart form is damaged.") from None
    if not parts.ended:
        raise ConfigError("the multipart form is cut short.")
    return parts.form


class _Parts:
    """Gathers what the parser finds."""

    def __init__(self) -> None:
        self.form = Form()
        self.ended = False
        self._head_bytes = 0
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._disposition = b""
        self._pieces: list[bytes] = []

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add_to_header(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add_to_header(1, data[start:end]),
            "on_header_end": self._end_header,
            "on_part_data": lambda data, start, end: self._pieces.append(bytes(data[start:end])),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._head_bytes, self._disposition, self._pieces = 0, b"", []

    def _add_to_header(self, which: int, data: bytes) -> None:
        self._head_bytes += len(data)
        if self._head_bytes > LARGEST_HEAD:
            raise ConfigError(f"a part of the form has more than {LARGEST_HEAD:,} bytes of headers.")
        self._header[which].extend(data)

    def _end_header(self) -> None:
        name, value = map(bytes, self._header)
        self._header = (bytearray(), bytearray())
        if name.lower() == b"content-disposition":
            self._disposition = value

    def _end(self) -> None:
        from python_multipart.multipart import parse_options_header

        _, options = parse_options_header(self._disposition)
        name, content = _text(options.get(b"name", b"")), b"".join(self._pieces)
        if b"filename" in options:
            self._add_file(name, _text(options[b"filename"]), content)
        else:
            self._add_field(name, content)

    def _add_file(self, field_name: str, name: str, content: bytes) -> None:
        if field_name != FILE_FIELD:
            raise ConfigError(
                f"the form has its file in the field {printable(field_name)!r}; allowed is the field {FILE_FIELD!r}: "
                "rename it."
            )
        if len(self.form.files) == MOST_FILES:
            raise ConfigError(f"the form has more than {MOST_FILES} files.")
        self.form.files.append(UploadedFile(_shown_name(name), content))

    def _add_field(self, name: str, content: bytes) -> None:
        if name == FILE_FIELD:
            raise ConfigError(f"the field {FILE_FIELD!r} has no file name; send a file in it.")
        if len(content) > LARGEST_FIELD:
            raise ConfigError(
                f"the field {printable(name)!r} has more than {LARGEST_FIELD:,} bytes; a file must come with its name, "
                f"in the field {FILE_FIELD!r}."
            )
        if name in self.form.fields:
            raise ConfigError(f"the field {printable(name)!r} is there twice.")
        if len(self.form.fields) == MOST_FIELDS:
            raise ConfigError(f"the form has more than {MOST_FIELDS} fields.")
        self.form.fields[name] = _text(content)

    def _finish(self) -> None:
        self.ended = True


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _shown_name(name: str) -> str:
    return printable(re.split(r"[/\\]", name)[-1]) or "ecg"
