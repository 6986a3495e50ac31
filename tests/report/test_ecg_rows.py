import numpy as np
import pytest

from twelvelead.errors import DataError
from twelvelead.leads import LEADS
from twelvelead.report.ecg_rows import plot_ecg_rows


def test_one_row_per_lead_with_its_samples():
    signal = np.random.default_rng(0).normal(size=(1000, 12))
    signal[3, 4] = np.nan
    figure = plot_ecg_rows(signal, "Un exemple d'ECG - 12 leads")
    assert figure.get_suptitle() == "Un exemple d'ECG - 12 leads"
    assert tuple(figure.get_size_inches()) == (15, 12)
    assert [axes.get_ylabel() for axes in figure.axes] == list(LEADS)
    assert [axes.get_xlabel() for axes in figure.axes] == [""] * 11 + ["temps (données)"]
    for axes, values in zip(figure.axes, signal.T, strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), values)


@pytest.mark.parametrize("shape", [(1000,), (1000, 3), (0, 12)])
def test_another_shape_is_refused(shape):
    with pytest.raises(DataError, match="shape"):
        plot_ecg_rows(np.zeros(shape))
