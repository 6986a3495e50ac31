"""The page's modules alone: the same paper as the package's plots, calipers' arithmetic, texts, files."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twelvelead.leads import LEADS
from twelvelead.report import ecg_layout
from web.page.driving import Watched, packed, watched
from web.page.example_signal import RATE_HZ, example_mv, on_paper
from web.test_translated import SENTENCES

PAGE = Path(ecg_layout.__file__).parents[1] / "web" / "page"


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Watched]:
    """One for all: no test changes it."""
    with watched(browser, address) as found:
        yield found
        assert found.complaints == []


RECORDING = "(await import('/static/signal.js')).decodeRecording(a.sent)"


def lay_out(page: Watched, mv: np.ndarray, layout: str, speed: int, gain: int, rate: float = RATE_HZ) -> Any:
    """The page's own layout of a signal, without the samples."""
    call = f"""(p => ({{...p, pieces: p.pieces.map(q => ({{...q, mv: q.mv.length}}))}}))
               (m.layOutPage({RECORDING}, a))"""
    argument = {"sent": packed(mv, rate), "layout": layout, "speed": speed, "gain": gain}
    return page.module("layout.js", call, argument)


@pytest.mark.parametrize("layout", list(ecg_layout.LAYOUTS))
@pytest.mark.parametrize(("speed", "gain"), [(25, 10), (50, 20), (25, 5)])
def test_paper_is_that_of_the_plots(page: Watched, layout: str, speed: int, gain: int) -> None:
    mv = example_mv(page, "HYP")[:4001]  # an odd number, so that rounding shows
    mine = lay_out(page, mv, layout, speed, gain)
    paper = on_paper(mv.astype(np.float32), layout, speed=speed, gain=gain)
    for piece, expected in zip(mine["pieces"], paper.pieces, strict=True):
        assert (piece["lead"], piece["row"], piece["start"]) == (expected.lead, expected.row, expected.start)
        assert (piece["firstColumn"], piece["stopColumn"]) == (expected.columns.start, expected.columns.stop)
        assert piece["mv"] == len(expected.mv)
        assert piece["centreMv"] == pytest.approx(expected.centre_mv, abs=1e-6)
        assert piece["labelMm"] == pytest.approx(expected.label_mm, abs=1e-5)
    assert mine["baselines"] == [paper.baseline(row) for row in range(len(mine["baselines"]))]
    assert mine["height"] == mine["baselines"][-1] + paper.spacing.below


def test_layouts_and_leads_are_the_same(page: Watched) -> None:
    found = page.module("layout.js", "[m.LEADS, m.LAYOUTS]")
    assert found[0] == list(LEADS)
    assert found[1] == {name: [list(row) for row in rows] for name, rows in ecg_layout.LAYOUTS.items()}


def test_a_lead_that_was_not_recorded_is_empty(page: Watched) -> None:
    call = "(r => { r.present.set('V3', false); return m.cutPieces(r, '12x1', 25, 10).map(p => p.empty); })"
    found = page.module("layout.js", f"{call}({RECORDING})", {"sent": packed(np.zeros((100, 12)), 100)})
    assert [lead for lead, empty in zip(LEADS, found) if empty] == ["V3"]


def test_counts_become_millivolts_and_gaps(page: Watched) -> None:
    counts = np.array([[1, -2], [-32768, 300]], dtype="<i2")
    sent = {"rate_hz": 100, "samples": 2, "leads": ["I", "II"], "present": {"I": True, "II": None}, "invalid": -32768}
    sent |= {"signal": base64.b64encode(counts.tobytes()).decode(), "scale_uv": 2.5}
    call = "(r => [[...r.mv.get('I')].map(String), [...r.mv.get('II')], r.present.get('II')])(m.decodeRecording(a))"
    first, second, present = page.module("signal.js", call, sent)
    assert float(first[0]) == pytest.approx(0.0025)
    assert first[1] == "NaN"
    assert second == pytest.approx([-0.005, 0.75])
    assert present is False


