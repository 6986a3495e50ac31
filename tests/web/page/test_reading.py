"""Every way to get an ECG onto the page: examples, each format, dropping, sets of files, lists of files."""

import base64
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twelvelead.leads import LEADS
from web.page.driving import Watched, upload

RESULT = "#result:not([hidden])"
SECONDS = 7.0

STATED = [
    "seven.dcm", "seven.scp", "seven.xml", "muse.xml", "philips.xml", "seven.edf", "seven.bdf", "seven.h5",
    "seven.npz", "seven.mat", "cpsc.mat", "seven.csv",
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """By name, the writers' ECG, five times over, in each format; WFDB as two files."""
    ecg = importlib.import_module("formats.writers.ecg")
    dicom, plain, scp, xml = (importlib.import_module(f"formats.writers.{n}") for n in ("dicom", "plain", "scp", "xml"))
    units = np.tile(ecg.SIGNAL_UV, (5, 1))
    folder = tmp_path_factory.mktemp("wfdb")
    with pytest.MonkeyPatch.context() as patch:
        for module in (plain, xml):
            patch.setattr(module, "SIGNAL_UV", units)
        patch.setattr(plain, "SIGNAL_MV", (units / 1000).astype(np.float32))
        mv = plain.SIGNAL_MV
        stated = {"fs": 500.0, "leads": ",".join(LEADS), "unit": "mV"}
        files = {
            "seven.dcm": dicom.dicom(dicom.group(units)),
            "seven.scp": scp.scp(units=units),
            "seven.xml": xml.aecg(xml.aecg_set(units)),
            "muse.xml": xml.muse(xml.muse_waveform(units=units)),
            "philips.xml": xml.philips(),
            "seven.edf": plain.edf(other=False),
            "seven.bdf": plain.edf(bdf=True, other=False),
            "seven.h5": plain.hdf5(mv),
            "seven.npz": plain.npz(signal=mv, fs=500, leads=np.array(LEADS), unit="mV"),
            "seven.mat": plain.mat({"val": mv.T, **stated}),
            "cpsc.mat": plain.mat({"ECG": {"sex": "Male", "age": 52.0, "data": mv.T.astype(np.float64)}}),
            "seven.csv": plain.csv(),
            "seven.npy": plain.npy(mv),
        }
        headers = {"dat": plain.write_wfdb(folder), "mat": plain.write_challenge(folder)}
    sets = {name: [upload(name, content)] for name, content in files.items()}
    for suffix, header in headers.items():
        pair = (header.with_suffix(f".{suffix}"), header)  # the header last: the order is a person's
        sets[f"wfdb {suffix}"] = [upload(path.name, path.read_bytes()) for path in pair]
    return sets


def wait_for(page: Watched, file: str) -> None:
    """Until that file's result is seen; an error ends the test."""
    shown = "!document.querySelector('#result').hidden && document.querySelector('#result-heading').textContent === a"
    page.until(f"({shown}) || !document.querySelector('#error').hidden", file)
    assert page.page.is_visible("#result"), f"{file}: {page.page.text_content('#alert')}"


@pytest.mark.parametrize("name", ["NORM", "MI", "STTC", "CD", "HYP"])
def test_each_example(page: Watched, name: str) -> None:
    page.example(name)
    assert page.text("#result-heading") == f"simulated-{name}.csv"
    assert page.page.locator("#ecg .trace[data-lead]").count() == 13
    assert page.page.title().startswith(f"simulated-{name}.csv")


def test_each_format(page: Watched, written: dict[str, list[dict[str, Any]]]) -> None:
    for name in [*STATED, "wfdb dat", "wfdb mat"]:
        page.open(*written[name])
        wait_for(page, written[name][-1]["name"])
        assert page.text(".facts dd:nth-of-type(3)") == "7 s"


def test_real_files_of_each_kind(page: Watched, format_files: Path) -> None:
    for folder in sorted(path for path in format_files.iterdir() if path.is_dir()):
        header = next(iter(sorted(folder.glob("*.hea"))), None)
        first = header or min(path for path in folder.iterdir() if path.is_file())
        files = sorted(folder.glob(f"{first.stem}.*")) if header else [first]
        page.open(*map(str, files))
        wait_for(page, first.name)


def drop(page: Watched, selector: str, *files: dict[str, Any]) -> None:
    """Let go of files over an element, as the browser tells it."""
    script = """([files]) => {
      const transfer = new DataTransfer();
      const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      for (const [name, text] of files) transfer.items.add(new File([bytes(text)], name));
      return transfer;
    }"""
    content = [[file["name"], base64.b64encode(file["buffer"]).decode()] for file in files]
    transfer = page.page.evaluate_handle(script, [content])
    for event in ("dragenter", "dragover", "drop"):
        page.page.dispatch_event(selector, event, {"dataTransfer": transfer})


def test_dropping_a_file(page: Watched, written: dict[str, list[dict[str, Any]]]) -> None:
    drop(page, "#drop", *written["seven.scp"])
    page.page.wait_for_selector(RESULT)
    assert page.text("#result-heading") == "seven.scp"
    assert page.page.is_hidden("#drop-cover")


def test_dropping_onto_a_result(page: Watched, written: dict[str, list[dict[str, Any]]]) -> None:
    page.example("NORM")
    drop(page, "#paper", *written["wfdb dat"])
    wait_for(page, "rec.hea")
    assert page.page.is_hidden("#queue")


def test_stepping_through_several(page: Watched, written: dict[str, list[dict[str, Any]]]) -> None:
    page.open(*written["seven.dcm"], *written["wfdb mat"], upload("no.txt", b"hello"), *written["seven.edf"])
    page.page.wait_for_selector(RESULT)
    assert page.text("#result-heading") == "seven.dcm"
    page.until("document.querySelector('#queue-pick').textContent.split('(read)').length === 4")
    options = page.page.locator("#queue-pick option").all_inner_texts()
    assert options == ["1. seven.dcm (read)", "2. HR00001.hea (read)", "3. no.txt (not read)", "4. seven.edf (read)"]
    assert page.page.is_disabled("#queue-previous")
    page.page.click("#queue-next")
    assert page.text("#result-heading") == "HR00001.hea"
    page.page.click("#queue-next")
    assert page.text("#error-heading") == "no.txt was not read"
    page.page.select_option("#queue-pick", "3")
    assert page.text("#result-heading") == "seven.edf"
    assert page.page.is_disabled("#queue-next")


def test_names_are_only_text(page: Watched, written: dict[str, list[dict[str, Any]]]) -> None:
    name = '<img src=x onerror="document.title=1">.dcm'
    page.open(upload(name, written["seven.dcm"][0]["buffer"]))
    page.page.wait_for_selector(RESULT)
    assert page.text("#result-heading").startswith("<img src=x onerror=")
    assert page.page.locator("main img").count() == 0


def test_start_page_lists_the_formats(page: Watched) -> None:
    model = page.fetch("/api/model").json()
    assert page.page.locator(".format-name").all_inner_texts() == [f["name"] for f in model["formats"]]
    page.example("NORM")
    page.page.click("#home")
    assert page.page.is_visible("#examples")
