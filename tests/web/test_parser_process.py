"""What the parser says of an upload: the same as reading and preparing it here; refusals with the form's words."""

import re
from pathlib import Path

import httpx
import numpy as np
import pytest

from formats.writers import plain
from twelvelead.data.simulate import simulate_ecg
from twelvelead.formats import read
from twelvelead.formats.recording import Recording
from twelvelead.inference.prepare import prepare_recording
from twelvelead.leads import LEADS
from twelvelead.models.info import ModelInfo
from twelvelead.web.examples import EXAMPLES, example_csv
from twelvelead.web.packed_arrays import unpack
from twelvelead.web.parser_process import answer

MODEL = {"network": "", "classes": ["A"], "rate_hz": 100, "duration_s": 10.0, "leads": list(LEADS), "window_s": None}


@pytest.fixture
def ask(tmp_path: Path):
    def asked(content, name="ecg.csv", want="windows", choices=None, longest_s=3600.0, **fields):
        request = httpx.Request("POST", "http://x/", files={"file": (name, content)}, data=fields)
        facts = {
            "content_type": request.headers["content-type"],
            "model": MODEL,
            "longest_s": longest_s,
            "choices": choices or {},
            "want": want,
            "folder": str(tmp_path),
        }
        return answer(facts, request.read())

    return asked


@pytest.mark.parametrize("name", [example.name for example in EXAMPLES])
def test_it_prepares_as_predict_does(ask, name):
    facts, content = ask(example_csv(name))
    recording = read(example_csv(name))
    expected = prepare_recording(recording, ModelInfo("", ("A",), 100, 10.0))
    assert (unpack(facts["arrays"], content)["windows"] == expected.windows_mv).all()
    assert (facts["quality"], facts["steps"]) == (expected.quality, expected.steps)
    assert (facts["format"], facts["file_bytes"]) == ("CSV", len(example_csv(name)))


def test_hints_of_the_form_count(ask):
    signal = simulate_ecg(["NORM"], seed=1, rate_hz=500) * 1000
    hints = {"rate": "500", "leads": ",".join(LEADS), "unit": "uV"}
    facts, content = ask(plain.npy(signal), "ecg.npy", **hints)
    arrays = unpack(facts["arrays"], content)
    expected = Recording((signal / 1000).astype(np.float32), 500.0, LEADS, "ecg.npy")
    prepared = prepare_recording(expected, ModelInfo("", ("A",), 100, 10.0))
    assert np.allclose(arrays["windows"], prepared.windows_mv, atol=1e-6)
    assert (arrays["positions"] == prepared.positions).all()


def test_what_is_drawn_on_paper_is_ten_seconds(ask):
    rows = example_csv("NORM").decode().splitlines()
    header, samples = rows[0].partition(",")[2], [row.partition(",")[2] for row in rows[1:]]
    facts, content = ask("\n".join([header, *samples * 2]).encode(), want="paper", rate="500")
    assert unpack(facts["arrays"], content)["paper"].shape == (5000, 12)
    assert (facts["rate_hz"], facts["seconds"]) == (500.0, 20.0)


@pytest.mark.parametrize(
    ("content", "fields", "status", "says"),
    [
        (b"nonsense", {}, 422, "ecg.csv: not every row|is of no known format|ecg.csv"),
        (b"", {}, 422, "is empty"),
        (plain.csv(time=False), {}, 422, r"does not say its sampling rate \(rate, in Hz\)"),
        (plain.csv(), {"rate": "x"}, 400, "rate is 'x'; allowed is a number"),
        (plain.csv(), {"rate": "nan"}, 422, "sampling rate nan Hz"),
        (plain.csv(), {"rate": "250"}, 422, "says 500 Hz, rate says 250 Hz; leave rate out"),
        (plain.csv(), {"unit": "V"}, 422, "unit says V"),
        (plain.csv(), {"missing_leads": "guess"}, 400, "missing_leads|missing leads"),
        (plain.csv(), {"speed": "25"}, 400, "the form's field is 'speed'; allowed are file, rate, leads"),
        (plain.csv(), {}, 422, "lasts 1.40 s; at least 2.5 s"),
        (b"I,II (mV)\n1,2\n3,4\n", {}, 422, "only some columns name their unit"),
    ],
)
def test_refusals(ask, content, fields, status, says):
    facts, rest = ask(content, **fields)
    assert facts.keys() == {"refused", "status"} and rest == b""
    assert facts["status"] == status
    assert re.search(says, facts["refused"]), facts["refused"]
    assert "--" not in facts["refused"]


def test_choices(ask):
    choices = {"speed": ["25", "50"]}
    assert ask(example_csv("MI"), choices=choices)[0]["choices"] == {"speed": "25"}
    assert ask(example_csv("MI"), choices=choices, speed="50")[0]["choices"] == {"speed": "50"}
    assert "speed is '75'; allowed are 25, 50" in ask(example_csv("MI"), choices=choices, speed="75")[0]["refused"]


def test_too_long_a_recording(ask):
    assert "lasts 10 s; at most 9 s" in ask(example_csv("MI"), longest_s=9.0)[0]["refused"]


def test_start_loads_what_uploads_need(capsys):
    assert answer({"start": True}, b"") == ({}, b"")
