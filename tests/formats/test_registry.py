"""Finding a file's format, hints, and the list of formats."""

import importlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.writers import plain, xml
from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_MV
from twelvelead import formats
from twelvelead.cli import main
from twelvelead.errors import FormatError
from twelvelead.formats import contract, registry
from twelvelead.formats.contract import Hints, Source

HINTS = {"rate_hz": RATE_HZ, "leads": NAMES, "unit": "mV"}


def test_each_format_keeps_the_contract():
    found = formats.known_formats()
    assert len(found) == len({format_.name for format_ in found}) >= 11
    for format_ in found:
        assert format_.suffixes and all(s == s.lower() and s.startswith(".") for s in format_.suffixes)
        assert format_.sniff(b"", None) is False or format_.sniff(b"", None) == 0
        assert set(format_.hints) <= {"--rate", "--leads", "--unit"} and format_.description


@given(st.binary(max_size=300))
def test_sniffing_never_fails(head):
    for format_ in formats.known_formats():
        format_.sniff(head, None)


def test_content_counts_more_than_the_name(tmp_path):
    path = tmp_path / "wrong.edf"
    path.write_bytes(xml.aecg())
    assert registry.find_format(Source("wrong.edf", path)).name == "HL7 aECG"
    assert formats.read(xml.muse(), name="x.h5").source == "x.h5"


def test_the_name_counts_where_the_content_says_nothing(tmp_path):
    with pytest.raises(FormatError, match=r"^a\.edf: begins neither as EDF nor as BDF\.$"):
        formats.read(b"nothing at all", name="folder/a.edf")
    with pytest.raises(FormatError, match=r"^a\.xml is of no known format; known are GE MUSE XML .*Philips"):
        formats.read(b"<html/>", name="a.xml")


def test_hints_that_agree_are_welcome():
    spelled = [f"Lead {name.upper()}" for name in NAMES]
    recording = formats.read(plain.edf(), rate_hz=500.001, leads=spelled, unit="µV")
    assert recording.leads[0] == "ECG I"
    assert formats.read(plain.npy(), **HINTS | {"leads": ",".join(NAMES)}).leads == tuple(NAMES)


@pytest.mark.parametrize(
    "hints, message",
    [
        ({"rate_hz": 0}, r"^--rate: sampling rate 0 Hz; allowed are 1 to 1,000,000 Hz\.$"),
        ({"rate_hz": float("nan")}, r"^--rate: sampling rate nan Hz"),
        ({"leads": "I,,II"}, r"^--leads I,,II has an empty name"),
        ({"unit": "kg"}, r"^--unit: unit 'kg' is no voltage"),
    ],
)
def test_hints_that_make_no_sense_are_refused_first(hints, message):
    with pytest.raises(FormatError, match=message):
        formats.read(plain.edf(), **hints)


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(FormatError, match=r"its sampling rate \(--rate, in Hz\) and unit \(--unit, .*\); give it"):
        formats.read(plain.npy(), leads=NAMES)


def test_a_path_with_nul_is_refused():
    with pytest.raises(FormatError, match="NUL"):
        formats.read("a\0b.edf")


def test_a_long_text_in_a_file_is_cut_in_the_message():
    with pytest.raises(FormatError) as caught:
        formats.read(xml.philips(version="9" * 5000))
    assert len(str(caught.value)) <= 610 and str(caught.value).endswith("known are 1.03, 1.04.")
    with pytest.raises(FormatError) as caught:
        formats.read(plain.npy(), rate_hz=1.0, unit="mV", leads=["\x1b" + "I" * 100] * 90)
    assert str(caught.value).isprintable()


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(FormatError, match="cannot be read: File name too long"):
        formats.read("a" * 5000)


def test_text_from_files_cannot_steer_a_terminal():
    with pytest.raises(FormatError) as caught:
        formats.read(b"x,y\n1,2\n", name="\x1b[31mred.csv", unit="mV")
    assert "\x1b" not in str(caught.value)


def test_a_missing_library_is_named_with_its_remedy(monkeypatch):
    def refuse(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    with pytest.raises(FormatError, match=r'^reading EDF needs edfio: pip install "twelvelead\[formats\]"\.$'):
        contract.library("edfio", "EDF")


def test_nothing_optional_is_loaded_before_it_is_needed():
    import subprocess
    import sys

    code = (
        "import sys; from twelvelead import formats; formats.known_formats(); "
        "print({'h5py', 'pydicom', 'edfio', 'wfdb', 'pandas', 'torch'} & set(sys.modules))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "set()"


def test_the_command_lists_all_formats(capsys):
    assert main(["formats", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {entry["name"] for entry in listed} == {format_.name for format_ in formats.known_formats()}
    assert all(entry["installed"] for entry in listed)
    assert main(["formats"]) == 0
    text = capsys.readouterr().out
    assert all(entry["name"] in text for entry in listed) and max(map(len, text.splitlines())) <= 120


def test_a_format_that_is_not_installed_says_so(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["formats"]) == 0
    assert 'needs pip install "twelvelead[formats]"' in " ".join(capsys.readouterr().out.split())


def test_what_is_not_finite_becomes_nan():
    signal = SIGNAL_MV.astype(np.float64)
    signal[3, 4], signal[5, 6] = np.inf, 1e300
    recording = formats.read(plain.npy(signal), **HINTS)
    assert np.argwhere(np.isnan(recording.signal_mv)).tolist() == [[3, 4], [5, 6]]


def test_hints_complete_what_a_file_says():
    hints = Hints(500.0, ("I",), "mV")
    assert hints.complete(250.0, ["II"], ["uV"], "x") == (250.0, ("II",), ("uV",))
    assert hints.complete(None, None, None, "x") == (500.0, ("I",), ("mV",))
