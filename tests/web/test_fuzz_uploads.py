"""Damaged files and forms: each is answered with a status that is meant and one sentence; the service stays well."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.mutations import changes, damage
from formats.test_round_trips import FILES
from twelvelead.web.examples import example_csv

few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def written():
    return {name: (write(), hints) for name, (write, hints) in FILES.items()}


@pytest.fixture(autouse=True, scope="module")
def still_well(client):
    yield
    assert client.upload("/api/predict", example_csv("MI")).status_code == 200


def check(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 400, 422), answer.text
    if answer.status_code != 200:
        said = answer.json()
        assert said.keys() == {"error"} and said["error"].isprintable() and 0 < len(said["error"]) < 1500
        assert "/tmp" not in said["error"] and "Traceback" not in said["error"]


@given(st.sampled_from(list(FILES)), changes, st.sampled_from(["/api/predict", "/api/ecg"]))
@few
def test_damaged_files(client, written, name, made, path):
    content, hints = written[name]
    fields = {
        key.removesuffix("_hz"): ",".join(value) if isinstance(value, list) else str(value)
        for key, value in hints.items()
    }
    check(client.upload(path, damage(content, made), "ecg", **fields))


@given(changes)
@few
def test_damaged_forms(client, made):
    request = httpx.Request("POST", "http://x/", files={"file": ("a.csv", b"I,II\n1,2\n3,4\n")}, data={"rate": "500"})
    body = damage(request.read(), made)
    check(client.post("/api/predict", content=body, headers={"content-type": request.headers["content-type"]}))
