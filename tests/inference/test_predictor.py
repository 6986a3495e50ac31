"""One road to a probability: the same numbers however they are asked for."""

import numpy as np
import pytest
import torch

from twelvelead.data.dataset import RecordDataset
from twelvelead.errors import DataError
from twelvelead.inference.predictor import Predictor
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    torch.manual_seed(0)
    info = ModelInfo("cnn_lstm", ("A", "B"), 100, 2.0, options={"filters": 4})
    return Classifier(info, np.full(12, 0.1), np.full(12, 0.3)).eval()


@pytest.mark.parametrize("count", [1, 31, 32, 33, 100])
@pytest.mark.parametrize("workers", [1, 3])
def test_equals_the_classifier_itself(classifier: Classifier, count: int, workers: int) -> None:
    signals = np.random.default_rng(count).normal(size=(count, 200, 12)).astype(np.float32)
    with torch.inference_mode():
        expected = torch.sigmoid(classifier(torch.as_tensor(signals)).double()).numpy()
    np.testing.assert_allclose(Predictor(classifier, workers).predict(signals), expected, atol=1e-6)


def test_a_part_of_a_store_in_its_order(classifier: Classifier) -> None:
    units = np.random.default_rng(0).integers(-2000, 2000, (90, 200, 12)).astype(np.int16)
    rows = np.random.default_rng(1).permutation(90)[:70]
    dataset = RecordDataset(units, rows, np.zeros((70, 2), dtype=np.uint8))
    predictor = Predictor(classifier)
    np.testing.assert_allclose(predictor.predict_dataset(dataset), predictor.predict(units[rows] / 1000.0), atol=1e-6)


def test_no_record_gives_no_row(classifier: Classifier) -> None:
    assert Predictor(classifier).predict(np.zeros((0, 200, 12))).shape == (0, 2)


def test_the_number_of_threads_is_left_as_it_was(classifier: Classifier) -> None:
    before = torch.get_num_threads()
    Predictor(classifier, workers=2).predict(np.zeros((100, 200, 12)))
    assert torch.get_num_threads() == before


def test_another_shape_is_refused(classifier: Classifier) -> None:
    with pytest.raises(DataError, match=r"expected is \(record, time, 12\)"):
        Predictor(classifier).predict(np.zeros((200, 12)))
