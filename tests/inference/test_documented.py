"""Each row of the table of bad and unusual recordings in `docs/predict.md` happens as it says there."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from twelvelead.data.simulate import simulate_ecg
from twelvelead.errors import FormatError
from twelvelead.formats.recording import Recording
from twelvelead.inference.prepare import prepare_recording
from twelvelead.leads import LEADS
from twelvelead.models.classifier import ModelInfo

DOCS = Path(__file__).resolve().parents[2] / "docs" / "predict.md"
MODEL = ModelInfo("cnn_lstm", ("A",), 100, 10.0)
V3 = LEADS.index("V3")


def documented() -> dict[str, str]:
    table = DOCS.read_text(encoding="utf-8").split("| the recording | what is said |")[1].split("\n\n")[0]
    return {
        name: words for name, words in re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE) if "---" not in name
    }


def clean() -> Recording:
    return Recording(simulate_ecg(["NORM"], seed=0), 500, LEADS, "made up", units=("mV",) * 12)


def only(*leads: str) -> Recording:
    ecg = clean()
    return replace(ecg, signal_mv=ecg.signal_mv[:, [LEADS.index(lead) for lead in leads]], leads=leads)


def changed(change: Callable[[np.ndarray], None]) -> Recording:
    ecg = clean()
    signal = ecg.signal_mv.copy()
    change(signal)
    return replace(ecg, signal_mv=signal)


def set_v3(values: Callable[[np.ndarray], object]) -> Recording:
    def change(signal: np.ndarray) -> None:
        signal[:, V3] = values(signal[:, V3])

    return changed(change)


def limbs(order: str) -> Recording:
    def change(signal: np.ndarray) -> None:
        i, ii, iii, avr, avl, avf = signal[:, :6].T.copy()
        signal[:, :6] = np.stack(
            {
                "arms": (-i, iii, ii, avl, avr, avf),
                "leg": (-iii, -ii, -i, avf, avl, avr),
                "sign": (i, ii, iii, -avr, avl, avf),
                "exchanged": (ii, i, iii, avr, avl, avf),
            }[order],
            axis=1,
        )

    return changed(change)


def scaled(factor: float, unit: str = "mV") -> Recording:
    ecg = clean()
    return replace(ecg, signal_mv=ecg.signal_mv * np.float32(factor), units=(unit,) * 12)


def gap(seconds: float) -> Recording:
    def values(v3: np.ndarray) -> np.ndarray:
        v3 = v3.copy()
        v3[1000 : 1000 + round(seconds * 500)] = np.nan
        return v3

    return set_v3(values)


def held(signal: np.ndarray) -> None:
    signal[-100:] = signal[-101]


TIME = np.arange(5000) / 500
NO_V3 = tuple(lead for lead in LEADS if lead != "V3")
MAKERS: dict[str, Callable[[], Recording]] = {
    "lacks a chest lead": lambda: only(*NO_V3),
    "has one limb lead only": lambda: only("I", *LEADS[6:]),
    "has a lead twice": lambda: replace(clean(), leads=("I", "II", "ii", *LEADS[3:])),
    "has none of the twelve leads": lambda: replace(only("I"), leads=("Resp",)),
    "microvolts taken for millivolts": lambda: scaled(1000),
    "millivolts taken for microvolts": lambda: scaled(0.001, "uV"),
    "raw numbers larger than any unit explains": lambda: scaled(30_000),
    "all leads flat": lambda: scaled(0),
    "lasts two seconds": lambda: replace(clean(), signal_mv=clean().signal_mv[:1000]),
    "a million samples a second": lambda: replace(clean(), rate_hz=1e6),
    "a lead without valid samples": lambda: set_v3(lambda v3: np.nan),
    "a gap of 0.2 s in a lead": lambda: gap(0.2),
    "lacks a chest lead, zeros asked for": lambda: only(*NO_V3),
    "a very large amplitude": lambda: scaled(15),
    "a flat lead": lambda: set_v3(lambda v3: 0.1),
    "a clipped lead": lambda: set_v3(lambda v3: np.clip(v3, *np.percentile(v3, [30, 70]))),
    "a noisy lead": lambda: set_v3(lambda v3: v3 + np.random.default_rng(0).normal(0, 0.2, 5000)),
    "a drifting lead": lambda: set_v3(lambda v3: v3 + 2 * np.sin(2 * np.pi * 0.15 * TIME)),
    "aVR with the wrong sign": lambda: limbs("sign"),
    "I and II exchanged": lambda: limbs("exchanged"),
    "electrodes of the arms swapped": lambda: limbs("arms"),
    "electrodes of right arm and left leg swapped": lambda: limbs("leg"),
    "the last 0.2 s hold one value": lambda: changed(held),
}
ERRORS = list(MAKERS)[:11]


def test_the_table_and_the_tests_have_the_same_rows() -> None:
    assert list(documented()) == list(MAKERS)


def test_a_clean_recording_has_no_note() -> None:
    assert prepare_recording(clean(), MODEL).quality == ()


@pytest.mark.parametrize("row", MAKERS)
def test_a_row(row: str) -> None:
    pattern = ".*".join(re.escape(words) for words in documented()[row].split("..."))
    if row in ERRORS:
        with pytest.raises(FormatError, match=pattern):
            prepare_recording(MAKERS[row](), MODEL)
    else:
        quality = prepare_recording(MAKERS[row](), MODEL, "zero" if "zeros" in row else "refuse").quality
        assert re.search(pattern, "; ".join(quality)), quality
