"""A figure inside a page."""

import re

from twelvelead.report.confusion import plot_confusion_matrices
from twelvelead.report.curves import plot_roc
from twelvelead.report.run.inline_svg import inline_svg
from twelvelead.report.save import figure_bytes


def drawn(paper: bool = False) -> str:
    import numpy as np

    points = np.array([0.0, 1.0])
    return inline_svg(figure_bytes(plot_roc(["<MI>"], [points], [points], [0.5]), "svg"), "f1", '5 > 4 "', paper)


def test_names_inside_are_the_figures_own_and_lead_somewhere():
    svg = drawn()
    names = re.findall(r'\bid="([^"]+)"', svg)
    assert names and all(name.startswith("f1-") for name in names)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(names)


def test_nothing_leaks_out_of_it():
    svg = drawn()
    assert "<style" not in svg and "<metadata" not in svg and "<!--" not in svg
    assert 'role="img"' in svg and 'aria-label="5 &gt; 4 &quot;"' in svg


def test_colours_follow_the_theme_but_not_on_paper():
    assert "var(--series-1)" in drawn() and "#0072b2" not in drawn()
    assert "var(--" not in drawn(paper=True) and "#0072b2" in drawn(paper=True)


def test_confusion_matrices_are_drawn_not_photographed():
    import numpy as np

    svg = inline_svg(figure_bytes(plot_confusion_matrices(np.ones((1, 2, 2), int), ["MI"]), "svg"), "f1", "")
    assert "<image" not in svg
