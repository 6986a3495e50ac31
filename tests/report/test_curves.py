import numpy as np
import pytest

from twelvelead.errors import DataError
from twelvelead.report.curves import plot_precision_recall, plot_roc
from twelvelead.report.save import figure_bytes

X, Y = np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.9, 1.0])
NOTHING = np.array([])


def legend(figure) -> list[str]:
    (found,) = figure.legends or [figure.axes[0].get_legend()]
    return [text.get_text() for text in found.get_texts()]


def drawn(figure) -> list[str]:
    """Labels of the curves; matplotlib gives reference lines labels that begin with "_"."""
    labels = [line.get_label() for line in figure.axes[0].lines]
    return [label for label in labels if not label.startswith("_")]


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_roc_draws_defined_classes_and_names_all(missing):
    figure = plot_roc(["NORM", "HYP"], [X, NOTHING], [Y, NOTHING], [0.9, missing])
    assert legend(figure) == ["NORM  AUC 0.900", "HYP  AUC N/A"]
    assert drawn(figure) == ["NORM  AUC 0.900"]
    np.testing.assert_array_equal(figure.axes[0].lines[-1].get_xydata(), np.c_[X, Y])


def test_precision_recall_draws_defined_classes_and_their_prevalence():
    names = ["NORM", "HYP"]
    figure = plot_precision_recall(names, [X, NOTHING], [Y, NOTHING], [0.8, None], [0.4, 0.0])
    assert legend(figure) == [
        "NORM  AP 0.800  (prevalence 0.400)",
        "HYP  AP N/A  (prevalence 0.000)",
    ]
    curve, prevalence = figure.axes[0].lines
    np.testing.assert_array_equal(curve.get_xydata(), np.c_[X, Y])
    assert list(prevalence.get_ydata()) == [0.4, 0.4]


@pytest.mark.parametrize("classes", [1, 8, 24, 71])
def test_the_legend_stays_inside_the_figure(classes):
    names = [f"CLASS{number}" for number in range(classes)]
    xs, ys, scores = [X] * classes, [Y] * classes, [0.9] * classes
    for figure in (
        plot_roc(names, xs, ys, scores),
        plot_precision_recall(names, xs, ys, scores, scores),
    ):
        figure_bytes(figure)  # places everything
        (box,) = figure.legends or [figure.axes[0].get_legend()]
        outer, inner = figure.bbox, box.get_window_extent()
        assert outer.x0 <= inner.x0 and inner.x1 <= outer.x1
        assert outer.y0 <= inner.y0 and inner.y1 <= outer.y1


def test_no_two_of_24_curves_look_alike():
    figure = plot_roc([str(number) for number in range(24)], [X] * 24, [Y] * 24, [0.9] * 24)
    looks = {(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines[1:]}
    assert len(looks) == 24


@pytest.mark.parametrize(
    "names, xs, ys, scores",
    [
        ([], [], [], []),
        (["A"], [X, X], [Y], [0.9]),
        (["A"], [X], [Y], []),
        (["A"], [X], [Y[:2]], [0.9]),
    ],
)
def test_lists_that_do_not_fit_are_refused(names, xs, ys, scores):
    with pytest.raises(DataError):
        plot_roc(names, xs, ys, scores)
    with pytest.raises(DataError):
        plot_precision_recall(names, xs, ys, scores, [0.1] * len(names))


def test_one_prevalence_per_class():
    with pytest.raises(DataError, match="prevalences"):
        plot_precision_recall(["A"], [X], [Y], [0.9], [])
