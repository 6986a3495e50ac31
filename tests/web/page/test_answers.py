"""What the page says of an ECG: the service's own answer, what drove it, and what can be saved."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from web.page.driving import Watched, upload


@pytest.fixture
def result(page: Watched) -> Watched:
    """The infarction's result."""
    page.example("MI")
    return page


def answer_of(page: Watched, name: str) -> Any:
    """What `/api/predict` says of an example."""
    content = page.fetch(f"/api/examples/{name}").body()
    return page.fetch("/api/predict", multipart={"file": upload(f"simulated-{name}.csv", content)}).json()


def test_probabilities_and_decisions_are_those_of_the_service(result: Watched) -> None:
    answer = answer_of(result, "MI")
    model = result.fetch("/api/model").json()
    for name, probability in answer["probabilities"].items():
        item = result.page.locator(f".bar-item[data-class={name}]")
        assert item.locator(".bar-value").inner_text() == f"{100 * probability:.1f}%"
        said = "reaches" if answer["decisions"][name] else "below"
        threshold = f"{100 * model['thresholds'][name]:.0f}%"
        assert f"{said} its threshold of {threshold}" in item.inner_text()
        tick = item.locator(".bar-tick").evaluate("e => parseFloat(e.style.left)")
        assert tick == pytest.approx(100 * model["thresholds"][name], abs=0.01)
        fill = item.locator(".bar-fill").evaluate("e => parseFloat(e.style.width)")
        assert fill == pytest.approx(100 * probability, abs=0.01)


def test_steps_and_doubts_are_those_of_the_service(result: Watched) -> None:
    answer = answer_of(result, "MI")
    assert result.page.locator(".notes.steps li").all_inner_texts() == answer["steps"]
    assert result.page.locator(".notes.doubts li").all_inner_texts() == answer["quality"]


def test_french_says_the_same_in_french(result: Watched) -> None:
    probability = answer_of(result, "MI")["probabilities"]["MI"]
    result.page.click("[data-language=fr]")
    item = result.text(".bar-item[data-class=MI]").replace("\u202f", " ").replace("\xa0", " ")
    assert "Infarctus du myocarde" in item
    assert f"{100 * probability:.1f} %".replace(".", ",") in item
    assert "seuil de" in item
    assert result.page.get_attribute("html", "lang") == "fr"
    assert "n’est pas un dispositif médical" in result.text("footer")


def test_french_tells_the_steps_in_french_and_keeps_the_original(result: Watched) -> None:
    result.page.click("[data-language=fr]")
    items = result.page.locator(".notes.steps li")
    assert "rééchantillonné de 500 Hz à 100 Hz" in items.all_inner_texts()
    found = items.evaluate_all("items => items.map(item => [item.title, item.lang])")
    assert found == [[step, "fr"] for step in answer_of(result, "MI")["steps"]]
    result.page.click("[data-language=en]")
    assert items.all_inner_texts() == answer_of(result, "MI")["steps"]


def test_the_notice_is_in_sight_in_every_state(page: Watched) -> None:
    def seen() -> bool:
        box = page.page.locator("footer").bounding_box()
        return box["y"] + box["height"] <= 900.5 and "not a medical device" in page.text("footer")

    assert seen()
    page.open(upload("no.txt", b"hello"))
    page.page.wait_for_selector("#error:not([hidden])")
    assert seen()
    page.page.click("#home")
    page.example("CD")
    page.page.evaluate("scrollTo(0, 0)")
    assert seen()


def saved(result: Watched, what: str, folder: Path) -> tuple[str, bytes]:
    """Name and bytes of what a button saves."""
    with result.page.expect_download() as download:
        result.page.click(f"#save-{what}")
    path = folder / what
    download.value.save_as(path)
    return download.value.suggested_filename, path.read_bytes()


def test_saving_a_picture(result: Watched, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    result.page.check("input[name=layout][value='6x2']")
    name, content = saved(result, "png", tmp_path)
    assert (name, content[:8]) == ("simulated-MI.png", b"\x89PNG\r\n\x1a\n")
    opened = image.open(io.BytesIO(content))
    assert opened.width > opened.height > 500
    assert "simulated-MI.png" in result.text("#save-message")


def test_saving_a_pdf(result: Watched, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    name, content = saved(result, "pdf", tmp_path)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert (name, len(reader.pages)) == ("simulated-MI.pdf", 1)
    assert "not a medical device" in " ".join(reader.pages[0].extract_text().split())


def test_saving_the_answer(result: Watched, tmp_path: Path) -> None:
    name, content = saved(result, "json", tmp_path)
    assert name == "simulated-MI.json"
    assert json.loads(content) == answer_of(result, "MI")
    assert list(json.loads(content)) == ["file", "probabilities", "decisions", "quality", "steps"]


def test_printing_shows_the_notice_and_no_controls(result: Watched) -> None:
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(io.BytesIO(result.page.pdf(prefer_css_page_size=True))).pages
    first = pages[0].extract_text()
    assert "not a medical device" in first
    assert "aVR" in first
    assert not any(word in " ".join(p.extract_text() for p in pages) for word in ("Calipers", "Zoom", "Open ECG"))
    width_mm = float(pages[0].mediabox.width) / 72 * 25.4
    assert width_mm == pytest.approx(297, abs=1)
    assert len(pages) <= 3


def explained(result: Watched, method: str) -> Any:
    """Ask for colours by a method; gives the service's own explanation."""
    if not result.fetch("/api/model").json()["explain"]["available"]:
        pytest.skip("this service cannot explain")
    with result.page.expect_response("**/api/explain") as answer:
        result.page.check("#explain-on") if method == "integrated_gradients" else result.page.select_option(
            "#explain-method", method
        )
    result.page.wait_for_selector(".legend-bar")
    return answer.value.json()


def test_colours_by_what_drove_a_class(result: Watched) -> None:
    explanation = explained(result, "integrated_gradients")
    assert explanation["class"] == "MI"
    assert result.page.locator("#ecg .mark").count() > 10
    assert result.page.locator("#ecg .mark.for").count() > 0
    shares = dict(zip(explanation["by_lead"], result.page.locator(".share-value").all_inner_texts()[-12:]))
    assert shares == {lead: f"{100 * share:.0f}%" for lead, share in explanation["by_lead"].items()}
    most = max(explanation["by_lead"], key=explanation["by_lead"].get)
    result.until("document.querySelector('#status').textContent.includes('Most in lead ' + a + '.')", most)
    result.page.uncheck("#explain-on")
    assert result.page.locator("#ecg .mark").count() == 0


def test_another_class_is_explained_on_its_own(result: Watched) -> None:
    explained(result, "integrated_gradients")
    with result.page.expect_response("**/api/explain") as answer:
        result.page.select_option("#explain-class", "HYP")
    assert answer.value.json()["class"] == "HYP"
    asked: list[str] = []
    result.page.on("request", lambda request: asked.append(request.url))
    result.page.select_option("#explain-class", "MI")
    result.page.wait_for_selector(".shares")
    assert asked == []  # known already


def test_grad_cam_says_that_it_knows_no_leads(result: Watched) -> None:
    explained(result, "grad_cam")
    assert "leads are already mixed" in result.text("#explain")
    assert result.page.locator(".shares").count() == 0
    assert result.page.locator("#ecg .mark").count() > 0
