"""Files in, answers out; one bad file does not stop the others."""

from pathlib import Path

import numpy as np
import pytest
import torch

from twelvelead.data.store import prepare
from twelvelead.inference.predict import find_files, predict_files
from twelvelead.inference.predictor import Predictor
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    torch.manual_seed(0)
    classifier = Classifier(ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 4}))
    classifier.set_thresholds([0.0, 1.0], "by hand")
    return Predictor(classifier, workers=1)


def test_a_file_and_its_record_in_the_store_give_the_same(simulated: Path, predictor: Predictor) -> None:
    store = prepare(simulated).store
    entry = next(iter(store.entries.values()))
    (answer,) = predict_files(predictor, [simulated / f"{entry.file}.hea"])
    expected = predictor.predict(store.signals[[entry.row]] / 1000.0)[0]
    assert answer.probabilities == pytest.approx(dict(zip("AB", expected)), abs=1e-6)
    assert answer.decisions == {"A": True, "B": False}


def test_a_bad_file_among_good_ones(simulated: Path, predictor: Predictor, tmp_path: Path) -> None:
    good = next(find_files([simulated]))
    (tmp_path / "bad.hea").write_text("nonsense")
    answers = list(predict_files(predictor, [tmp_path / "bad.hea", tmp_path / "none", good]))
    assert [answer.error is None for answer in answers] == [False, False, True]
    assert answers[0].to_json().keys() == {"file", "error"}
    assert answers[2].to_json().keys() == {"file", "probabilities", "decisions", "quality", "steps"}


def test_a_folder_stands_for_its_records(simulated: Path) -> None:
    found = list(find_files([simulated]))
    assert len(found) == 60
    assert found == sorted(found)
    assert all(path.suffix == ".hea" for path in found)


def test_probabilities_are_plain_numbers(simulated: Path, predictor: Predictor) -> None:
    (answer,) = predict_files(predictor, [next(find_files([simulated]))])
    assert all(type(value) is float and 0 <= value <= 1 for value in answer.probabilities.values())
    assert np.isfinite(answer.recording.signal_mv).all()
