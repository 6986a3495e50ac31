"""The pictures are shown as pyplot shows its own."""

import matplotlib.pyplot
import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from twelvelead.assignment import plot_confusion_matrix, plot_ecg_sample, plot_training_history


@pytest.fixture
def shown(monkeypatch):
    """What `plt.show()` is asked to show: the current figure at each call."""
    figures = []
    show = matplotlib.pyplot.show
    monkeypatch.setattr(matplotlib.pyplot, "show", lambda: (figures.append(matplotlib.pyplot.gcf()), show()))
    yield figures
    matplotlib.pyplot.close("all")


def test_plots_are_shown_as_pyplot_would_and_return_nothing(shown, tmp_path):
    rng = np.random.default_rng(0)
    true, pred = rng.integers(0, 2, (2, 40, 2))
    assert plot_ecg_sample(rng.normal(size=(100, 12)), "Titre") is None
    matplotlib.pyplot.savefig(tmp_path / "ecg.png")
    assert (tmp_path / "ecg.png").stat().st_size > 10_000, "a blank picture"
    assert plot_training_history([0.6, 0.5], [0.7, 0.6]) is None
    assert plot_confusion_matrix(true, pred, ["A", "B"]) is None
    ecg, history, confusion = shown
    assert len(ecg.axes) == 12
    assert ecg.get_suptitle() == "Titre"
    assert [line.get_ydata().tolist() for line in history.axes[0].lines] == [[0.6, 0.5], [0.7, 0.6]]
    for i, axes in enumerate(confusion.axes):
        counts = [int(text.get_text()) for text in axes.texts if text.get_text().isdigit()]
        assert counts == confusion_matrix(true[:, i], pred[:, i], labels=[0, 1]).ravel().tolist()
