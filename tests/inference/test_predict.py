"""Files, bytes and arrays in, answers out; one bad file does not stop the others."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from twelvelead.data.store import prepare
from twelvelead.errors import FormatError
from twelvelead.formats import read
from twelvelead.inference.predict import Model, ReadingHints, load
from twelvelead.inference.predictor import Predictor
from twelvelead.leads import LEADS
from twelvelead.models.checkpoint import save_classifier
from twelvelead.models.classifier import Classifier, ModelInfo


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    torch.manual_seed(0)
    classifier = Classifier(ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 4}))
    classifier.set_thresholds([0.0, 1.0], "by hand")
    return classifier.eval()


@pytest.fixture(scope="module")
def model(classifier: Classifier) -> Model:
    return Model(Predictor(classifier, workers=1))


@pytest.fixture(scope="module")
def files(simulated: Path) -> list[Path]:
    return sorted(simulated.rglob("*.hea"))


def test_a_file_and_its_record_in_the_store_give_the_same(
    simulated: Path, model: Model, classifier: Classifier
) -> None:
    store = prepare(simulated).store
    entry = next(iter(store.entries.values()))
    answer = model.predict(simulated / f"{entry.file}.hea")
    expected = Predictor(classifier).predict(store.signals[[entry.row]] / 1000.0)[0]
    assert answer.probabilities == pytest.approx(dict(zip("AB", expected)), abs=1e-6)
    assert answer.decisions == {"A": True, "B": False}
    assert all(type(value) is float for value in answer.probabilities.values())


def test_an_array_says_all_that_a_file_says(model: Model, files: list[Path]) -> None:
    answer = model.predict(files[0])
    signal, order = answer.recording.signal_mv * 1000, [3, 1, 0, 2, *range(11, 3, -1)]
    again = model.predict(signal[:, order], rate_hz=100, leads=[LEADS[i] for i in order], unit="uV")
    assert again.probabilities == pytest.approx(answer.probabilities, abs=1e-5)
    with pytest.raises(FormatError, match="an array needs rate_hz="):
        model.predict(signal, rate_hz=100)
    with pytest.raises(FormatError, match="11 lead names for 12 channels"):
        model.predict(signal, rate_hz=100, leads=LEADS[:-1], unit="uV")
    with pytest.raises(FormatError, match="allowed are real numbers"):
        model.predict(signal.astype(complex), rate_hz=100, leads=LEADS, unit="uV")


def test_recordings_may_stand_in_place_of_files(model: Model, files: list[Path]) -> None:
    recordings = [read(path) for path in files[:3]]
    broken = replace(recordings[1], leads=("x",) * 12)
    answers = list(model.predict_files([recordings[0], files[1], broken, recordings[2]]))
    expected = list(model.predict_files(files[:3]))
    for position, answer in zip((0, 1, 3), expected):
        assert answers[position].probabilities == pytest.approx(answer.probabilities, abs=1e-6)
    assert [answer.file for answer in answers] == [files[0].name, str(files[1]), files[1].name, files[2].name]
    assert "has none of the twelve leads" in answers[2].error


def test_bytes_are_found_by_their_content(model: Model, files: list[Path], tmp_path: Path) -> None:
    answer = model.predict(files[0])
    np.save(tmp_path / "x.npy", answer.recording.signal_mv)
    again = model.predict((tmp_path / "x.npy").read_bytes(), rate_hz=100, leads=LEADS, unit="mV")
    assert again.probabilities == pytest.approx(answer.probabilities, abs=1e-6)


def test_a_bad_file_among_good_ones(model: Model, files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "bad.hea").write_text("nonsense")
    answers = list(model.predict_files([tmp_path / "bad.hea", tmp_path / "none", *files]))
    assert [answer.error is None for answer in answers] == [False, False, *[True] * len(files)]
    assert answers[0].to_json().keys() == {"file", "error"}
    assert answers[2].to_json().keys() == {"file", "probabilities", "decisions", "quality", "steps"}
    assert [answer.file for answer in answers[2:]] == list(map(str, files))


def test_many_files_are_answered_as_each_alone_and_taken_a_few_at_a_time(model: Model, files: list[Path]) -> None:
    taken: list[Path] = []

    def endless():
        while True:
            taken.append(files[len(taken) % 40])
            yield taken[-1]

    answers = model.predict_files(endless())
    first = [next(answers) for _ in range(40)]
    assert len(taken) <= 4 * 32
    answers.close()
    for answer, path in zip(first, files[:5]):
        assert answer.probabilities == pytest.approx(model.predict(path).probabilities, abs=1e-6)


def test_a_long_recordings_windows_are_averaged(model: Model, files: list[Path]) -> None:
    ecgs = [model.predict(path) for path in files[:3]]
    joined = np.concatenate([answer.recording.signal_mv for answer in ecgs])
    answer = model.predict(joined, rate_hz=100, leads=LEADS, unit="mV")
    for name in "AB":
        assert answer.probabilities[name] == pytest.approx(np.mean([e.probabilities[name] for e in ecgs]), abs=1e-6)


def test_load_takes_a_run_or_its_model(classifier: Classifier, model: Model, files: list[Path], tmp_path: Path) -> None:
    save_classifier(classifier, tmp_path / "run" / "model")
    for folder in (tmp_path / "run", tmp_path / "run" / "model"):
        assert load(folder).predict(files[0]).probabilities == pytest.approx(model.predict(files[0]).probabilities)


def test_a_model_of_short_windows_takes_recordings_of_any_length(tmp_path: Path) -> None:
    torch.manual_seed(0)
    info = ModelInfo("cnn_lstm", ("A", "B"), 100, 10.0, options={"filters": 4}, window_s=2.5)
    model = Model(Predictor(Classifier(info), workers=1))
    rng = np.random.default_rng(0)
    paths = []
    for number, samples in enumerate((1000, 600, 2500, 250, 1000)):
        signal = rng.normal(scale=0.3, size=(samples, 12)).cumsum(axis=0) % 1
        paths.append(tmp_path / f"{number}.npy")
        np.save(paths[-1], signal)
    hints = ReadingHints(rate_hz=100, leads=LEADS, unit="mV")
    together = list(model.predict_files(paths, hints))
    assert [answer.error for answer in together] == [None] * 5
    for path, answer in zip(paths, together):
        alone = model.predict(path, rate_hz=100, leads=LEADS, unit="mV")
        assert answer.probabilities == pytest.approx(alone.probabilities, abs=1e-6)
    assert together[1].steps == together[3].steps  # nothing was done to either
