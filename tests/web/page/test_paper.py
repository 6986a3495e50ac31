"""What the paper shows and measures: samples where they belong, layouts, scales, zoom, calipers by mouse and keys."""

import re
from typing import Any

import numpy as np
import pytest

from twelvelead.leads import LEADS
from web.page.driving import Watched
from web.page.example_signal import RATE_HZ, TIME_ZERO_MM, example_mv, lead_of, on_paper

RHYTHM_ROW = 3


@pytest.fixture
def result(page: Watched) -> Watched:
    """The infarction's result."""
    page.example("MI")
    return page


def path_points(result: Watched, index: int) -> np.ndarray:
    """`(point, 2)` mm of the trace that is number `index`."""
    path = result.page.locator("#ecg .trace[data-lead]").nth(index).get_attribute("d")
    return np.array(re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path), dtype=float)


@pytest.mark.parametrize(("layout", "traces"), [("3x4+1", 13), ("6x2", 12), ("12x1", 12)])
def test_every_sample_is_where_it_belongs(result: Watched, layout: str, traces: int) -> None:
    result.page.check(f"input[name=layout][value='{layout}']")
    assert result.page.locator("#ecg .trace[data-lead]").count() == traces
    paper = on_paper(example_mv(result, "MI").astype(np.float32), layout)
    for index, piece in enumerate(paper.pieces):
        samples = piece.start + np.arange(len(piece.mv))
        x = TIME_ZERO_MM + samples / RATE_HZ * 25
        y = paper.baseline(piece.row) - (piece.mv - piece.centre_mv) * 10
        np.testing.assert_allclose(path_points(result, index), np.stack([x, y], axis=1), atol=0.006)


def test_speed_and_gain(result: Watched) -> None:
    usual = path_points(result, 12)
    result.page.check("input[name=speed][value='50']")
    result.page.check("input[name=gain][value='20']")
    large = path_points(result, 12)
    assert "50 mm/s   20 mm/mV   500 Hz" in result.text("#scale")
    np.testing.assert_allclose(np.ptp(large, axis=0), 2 * np.ptp(usual, axis=0), atol=0.01)
    pulse = result.page.locator("#ecg .pulse").first.get_attribute("d")
    assert re.search(r"H2\.5V[\d.]+H12\.5V", pulse)
    result.page.reload()
    result.page.wait_for_selector("#examples button")
    assert result.page.is_checked("input[name=speed][value='50']")


def width(result: Watched) -> float:
    return float(result.page.locator("#ecg").bounding_box()["width"])


def test_zoom_by_buttons_keys_and_wheel(result: Watched) -> None:
    fitted = width(result)
    assert result.page.evaluate("(r => r.scrollWidth <= r.clientWidth)(document.querySelector('#paper'))")
    result.page.click("#zoom-in")
    assert width(result) == pytest.approx(1.25 * fitted, rel=1e-3)
    result.page.focus("#paper")
    result.page.keyboard.press("+")
    assert width(result) == pytest.approx(1.25**2 * fitted, rel=1e-3)
    result.page.keyboard.press("-")
    result.page.keyboard.press("-")
    assert width(result) == pytest.approx(fitted, rel=1e-3)
    box = result.page.locator("#paper").bounding_box()
    result.page.mouse.move(box["x"] + 300, box["y"] + 100)
    result.page.keyboard.down("Control")
    result.page.mouse.wheel(0, -400)
    result.page.keyboard.up("Control")
    result.until(f"document.querySelector('#ecg').getBoundingClientRect().width > {2 * fitted}")
    result.page.keyboard.press("0")
    assert width(result) == pytest.approx(fitted, rel=1e-3)


def test_zoom_keeps_the_place_under_the_mouse(result: Watched) -> None:
    box = result.page.locator("#paper").bounding_box()
    before = result.page.locator("#ecg").bounding_box()
    x, y = box["x"] + 500, box["y"] + 200
    result.page.mouse.move(x, y)
    result.page.keyboard.down("Control")
    result.page.mouse.wheel(0, -600)
    result.until(f"document.querySelector('#ecg').getBoundingClientRect().width > {1.5 * before['width']}")
    result.page.keyboard.up("Control")
    after = result.page.locator("#ecg").bounding_box()
    share = [(b["width"], x - b["x"], y - b["y"]) for b in (before, after)]
    assert share[1][1] / share[1][0] == pytest.approx(share[0][1] / share[0][0], abs=2e-3)
    assert share[1][2] / share[1][0] == pytest.approx(share[0][2] / share[0][0], abs=2e-3)


def test_names_of_leads_stay_in_sight(result: Watched) -> None:
    result.page.check("input[name=layout][value='12x1']")
    for _ in range(4):
        result.page.click("#zoom-in")
    result.page.evaluate("document.querySelector('#paper').scrollLeft = 1000")
    left = result.page.locator("#paper").bounding_box()["x"]
    label = "document.querySelector('.labels text').getBoundingClientRect().x"
    result.until(f"Math.abs({label} - {left}) < 40")


