"""What goes wrong, what the page says then, and how a person goes on."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from twelvelead.leads import LEADS
from web.page.driving import Watched, served, upload

RESULT = "#result:not([hidden])"
ERROR = "#error:not([hidden])"


@pytest.fixture(scope="module")
def array() -> bytes:
    """An ECG as an `.npy`, which says neither rate nor leads nor unit: microvolts, 500 Hz, 5 s."""
    from formats.writers.ecg import SIGNAL_UV

    stream = io.BytesIO()
    np.save(stream, np.tile(SIGNAL_UV, (4, 1))[:2500].astype(np.float32))
    return stream.getvalue()


def test_saying_what_the_file_does_not(page: Watched, array: bytes) -> None:
    page.open(upload("bare.npy", array))
    page.page.wait_for_selector(ERROR)
    assert page.text("#error-heading") == "bare.npy was not read"
    assert "sampling rate" in page.text("#alert .said")
    assert "Say it below" in page.text("#alert")
    assert page.page.evaluate("document.activeElement.name") == "rate"
    page.page.keyboard.type("5oo")
    page.page.keyboard.press("Enter")
    assert "number of Hz" in page.text("#options-error")
    page.page.fill("[name=rate]", "500")
    page.page.select_option("[name=unit]", "uV")
    page.page.click("#usual-leads")
    assert page.page.input_value("[name=leads]") == ",".join(LEADS)
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(RESULT)
    assert page.text(".facts dd:nth-of-type(3)") == "5 s"
    assert page.page.is_hidden("#options")


def test_a_missing_lead(page: Watched) -> None:
    rows = ["I (mV),II (mV),V1 (mV),V2 (mV),V4 (mV),V5 (mV),V6 (mV)"]
    rng = np.random.default_rng(0)
    beat = np.exp(-0.5 * ((np.arange(2500) % 400 - 200) / 5) ** 2)
    signal = np.outer(beat, np.arange(1, 8) / 5) + rng.normal(0, 0.005, (2500, 7))
    rows += [",".join(f"{value:.4f}" for value in row) for row in signal]
    page.open(upload("seven.csv", "\n".join(rows).encode()))
    page.page.wait_for_selector(ERROR)
    page.page.fill("[name=rate]", "500")
    page.page.click("#options [type=submit]")
    page.until("document.querySelector('#alert').textContent.includes('V3 missing')")
    page.page.wait_for_selector(ERROR)
    assert page.page.input_value("[name=rate]") == "500"
    page.page.select_option("[name=missing_leads]", "zero")
    page.page.click("#options [type=submit]")
    page.page.wait_for_selector(RESULT)
    assert "V3 missing and set to zero" in page.text(".notes.doubts")
    assert page.page.locator(".labels text", has_text="V3 (no data)").count() == 1


def test_a_header_without_its_signal_file(page: Watched) -> None:
    page.open(upload("rec.hea", b"rec 1 500 100\nrec.dat 16 1000/mV 16 0 0 0 0 I\n"))
    page.page.wait_for_selector(ERROR)
    assert "signal files together" in page.text("#alert")
    assert page.page.is_hidden("#options")


def test_too_large_is_told_before_it_is_sent(open_page: Callable[..., Watched]) -> None:
    page = open_page()
    limit = page.fetch("/api/model").json()["limits"]["upload_bytes"]
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url))
    script = """size => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(size)], "large.dcm"));
      return transfer;
    }"""
    transfer = page.page.evaluate_handle(script, limit + 1)
    page.page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    page.page.wait_for_selector(ERROR)
    assert "large.dcm has" in page.text("#alert")
    assert asked == []


def test_the_service_is_gone_and_comes_back(page: Watched) -> None:
    page.page.route("**/api/**", lambda route: route.abort())
    page.page.click("[data-example=CD]")
    page.page.wait_for_selector(ERROR)
    assert page.text("#alert .said") == "The service does not answer."
    assert "twelvelead serve still runs" in page.text("#alert")
    page.page.unroute("**/api/**")
    page.page.click("#retry")
    page.page.wait_for_selector(RESULT)


def test_the_service_is_busy_for_a_while(page: Watched) -> None:
    answers = iter([True, False])

    def once_busy(route: Any) -> None:
        if next(answers):
            body = {"error": "too many wait; try again."}
            route.fulfill(status=503, json=body, headers={"Retry-After": "1"})
        else:
            route.continue_()

    page.page.route("**/api/ecg", once_busy)
    page.page.click("[data-example=NORM]")
    page.until("document.querySelector('#busy-heading').textContent.includes('trying again in 1 s')")
    page.page.wait_for_selector(RESULT)


def test_an_error_of_the_service(page: Watched) -> None:
    page.page.route("**/api/ecg", lambda route: route.fulfill(status=422, json={"error": "<b>x</b> is no ECG."}))
    page.page.click("[data-example=NORM]")
    page.page.wait_for_selector(ERROR)
    assert page.text("#alert .said") == "<b>x</b> is no ECG."
    assert page.page.is_visible("#options")
    page.page.click("[data-language=fr]")
    assert page.text("#error-heading") == "simulated-NORM.csv n’a pas été lu"
    assert page.text("#alert .said") == "<b>x</b> is no ECG."  # no translation is known
    assert page.page.get_attribute("#alert .said", "lang") == "en"
    page.page.click("#home")
    assert page.page.is_visible("#drop")


def test_an_error_in_french(open_page: Callable[..., Watched], array: bytes) -> None:
    page = open_page(locale="fr-FR")
    page.open(upload("bare.npy", array))
    page.page.wait_for_selector(ERROR)
    assert page.text("#alert .said") == (
        "bare.npy ne dit pas tout\u202f; à indiquer\u00a0: fréquence d’échantillonnage (Hz) et noms des dérivations "
        "(comme I,II,V1) et unité (comme mV ou uV)."
    )
    assert page.page.get_attribute("#alert .said", "title").startswith("bare.npy does not say its sampling rate")
    assert page.page.evaluate("document.activeElement.name") == "rate"


def test_cancelling(page: Watched) -> None:
    page.page.route("**/api/ecg", lambda route: None)
    page.page.click("[data-example=NORM]")
    page.page.click("#cancel")
    assert page.page.is_visible("#drop")
    page.page.unroute("**/api/ecg")
    page.example("MI")


def test_a_picture_that_cannot_be_made(page: Watched) -> None:
    page.example("NORM")
    page.page.route("**/api/picture", lambda route: route.fulfill(status=503, json={"error": "the queue is full."}))
    page.page.click("#save-png")
    page.until("document.querySelector('#save-message').textContent === 'Not saved: the queue is full.'")


def test_the_token_is_asked_for_once(open_page: Callable[..., Watched], address: str) -> None:
    token = "0123456789abcdef0123"
    with served(TWELVELEAD_TOKEN=token) as locked:
        page = open_page(locked)
        page.page.wait_for_selector("dialog[open]")
        assert page.page.evaluate("document.activeElement.id") == "token-input"
        page.page.keyboard.type("wrong-wrong-wrong-wrong")
        page.page.keyboard.press("Enter")
        page.until("document.querySelector('#token-error').textContent.includes('not accepted')")
        page.page.fill("#token-input", token)
        page.page.keyboard.press("Enter")
        page.page.wait_for_selector("#examples button")
        page.example("STTC")
        page.page.reload()
        page.page.wait_for_selector("#examples button")  # kept for this tab
        assert page.page.is_hidden("dialog")
        assert page.page.evaluate("Object.values(localStorage)") == []
