import struct
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from twelvelead.errors import DataError
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.history import plot_history
from twelvelead.report.save import figure_bytes, save_figure


def history() -> Figure:
    return plot_history([0.5, 0.4], [0.5, 0.45], kept_epoch=2)


@pytest.mark.parametrize("name, start", [("a.png", b"\x89PNG"), ("a.PDF", b"%PDF"), ("a.svg", b"<?xml")])
def test_the_suffix_names_the_format_and_nothing_else_is_left(tmp_path, name, start):
    path = save_figure(history(), tmp_path / "new" / name)
    assert path.read_bytes().startswith(start)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("file_format", ["png", "pdf", "svg"])
def test_the_same_figure_gives_the_same_bytes(file_format):
    figure = history()
    first = figure_bytes(figure, file_format)
    figure_bytes(figure, "svg")
    assert figure_bytes(figure, file_format) == first
    assert figure_bytes(history(), file_format) == first


def test_no_time_and_no_version_is_written():
    assert b"tEXt" not in figure_bytes(history(), "png")
    for file_format in ("pdf", "svg"):
        content = figure_bytes(history(), file_format).lower()
        assert b"date" not in content and matplotlib.__version__.encode() not in content


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.png.tmp"])
def test_another_suffix_is_refused_and_nothing_written(tmp_path, name):
    with pytest.raises(DataError, match=r"\.png, \.pdf, \.svg"):
        save_figure(history(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = save_figure(history(), tmp_path / "a.png")
    before = path.read_bytes()

    def break_off(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", break_off)
    with pytest.raises(OSError, match="disk full"):
        save_figure(history(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_ecg_paper_keeps_its_size_whatever_the_settings():
    with matplotlib.rc_context({"savefig.bbox": "tight", "figure.autolayout": True}):
        figure = plot_ecg(np.zeros((1000, 12)), 100)
        content = figure_bytes(figure, "png")
    width, height = struct.unpack(">II", content[16:24])  # PNG header: size in pixels
    assert (width, height) == tuple((figure.get_size_inches() * 150).astype(int))


def test_figures_need_no_pyplot_and_change_no_settings():
    code = """
import sys, matplotlib
before = matplotlib.rcParams.copy()
from twelvelead.report import confusion, curves, ecg_paper, ecg_rows, history, save
save.figure_bytes(history.plot_history([1.0], [1.0]), "pdf")
assert "matplotlib.pyplot" not in sys.modules
assert matplotlib.rcParams.copy() == before
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=120)