def reading(result: Watched) -> tuple[float, ...]:
    """ms, mV and beats per minute that a person reads."""
    found = re.fullmatch(r"([\d.,]+) ms · (−?[\d.]+) mV · ([\d.,]+) bpm", result.text("#caliper-reading"))
    assert found, result.text("#caliper-reading")
    return tuple(float(text.replace("−", "-").replace(",", "")) for text in found.groups())


def expected(mv: np.ndarray, first: int, second: int) -> Any:
    """The same from the simulated signal; the page rounds to 0.1 ms, 1 µV and 0.1 beats."""
    ms = (second - first) / RATE_HZ * 1000
    return pytest.approx((ms, mv[second] - mv[first], 60000 / ms), abs=0.051)


def pixels(result: Watched, mv: np.ndarray, row: int, sample: int) -> tuple[int, int]:
    """Where a sample is on the screen."""
    box = result.page.locator("#sheet").bounding_box()
    size = float(result.page.get_attribute("#ecg", "viewBox").split()[2])
    x, y = on_paper(mv.astype(np.float32)).place(row, sample)
    return round(box["x"] + x * box["width"] / size), round(box["y"] + y * box["width"] / size)


def sample_under(result: Watched, x: int) -> int:
    """The sample at a place on the screen."""
    box = result.page.locator("#sheet").bounding_box()
    size = float(result.page.get_attribute("#ecg", "viewBox").split()[2])
    return round(((x - box["x"]) * size / box["width"] - TIME_ZERO_MM) / 25 * RATE_HZ)


@pytest.mark.parametrize("row", [0, RHYTHM_ROW])
def test_calipers_by_mouse(result: Watched, row: int) -> None:
    signal = example_mv(result, "MI")
    mv = lead_of(row, signal)
    result.page.click("#calipers")
    start, end = pixels(result, signal, row, 300), pixels(result, signal, row, 720)
    result.page.mouse.move(*start)
    result.page.mouse.down()
    result.page.mouse.move(*end, steps=3)
    result.page.mouse.up()
    first, second = sample_under(result, start[0]), sample_under(result, end[0])
    assert abs(first - 300) <= 4
    assert reading(result) == expected(mv, first, second)
    assert reading(result)[1] == pytest.approx(mv[second] - mv[first], abs=6e-4)


def test_moving_one_point_keeps_the_other(result: Watched) -> None:
    signal = example_mv(result, "MI")
    result.page.click("#calipers")
    handle = result.page.locator(".caliper-handle").nth(1).bounding_box()
    first = result.page.get_attribute(".caliper-handle >> nth=0", "aria-valuetext")
    target = pixels(result, signal, RHYTHM_ROW, 4000)
    result.page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    result.page.mouse.down()
    result.page.mouse.move(*target)
    result.page.mouse.up()
    now = result.page.get_attribute(".caliper-handle >> nth=0", "aria-valuetext")
    assert now.split(";")[0] == first.split(";")[0]
    second = sample_under(result, target[0])
    assert f"{second / RATE_HZ:.3f} s" in result.page.get_attribute(".caliper-handle >> nth=1", "aria-valuetext")


def point(result: Watched, index: int) -> tuple[str, float]:
    """Lead and second that a screen reader says of a point."""
    text = result.page.get_attribute(f".caliper-handle >> nth={index}", "aria-valuetext")
    found = re.match(r"lead (\w+), ([\d.]+) s, ", text)
    assert found, text
    return found[1], float(found[2])


def test_calipers_by_keys(result: Watched) -> None:
    signal = example_mv(result, "MI")
    result.page.focus("#paper")
    result.page.keyboard.press("c")
    lead, second = point(result, 0)
    assert lead == "II"
    first = round(second * RATE_HZ)
    other = round(point(result, 1)[1] * RATE_HZ)
    for _ in range(3):
        result.page.keyboard.press("ArrowLeft")
    result.page.keyboard.press("Shift+ArrowLeft")
    assert round(point(result, 0)[1] * RATE_HZ) == first - 13
    result.page.keyboard.press("Tab")
    result.page.keyboard.press("Shift+ArrowRight")
    mv = signal[:, LEADS.index("II")]
    assert reading(result) == expected(mv, first - 13, other + 10)
    result.page.keyboard.press("ArrowUp")
    assert point(result, 1)[0] in ("aVF", "V3")
    result.page.keyboard.press("Escape")
    assert result.page.is_hidden(".calipers")
    assert result.page.evaluate("document.activeElement.id") == "paper"


def test_free_calipers_go_by_hundredths_of_a_millivolt(result: Watched) -> None:
    result.page.click("#calipers")
    result.page.uncheck("#snap")
    before = reading(result)
    result.page.focus(".caliper-handle >> nth=1")
    for _ in range(5):
        result.page.keyboard.press("ArrowUp")
    assert reading(result) == pytest.approx((before[0], before[1] + 0.05, before[2]), abs=2e-3)


def test_clearing_the_calipers(result: Watched) -> None:
    result.page.click("#calipers")
    assert result.page.get_attribute("#calipers", "aria-pressed") == "true"
    result.page.click("#caliper-clear")
    assert result.page.is_hidden(".caliper-flag")
    assert result.page.get_attribute("#calipers", "aria-pressed") == "false"
