"""Colours stand where the attribution is, opacity grows with it, and bars are the leads' shares."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from report.ecg_figure import RATE_HZ, texts
from twelvelead.errors import ConfigError, DataError
from twelvelead.leads import LEADS
from twelvelead.notice import NOTICE
from twelvelead.report.attribution import plot_attribution
from twelvelead.report.ecg_layout import LAYOUTS
from twelvelead.report.ecg_paper import plot_ecg
from twelvelead.report.style import BLUE, ORANGE


def shades(figure: Figure) -> dict[str, LineCollection]:
    """The shade of each lead's last piece."""
    found = [c for c in figure.axes[0].collections if (c.get_gid() or "").startswith("shade trace ")]
    return {shade.get_gid().removeprefix("shade trace "): shade for shade in found}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sample_has_its_colour_behind_it(signal: np.ndarray, layout: str) -> None:
    attribution = np.zeros_like(signal)
    attribution[[990, 995], 11] = [2.0, -1.0]  # V6's last piece has the end in every layout
    figure = plot_attribution(signal, RATE_HZ, attribution, "MI", layout=layout)
    colours = shades(figure)["V6"].get_colors()
    shown = {number: colour for number, colour in enumerate(colours[::-1], start=1) if colour[3] > 0}
    assert set(shown) == {10, 5}
    assert tuple(shown[10][:3]) == to_rgb(ORANGE) and tuple(shown[5][:3]) == to_rgb(BLUE)
    assert shown[10][3] == pytest.approx(2 * shown[5][3])
    middle = shades(figure)["V6"].get_segments()[-10][1]
    np.testing.assert_allclose(middle, [9.90, signal[990, 11]])
    others = [shade for lead, shade in shades(figure).items() if lead != "V6"]
    assert len(others) == 11 and all((shade.get_colors()[:, 3] == 0).all() for shade in others)


def test_columns_are_found_by_name(signal: np.ndarray) -> None:
    attribution = np.zeros_like(signal)
    attribution[:, 0] = 1.0
    figure = plot_attribution(signal, RATE_HZ, attribution, "MI", leads=LEADS[::-1])
    strong = {lead for lead, shade in shades(figure).items() if (shade.get_colors()[:, 3] > 0).any()}
    assert strong == {"V6"}
    assert "100 %" in texts(figure)


def test_shares_and_scale_are_written(signal: np.ndarray) -> None:
    attribution = np.zeros_like(signal)
    attribution[:, 1], attribution[:500, 6] = 0.03, -0.02
    words = texts(plot_attribution(signal, RATE_HZ, attribution, "MI", unit="logits a sample", footer="MI 90 %"))
    assert {"75 %", "25 %", "−0.03", "0.03", "MI 90 %", NOTICE} <= set(words)
    assert any("Orange: speaks for MI, blue: against it (logits a sample;" in text for text in words)


def test_one_column_is_behind_all_leads_and_has_no_shares(signal: np.ndarray) -> None:
    attribution = np.linspace(0, 1, 1000)[:, None]
    figure = plot_attribution(signal, RATE_HZ, attribution, "MI", layout="12x1")
    opacities = [shade.get_colors()[:, 3] for shade in shades(figure).values()]
    assert len(opacities) == 12 and all((one == opacities[0]).all() for one in opacities)
    assert not any("%" in text and text[0].isdigit() for text in texts(figure))
    assert any("of all leads together" in text for text in texts(figure))


@pytest.mark.parametrize("samples", [200, 1000])
@pytest.mark.parametrize("columns", [1, 12])
def test_everything_is_on_the_paper(signal: np.ndarray, samples: int, columns: int) -> None:
    attribution = np.ones((samples, columns))
    figure = plot_attribution(signal[:samples], RATE_HZ, attribution, "MI", title="x", footer="y")
    figure.draw_without_rendering()
    edge = figure.bbox
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1, text.get_text()


def test_nothing_attributed_is_a_plain_ecg(signal: np.ndarray) -> None:
    figure = plot_attribution(signal, RATE_HZ, np.zeros_like(signal), "MI")
    assert all((shade.get_colors()[:, 3] == 0).all() for shade in shades(figure).values())
    plain = plot_ecg(signal, RATE_HZ)
    assert not shades(plain) and len(plain.axes[0].lines) == len(figure.axes[0].lines)
    assert "Not shaded: the attribution to MI is 0." in texts(figure)
    assert not any("Orange" in text or text.endswith("%") for text in texts(figure))


def test_what_does_not_fit_is_refused(signal: np.ndarray) -> None:
    for bad in (np.zeros((999, 12)), np.zeros((1000, 11)), np.full((1000, 12), np.nan)):
        with pytest.raises(DataError, match=r"expected are finite numbers of the signal's shape \(1000, 12\)"):
            plot_attribution(signal, RATE_HZ, bad, "MI")
    with pytest.raises(ConfigError, match="layout"):
        plot_attribution(signal, RATE_HZ, signal, "MI", layout="4x3")
