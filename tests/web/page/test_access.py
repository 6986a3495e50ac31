"""For everyone: axe in every state, keyboard alone, a phone, light and dark, what a screen reader is told."""

from collections.abc import Callable
from typing import Any

import pytest

from web.page.driving import Watched, upload

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

OpenPage = Callable[..., Watched]


def violations(page: Watched) -> list[str]:
    """What axe finds, one line each."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    found = axe.run(page.page, options=RULES).response["violations"]
    return [f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


@pytest.mark.parametrize(
    ("theme", "locale"), [("light", "en-GB"), ("dark", "en-GB"), ("light", "fr-FR"), ("dark", "fr-FR")]
)
def test_axe_in_every_state(open_page: OpenPage, theme: str, locale: str) -> None:
    page = open_page(color_scheme=theme, locale=locale, viewport={"width": 1280, "height": 900})
    page.page.click("#keys summary")
    page.page.click("#about summary")
    assert violations(page) == []
    page.open(upload("no.txt", b"hello"))
    page.page.wait_for_selector("#error:not([hidden])")
    assert violations(page) == []
    page.page.click("#home")
    page.example("MI")
    page.page.click("#calipers")
    if page.page.locator("#explain-on").count():
        page.page.check("#explain-on")
        page.page.wait_for_selector("#explain .legend-bar")
    assert violations(page) == []


def test_axe_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    assert violations(page) == []
    page.open(*[upload(f"{n}.txt", b"hello") for n in (1, 2)])
    page.page.wait_for_selector("#queue:not([hidden])")
    page.page.wait_for_selector("#error:not([hidden])")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_nothing_overflows_on_a_phone(open_page: OpenPage, width: int, locale: str) -> None:
    page = open_page(viewport={"width": width, "height": 740}, has_touch=True, is_mobile=True, locale=locale)

    def fits() -> bool:
        return bool(page.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    page.open(upload("a-very-long-name-without-any-blank-in-it-that-goes-on-and-on-and-on.txt", b"hello"))
    page.page.wait_for_selector("#error:not([hidden])")
    assert fits()
    page.page.click("#home")
    page.example("HYP")
    page.page.click("#calipers")
    assert fits()
    assert page.page.evaluate("(r => r.scrollWidth > r.clientWidth)(document.querySelector('#paper'))")


def test_targets_are_large_enough_for_a_finger(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    page.example("NORM")
    page.page.click("#calipers")
    script = """() => [...document.querySelectorAll("button, select, .segment, .caliper-handle, summary, label.check")]
      .filter(e => e.checkVisibility()).map(e => [e.id || e.className, e.getBoundingClientRect().height])
      .filter(([, height]) => height < 44)"""
    assert page.page.evaluate(script) == []


def test_pinching_the_paper(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    page.example("NORM")
    before = page.page.locator("#ecg").bounding_box()["width"]
    page.page.locator("#paper").scroll_into_view_if_needed()
    box = page.page.locator("#paper").bounding_box()
    x, y = box["x"] + 150, box["y"] + 100
    session = page.page.context.new_cdp_session(page.page)

    def touch(kind: str, *spans: int) -> None:
        points = [{"x": x + side * spans[0], "y": y} for side in (-1, 1)] if spans else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 30)
    for span in (40, 50, 60):
        touch("touchMove", span)
    touch("touchEnd")
    page.until(f"document.querySelector('#ecg').getBoundingClientRect().width > {1.5 * before}")
    assert page.page.evaluate("visualViewport.scale") == 1


def test_by_keyboard_alone(page: Watched) -> None:
    keys = page.page.keyboard
    focused = (
        "document.activeElement.id || document.activeElement.dataset.example || document.activeElement.dataset.language"
    )

    def tab_to(name: str) -> None:
        for _ in range(40):
            keys.press("Tab")
            if page.page.evaluate(focused) == name:
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    keys.press("Tab")
    assert page.page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    tab_to("MI")
    keys.press("Enter")
    page.page.wait_for_selector("#result:not([hidden])")
    assert page.page.evaluate(focused) == "result-heading"
    keys.press("Tab")
    keys.press("ArrowRight")  # the next layout
    assert page.page.is_checked("input[value='6x2']")
    tab_to("zoom-in")
    before = page.text("#zoom-percent")
    keys.press("Space")
    assert page.text("#zoom-percent") != before
    tab_to("calipers")
    keys.press("Enter")
    keys.press("ArrowRight")
    assert "ms" in page.text("#caliper-reading")
    keys.press("Tab")
    keys.press("Escape")
    assert page.page.evaluate(focused) == "paper"
    tab_to("save-json")
    with page.page.expect_download():
        keys.press("Enter")


def test_focus_is_never_behind_the_notice(page: Watched) -> None:
    page.example("NORM")
    hidden: list[Any] = []
    for _ in range(30):
        page.page.keyboard.press("Tab")
        hidden += page.page.evaluate(
            """() => {
              const e = document.activeElement, b = e.getBoundingClientRect();
              const n = document.querySelector("footer").getBoundingClientRect();
              return e !== document.body && b.top >= n.top && b.height ? [e.id || e.className] : [];
            }"""
        )
    assert hidden == []


def test_theme_is_switched_and_remembered(page: Watched) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.page.evaluate(ground)
    page.page.select_option("#theme", "dark")
    dark = page.page.evaluate(ground)
    assert light != dark
    page.page.reload()
    page.page.wait_for_selector("#examples button")
    assert page.page.evaluate(ground) == dark
    page.example("NORM")
    sheet = "getComputedStyle(document.querySelector('.paper-sheet')).fill"
    trace = "getComputedStyle(document.querySelector('.trace')).stroke"
    assert page.page.evaluate(f"[{sheet}, {trace}]") == ["rgb(25, 19, 18)", "rgb(245, 238, 232)"]


def test_language_is_switched_and_remembered(page: Watched) -> None:
    assert page.text("h1:visible") == "Read a 12-lead ECG"
    page.page.click("[data-language=fr]")
    assert page.text("h1:visible") == "Lire un ECG à 12 dérivations"
    assert page.page.get_attribute("[data-language=fr]", "aria-pressed") == "true"
    page.page.reload()
    page.page.wait_for_selector("#examples button")
    assert page.text("[data-example=MI]").startswith("Infarctus du myocarde")
    assert page.page.title() == "twelvelead\u00a0: ECG à 12 dérivations"


def test_what_a_screen_reader_is_told(page: Watched) -> None:
    page.example("MI")
    label = page.page.get_attribute("#ecg", "aria-label")
    assert label == "12-lead ECG of simulated-MI.csv, 10 s, layout 3x4+1, 25 mm/s, 10 mm/mV"
    assert page.page.get_attribute("#alert", "role") == "alert"
    tree = page.page.locator("main").aria_snapshot()
    for said in ("What the model says", "Myocardial infarction", "reaches its threshold of", 'radio "3×4+1" [checked]'):
        assert said in tree