def test_attribution_is_scaled_to_its_largest_value(page: Watched) -> None:
    values = np.array([[10, -100], [0, 50]], dtype=np.int8)
    sent = {"rate_hz": 100, "start_s": 0, "samples": 2, "leads": ["I", "II"], "scale": 0.1}
    sent["values"] = base64.b64encode(values.tobytes()).decode()
    found = page.module("signal.js", "[...m.decodeAttribution(a).share].map(([n, v]) => [n, [...v]])", sent)
    assert dict(found) == {"I": pytest.approx([0.1, 0.0]), "II": pytest.approx([-1.0, 0.5])}


def test_attribution_without_leads_is_one_for_all(page: Watched) -> None:
    sent = {"rate_hz": 100, "start_s": 0, "samples": 2, "leads": None, "values": base64.b64encode(b"\x05\x0a").decode()}
    assert page.module("signal.js", "[...m.decodeAttribution(a).whole]", sent) == pytest.approx([0.5, 1])


@pytest.mark.parametrize(
    ("a", "b", "speed", "expected"),
    [
        ((10, 20), (30, 10), 25, (800, 1, 75)),
        ((30, 10), (10, 20), 25, (800, 1, 75)),
        ((10, 20), (30, 25), 50, (400, -0.5, 150)),
        ((10, 20), (10, 20), 25, (0, 0, None)),
    ],
)
def test_calipers_arithmetic(page: Watched, a: Any, b: Any, speed: int, expected: Any) -> None:
    points = [{"x": x, "y": y, "row": 0} for x, y in (a, b)]
    found = page.module("measure.js", "m.readCalipers(a[0], a[1], a[2])", [*points, {"speed": speed, "gain": 10}])
    assert (found["ms"], found["mv"], found["bpm"]) == pytest.approx(expected) if expected[2] else found["bpm"] is None


def test_no_peak_is_lost_where_samples_are_dense(page: Watched) -> None:
    rng = np.random.default_rng(0)
    mv = rng.normal(0, 0.01, 4_000).astype(np.float32)
    mv[2_345] = 1.5
    piece = {"start": 0, "row": 0, "centreMv": 0}
    sheet = {"rateHz": 20_000, "speed": 25, "gain": 10, "timeZero": 10, "baselines": [50]}
    call = "m.tracePath(a[0], {...a[1], mv: Float32Array.from(a[2])})"
    path = page.module("trace.js", call, [sheet, piece, mv.tolist()])
    points = np.array(re.findall(r"[ML]([\d.]+) ([\d.]+)", path), dtype=float)
    assert len(points) < len(mv) / 2
    x, y = points[points[:, 1].argmin()]
    assert (x, y) == pytest.approx((10 + 2_345 / 20_000 * 25, 35), abs=0.002)


def test_gaps_stay_gaps(page: Watched) -> None:
    sheet = {"rateHz": 100, "speed": 25, "gain": 10, "timeZero": 10, "baselines": [50]}
    call = "m.tracePath(a, {start: 0, row: 0, centreMv: 0, mv: Float32Array.from([0, 0, NaN, 0, 0])})"
    assert page.module("trace.js", call, sheet) == "M10 50L10.25 50M10.75 50L11 50"


def test_colours_cover_what_is_above_the_least(page: Watched) -> None:
    steps = page.module("trace.js", "[0, 0.05, 0.1, -0.3, 0.51, 1, -1].map(m.colourStep)")
    assert steps == [0, 0, 1, -2, 3, 4, -4]


def test_both_languages_have_the_same_texts_and_places(page: Watched) -> None:
    english = page.module("texts/en.js", "m.default")
    french = page.module("texts/fr.js", "m.default")
    assert list(english) == list(french)
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", french[key])), key
        assert text.strip() and french[key].strip()


