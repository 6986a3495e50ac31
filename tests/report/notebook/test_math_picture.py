import pytest

from twelvelead.report.notebook.math_picture import draw_math


@pytest.mark.parametrize("formula", [r"\frac{1}{1+e^{-x}}", r"\sum_{i=1}^{N} \hat{p}_i \log y_i", r"\mathbb{R}", "é"])
def test_common_formulae_are_drawn_the_same_each_time(formula):
    first = draw_math(formula, 10.5)
    assert first is not None and b"<svg" in first.svg and b"<path" in first.svg
    assert 0 <= first.depth_pt < first.height_pt and first.width_pt > 1
    assert draw_math(formula, 10.5) == first


@pytest.mark.parametrize(
    "formula",
    ["", " ", r"\begin{cases}a\end{cases}", r"\frac{", "{" * 5000, "x" * 5000, "日本", "$", r"\hspace{99999999}", "\\"],
)
def test_what_cannot_be_drawn_is_none(formula):
    assert draw_math(formula, 10.5) is None
