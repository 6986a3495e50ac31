"""Figures as files: the same figure gives the same bytes, and no reader meets half a file."""

from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from twelvelead.errors import DataError
from twelvelead.files import atomic_path

__all__ = ["figure_bytes", "save_figure"]

PIXELS_PER_INCH = 150
"""Resolution of PNG files: a 1 mm square of ECG paper is 6 pixels wide."""

_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "svg": {"Date": None, "Creator": None},
}
"""By file format, what matplotlib would write into it about the time and its own version."""


def figure_bytes(figure: Figure, file_format: str = "png") -> bytes:
    """The figure as the contents of a PNG, PDF or SVG file, its size kept exactly.

    Its axes are given their places for good, because matplotlib's automatic layout would move them
    a little with each drawing; so add nothing to a figure that has been saved.

    Raises:
        DataError: another format.
    """
    if file_format not in _METADATA:
        raise DataError(f"Figures are saved as {_suffixes()}; {file_format!r} is none of them.")
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    buffer = BytesIO()
    settings = matplotlib.rc_context(
        {
            "savefig.bbox": "standard",  # "tight" would change the size
            "pdf.fonttype": 42,  # TrueType, which publishers ask for; the default is Type 3
            "svg.fonttype": "path",  # the same look on a machine without the font
            "svg.hashsalt": "twelvelead",  # without it, identifiers are drawn by chance
        }
    )
    with settings:
        figure.savefig(
            buffer,
            format=file_format,
            dpi=PIXELS_PER_INCH,
            metadata=_METADATA[file_format],
        )
    return buffer.getvalue()


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Write the figure in the format that the path's suffix names; returns the path.

    Raises:
        DataError: the suffix is not .png, .pdf or .svg (in any case).
    """
    path = Path(path)
    file_format = path.suffix.lower().removeprefix(".")
    if file_format not in _METADATA:
        raise DataError(f"{path}: figures are saved as {_suffixes()}; change the file's suffix.")
    content = figure_bytes(figure, file_format)
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)
    return path


def _suffixes() -> str:
    return ", ".join(f".{name}" for name in _METADATA)