def test_every_text_is_used(page: Watched) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in [*PAGE.glob("*.js"), PAGE / "index.html"])
    made = {f"class.{name}" for name in page.fetch("/api/model").json()["classes"]}
    made |= {f"queue.{status}" for status in ("waiting", "busy", "done", "failed")}
    made |= {f"explain.{method}" for method in ("integrated_gradients", "grad_cam")}
    made |= {f"save.{what}{form}" for what in ("png", "pdf", "json") for form in ("", "Long")} | {"save.print"}
    unused = {key for key in page.module("texts/en.js", "Object.keys(m.default)") if f'"{key}"' not in sources}
    assert unused == made


@pytest.mark.parametrize(("wanted", "expected"), [(["fr-CA", "en"], "fr"), (["de", "en-US"], "en"), (["de"], "en")])
def test_language_follows_the_browser(page: Watched, wanted: list[str], expected: str) -> None:
    assert page.module("i18n.js", "m.preferred(a)", wanted) == expected


def test_header_takes_its_signal_files_along(page: Watched) -> None:
    call = """Promise.all([m.groupFiles(a.map(([n, t]) => new File([t], n)))])
              .then(([g]) => g.map(files => files.map(f => f.name)))"""
    header = "rec 2 500 10\r\none.dat 16 1000/mV\ntwo.dat 16 1000/mV\n# a comment\n"
    files = [("x.csv", ""), ("two.dat", ""), ("rec.hea", header), ("one.dat", ""), ("rec.mat", "")]
    found = page.module("files.js", call, files)
    assert found == [["x.csv"], ["rec.hea", "one.dat", "two.dat"], ["rec.mat"]]


def test_fields_asked_for(page: Watched) -> None:
    asked = {
        "x does not say its sampling rate (rate, in Hz) and unit (unit, such as mV); give it.": ["rate", "unit"],
        "lead names (leads, such as I,II,V1); give it.": ["leads"],
        "To predict without them, ask for zeros (missing_leads zero).": ["missing_leads"],
        "To predict without them, ask for zeros (--missing-leads zero).": ["missing_leads"],
        "the leads (all of them) are flat; the rate is odd.": [],
    }
    found = page.module("options.js", "a.map(m.fieldsAskedFor)", list(asked))
    assert found == list(asked.values())
    assert page.module("options.js", "['500', '250,5', '0', '-1', '1e3', 'x', ''].map(m.parseRate)") == [
        500,
        250.5,
        *[None] * 5,
    ]


def test_names_of_saved_files(page: Watched) -> None:
    names = ["a.b.csv", "../../etc/x.dcm", '<img src="x">.npy', ".hea", "Éric 1.scp"]
    found = page.module("download.js", "a.map(m.stem)", names)
    assert found == ["a.b", ".._.._etc_x", "_img src__x__", ".hea", "Éric 1"]


def test_every_sentence_is_found_in_french_with_its_values(browser: Any, address: str) -> None:
    def filled(template: str) -> str:
        values = iter(range(1, 10))
        return re.sub(r"\{\}", lambda _: f"w{next(values)}", template)

    with watched(browser, address, locale="fr-FR") as page:
        found = page.module("said.js", "a.map(m.said)", [filled(english) for english in SENTENCES])
        assert [one["text"] for one in found] == [filled(french) for french in SENTENCES.values()]
        assert {one["lang"] for one in found} == {"fr"}
        odd = [
            "resampled from 1,000 Hz to 62.5 Hz",
            "all leads hold one value for the last 0.10 s",
            "nobody knows this.",
            "00123.4 is empty.",
            "1,000: lasts 1.5 s; at least 2.5 s are needed.",
            "the model: all leads are flat.",
        ]
        assert [one["text"] for one in page.module("said.js", "a.map(m.said)", odd)] == [
            "rééchantillonné de 1\u202f000 Hz à 62,5 Hz",
            "toutes les dérivations gardent une même valeur pendant les dernières 0,10 s",
            "nobody knows this.",
            "00123.4 est vide.",
            "1,000\u00a0: dure 1,5 s\u202f; il en faut au moins 2,5.",
            "the model\u00a0: toutes les dérivations sont plates.",
        ]
        assert page.complaints == []
