"""Whether an ONNX file wants to read other files, from its bytes alone.

A tensor of an ONNX file may have its values elsewhere, in a file (or, for ONNX Runtime, at an address) that the file
names. Nobody's file gets to choose what is read here, so such a one is refused before anything interprets it. This
walks the file's messages by their field numbers (onnx.proto3, github.com/onnx/onnx) and looks at nothing else.
"""

from collections.abc import Iterator

from twelvelead.errors import CheckpointError

__all__ = ["has_external_data"]

_TENSOR, _SPARSE, _ATTRIBUTE, _NODE, _GRAPH, _FUNCTION, _TRAINING, _MODEL = range(8)

_INSIDE = {
    _MODEL: {7: _GRAPH, 20: _TRAINING, 25: _FUNCTION},
    _TRAINING: {1: _GRAPH, 2: _GRAPH},
    _FUNCTION: {7: _NODE, 11: _ATTRIBUTE},
    _GRAPH: {1: _NODE, 5: _TENSOR, 15: _SPARSE},
    _NODE: {5: _ATTRIBUTE},
    _ATTRIBUTE: {5: _TENSOR, 6: _GRAPH, 10: _TENSOR, 11: _GRAPH, 22: _SPARSE, 23: _SPARSE},
    _SPARSE: {1: _TENSOR, 2: _TENSOR},
}
"""By message: the fields that hold messages in which a tensor can be, and which message it is."""

_EXTERNAL = (13, 14)
"""A tensor's fields `external_data` and `data_location`."""

_DEEPEST = 64
_FIXED = {1: 8, 5: 4}
_VARINT, _BYTES = 0, 2


def has_external_data(content: bytes, source: str) -> bool:
    """Whether a tensor of the ONNX file has its values elsewhere.

    Args:
        content: the file.
        source: its name.

    Raises:
        CheckpointError: it is no ONNX file, or nested deeper than any of ours.
    """
    try:
        return _external(memoryview(content), _MODEL, 0)
    except (LookupError, ValueError):
        raise CheckpointError(f"{source} is no ONNX file; give one that `twelvelead export` wrote.") from None


def _external(message: memoryview, kind: int, depth: int) -> bool:
    if depth > _DEEPEST:
        raise ValueError
    inside = _INSIDE.get(kind, {})
    for field, value in _fields(message):
        if kind == _TENSOR and field in _EXTERNAL:
            # A location of 0 says that the values are here.
            if value != 0:
                return True
        elif field in inside:
            if not isinstance(value, memoryview):
                raise ValueError
            if _external(value, inside[field], depth + 1):
                return True
    return False


def _fields(message: memoryview) -> Iterator[tuple[int, "memoryview | int"]]:
    """Field numbers and values of a message; of numbers of a fixed size the value is left at 0."""
    place = 0
    while place < len(message):
        key, place = _number(message, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = _number(message, place)
            yield key >> 3, value
        elif kind == _BYTES:
            length, place = _number(message, place)
            if length > len(message) - place:
                raise ValueError
            yield key >> 3, message[place : place + length]
            place += length
        else:
            place += _FIXED[kind]
            yield key >> 3, 0


def _number(message: memoryview, place: int) -> tuple[int, int]:
    """A number of variable length, and where the next field begins."""
    value = 0
    for shift in range(0, 70, 7):
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError
