"""The API without a network: every address, every error, the same answers as the command line."""

import asyncio
import base64
import json
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi.openapi.models import OpenAPI

from formats.writers import plain
from twelvelead.cli import main
from twelvelead.data.labels import SUPERCLASSES
from twelvelead.data.simulate import simulate_ecg
from twelvelead.leads import LEADS
from twelvelead.web.app import create_app
from twelvelead.web.batcher import Batcher
from twelvelead.web.lane import Lane
from twelvelead.web.service import Service
from twelvelead.web.settings import MIB, Settings
from web.conftest import LOCAL, Client

NOTICE = "not a medical device"


@pytest.fixture(scope="module")
def ecg(client: Client) -> bytes:
    return client.get("/api/examples/MI").content


def error(answer: httpx.Response) -> str:
    """The sentence, after a look at its form."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"error"} and body["error"][-1] in ".?" and body["error"].isprintable()
    return body["error"]


def test_the_model(client, model, run):
    said = client.get("/api/model").json()
    assert said["name"] == run.name and said["classes"] == list(SUPERCLASSES)
    assert said["class_names"]["MI"] == "Myocardial infarction"
    assert said["thresholds"] == dict.fromkeys(SUPERCLASSES, 0.5)
    assert said["card"] == "# small\n" and NOTICE in said["notice"]
    assert said["limits"]["upload_bytes"] == 32 * MIB
    assert {"name", "suffixes", "description"} <= said["formats"][0].keys()


def test_examples_are_read_without_hints_and_are_always_the_same(client, model):
    examples = client.get("/api/examples").json()
    assert [example["name"] for example in examples] == list(SUPERCLASSES)
    for example in examples:
        answer = client.get(f"/api/examples/{example['name']}")
        assert answer.headers["content-disposition"] == f'attachment; filename="{example["file"]}"'
        assert answer.headers["content-type"].startswith("text/csv")
        assert model.predict(answer.content).quality == ()
        assert client.get(f"/api/examples/{example['name']}").content == answer.content
    assert "allowed are NORM" in error(client.get("/api/examples/none"))


def test_it_answers_what_the_command_line_prints(client, run, tmp_path, capsys):
    for number, (code, rate_hz, seconds) in enumerate([("NORM", 500, 10), ("LVH", 100, 27.3), ("IMI", 250, 4)]):
        path = tmp_path / f"{number}.npz"
        signal = simulate_ecg([code], seed=number, rate_hz=rate_hz, seconds=seconds)
        path.write_bytes(plain.npz(signal=signal, fs=rate_hz, leads=np.array(LEADS), unit="mV"))
        assert main(["predict", str(path), "--run", str(run), "--json"]) == 0
        expected = json.loads(capsys.readouterr().out)
        found = client.upload("/api/predict", path.read_bytes(), path.name).json()
        assert found.pop("probabilities") == pytest.approx(expected.pop("probabilities"), abs=1e-6)
        assert found == expected | {"file": path.name}


def test_real_files_are_answered_as_by_the_library(client, model, format_files: Path):
    tried = 0
    for folder in sorted(format_files.iterdir()):
        for path in sorted(path for path in folder.rglob("*") if path.is_file())[:6]:
            if path.suffix in (".hea", ".dat", ".mat") or path.stat().st_size > 4 * MIB:
                continue
            answer = client.upload("/api/predict", path.read_bytes(), path.name)
            try:
                expected = model.predict(path.read_bytes()).to_json()
            except ValueError:
                assert answer.status_code == 422 and error(answer)
                continue
            assert answer.json()["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-6)
            assert answer.json()["steps"] == expected["steps"]
            tried += 1
    assert tried


def test_a_wfdb_record_as_a_set(client, model, simulated):
    header = next(simulated.rglob("*.hea"))
    files = [("file", (path.name, path.read_bytes())) for path in (header.with_suffix(".dat"), header)]
    found = client.post("/api/predict", files=files).json()
    expected = model.predict(header).to_json()
    assert found["file"] == header.name
    assert found["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-6)


def test_requests_at_one_time_are_answered_each_with_its_own(service, model, client):
    signals = [simulate_ecg([code], seed=seed, rate_hz=100) for seed in range(4) for code in ("NORM", "AMI", "CLBBB")]
    files = [plain.npz(signal=signal, fs=100, leads=np.array(LEADS), unit="mV") for signal in signals]
    app = create_app(service)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=LOCAL, timeout=None) as one:
            return await asyncio.gather(*(one.post("/api/predict", files={"file": ("a.npz", f)}) for f in files))

    for answer, content in zip(asyncio.run(ask()), files):
        assert answer.json()["probabilities"] == pytest.approx(model.predict(content).probabilities, abs=1e-6)


def test_what_the_page_draws(client, ecg):
    found = client.upload("/api/ecg", ecg, "a.csv").json()
    shown = found["recording"]
    counts = np.frombuffer(base64.b64decode(shown["signal"]), "<i2").reshape(shown["samples"], 12)
    assert np.abs(counts * shown["scale_uv"] / 1000 - simulate_ecg(["IMI"], seed=0)).max() < 0.0011
    assert (found["format"], found["file_bytes"], found["thresholds"]["MI"]) == ("CSV", len(ecg), 0.5)
    assert client.upload("/api/predict", ecg, "a.csv").json().items() <= found.items()


def test_pictures(client, ecg):
    pictures = {}
    for fields in ({}, {"layout": "12x1", "speed": "50", "gain": "5"}, {"format": "pdf"}):
        answer = client.upload("/api/picture", ecg, 'a"/b\\c.csv', **fields)
        assert answer.status_code == 200, answer.text
        pictures[str(fields)] = answer.content
        kind = fields.get("format", "png")
        assert re.fullmatch(rf'attachment; filename="[\w.-]+\.{kind}"', answer.headers["content-disposition"])
        assert answer.content.startswith({"png": b"\x89PNG", "pdf": b"%PDF"}[kind])
    assert len(set(pictures.values())) == 3
    assert "layout is '1x1'" in error(client.upload("/api/picture", ecg, layout="1x1"))


@pytest.mark.parametrize("method", ["integrated_gradients", "grad_cam"])
def test_explanations(client, model, ecg, method):
    found = client.upload("/api/explain", ecg, "a.csv", **{"class": "MI", "method": method}).json()
    expected = model.explain(ecg, "MI", method=method)
    assert (found["file"], found["class"], found["method"]) == ("a.csv", "MI", method)
    assert found["probability"] == pytest.approx(expected.probability, abs=1e-6)
    assert sum(found["by_time"]["share"]) == pytest.approx(1)
    told = found["attribution"]
    values = np.frombuffer(base64.b64decode(told["values"]), np.int8).reshape(told["samples"], -1) * told["scale"]
    assert np.abs(values - expected.attribution).max() <= told["scale"] / 2 + 1e-9
    if method == "grad_cam":
        assert found["by_lead"] is told["leads"] is found["completeness"] is None and values.shape == (1000, 1)
    else:
        assert sum(found["by_lead"].values()) == pytest.approx(1) and told["leads"] == list(LEADS)
        assert found["completeness"]["logit"] == pytest.approx(expected.logit, abs=1e-6)


def test_what_cannot_be_explained(client, ecg, tmp_path, model):
    assert "class is 'XY'; allowed are NORM" in error(client.upload("/api/explain", ecg, **{"class": "XY"}))
    rows = ecg.decode().splitlines()
    header, samples = rows[0].partition(",")[2], [row.partition(",")[2] for row in rows[1:]]
    answer = client.upload("/api/explain", "\n".join([header, *samples * 7]).encode(), rate="500")
    assert answer.status_code == 422 and "at most 60 s are explained" in error(answer)
    (tmp_path / "exported.onnx").write_bytes(b"")
    service = Service(model, tmp_path / "exported.onnx", Settings())
    exported = Client(create_app(service))
    about = exported.get("/api/model").json()["explain"]
    assert about == {"available": False, "methods": [], "why_not": about["why_not"]}
    answer = exported.upload("/api/explain", ecg)
    assert answer.status_code == 501 and error(answer) == about["why_not"]
    service.__exit__()


@pytest.mark.parametrize("path", ["/api/predict", "/api/ecg", "/api/explain", "/api/picture"])
def test_uploads_that_are_none(client, ecg, path):
    for options, status, says in [
        ({"content": ecg}, 400, "no multipart/form-data but of no type; send the ECG as a form with the field 'file'"),
        ({"content": ecg, "headers": {"content-type": "text/csv"}}, 400, "but text/csv; send"),
        ({"content": ecg, "headers": {"content-type": "multipart/form-data"}}, 400, "with a boundary"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=b"}}, 400, "is damaged"),
        (
            {"files": {"other": ("a", ecg)}},
            400,
            "its file in the field 'other'; allowed is the field 'file': rename it",
        ),
        ({"files": {"other": (None, ecg)}}, 400, "a file must come with its name, in the field 'file'"),
        ({"files": {"other": (None, b"x")}}, 400, "the form's field is 'other'; allowed are file, rate"),
        ({"files": {"rate": (None, b"500")}}, 400, "has no file; send it as the field `file`"),
        ({"files": {"file": ("a", b"")}}, 422, "is empty"),
        ({"files": {"file": ("a.dcm", b"nonsense")}}, 422, "DICOM"),
        ({"files": {"file": ("a.csv", ecg)}, "data": {"unit": "kg"}}, 422, "unit 'kg' is no voltage"),
        ({"files": {"file": ("a.csv", ecg)}, "data": {"colour": "red"}}, 400, "field is 'colour'"),
    ]:
        answer = client.post(path, **options)
        assert answer.status_code == status and says in error(answer), answer.text


def test_other_addresses_and_methods(client):
    assert client.get("/api/predict").status_code == 405 and error(client.get("/api/predict"))
    for path in ("/nothing", "/api/nothing", "/docs", "/static/nothing.js", "/api/model/x"):
        assert client.get(path).status_code == 404 and error(client.get(path))


def test_health_and_metrics(client, ecg):
    assert client.get("/healthz").json() == {"status": "ok"}
    client.upload("/api/predict", ecg)
    client.upload("/api/predict", b"")
    client.get("/a/path/that/somebody/made/up")
    text = client.get("/metrics").text
    assert 'twelvelead_requests_total{method="POST",path="/api/predict",status="200"}' in text
    assert 'twelvelead_requests_total{method="GET",path="other",status="404"}' in text
    assert 'twelvelead_requests_total{method="GET",path="/healthz",status="200"}' in text
    assert 'twelvelead_refused_uploads_total{kind="file"}' in text
    assert 'twelvelead_waiting{lane="model"} 0.0' in text
    assert 'twelvelead_expected_wait_seconds{lane="parsers"} 0.0' in text
    assert "twelvelead_batch_windows_bucket" in text and "made/up" not in text


def test_the_openapi_document_lists_every_address_and_is_what_is_answered(client, ecg):
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.") and NOTICE in document["info"]["description"]
    assert set(document["paths"]) == {
        "/api/model", "/api/examples", "/api/examples/{name}", "/api/predict", "/api/ecg", "/api/explain",
        "/api/picture", "/healthz", "/metrics",
    }  # fmt: skip
    schemas = document["components"]["schemas"]
    for name, answer in {
        "ServedModel": client.get("/api/model"),
        "Answer": client.upload("/api/predict", ecg),
        "Ecg": client.upload("/api/ecg", ecg),
        "ExplainedClass": client.upload("/api/explain", ecg),
        "Error": client.get("/nothing"),
        "Health": client.get("/healthz"),
    }.items():
        assert set(schemas[name]["properties"]) == set(answer.json()) == set(schemas[name]["required"])
    shown = client.upload("/api/ecg", ecg).json()["recording"]
    assert set(schemas["ShownSignal"]["properties"]) == set(shown)
    form = document["paths"]["/api/picture"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"file", "rate", "leads", "unit", "missing_leads", "format", "layout"} <= set(form["properties"])


def test_every_error_is_stated_and_so_is_the_token(model, run):
    document = {}
    for token in (None, "0123456789abcdef"):
        service = Service(model, run, Settings(token=token))
        asked = Client(create_app(service))
        document[token] = asked.get("/openapi.json").json()
        OpenAPI.model_validate(document[token])
        for path, operations in document[token]["paths"].items():
            for method, operation in operations.items():
                ask = getattr(asked, method)
                stated = {int(status) for status in operation["responses"]}
                assert ask(path, headers={"host": "evil.example"}).status_code == 403
                answer = ask(path.replace("{name}", "none"))
                assert {403, 500, answer.status_code} <= stated
                assert ("security" in operation) == (401 in stated) == (answer.status_code == 401)
        service.__exit__()
    assert "securitySchemes" not in document[None]["components"]
    (scheme,) = document["0123456789abcdef"]["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    secured = {path for path, of in document["0123456789abcdef"]["paths"].items() if "security" in str(of)}
    assert secured == set(document[None]["paths"]) - {"/healthz"}
    refusal = document[None]["paths"]["/api/predict"]["post"]["responses"]["503"]
    assert set(refusal["headers"]) == {"Retry-After"} and "Error" in str(refusal["content"])


def test_who_would_wait_too_long_is_refused_before_the_body_comes(model, run, monkeypatch):
    service = Service(model, run, Settings())
    monkeypatch.setattr(Batcher, "expected_s", 2.5)
    asked = Client(create_app(service))
    for path in ("/api/predict", "/api/ecg", "/api/explain", "/api/picture"):
        answer = asked.upload(path, b"never looked at")
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "3"
        assert error(answer) == "the wait for the model would be 2.50 s, more than 1 s; try again in 3 s."
    assert 'twelvelead_turned_away_total{lane="model",reason="expected"} 4.0' in asked.get("/metrics").text
    monkeypatch.setattr(Batcher, "expected_s", 0.75)
    monkeypatch.setattr(Lane, "expected_s", 0.75)
    answer = asked.upload("/api/predict", b"never looked at")
    assert "the wait for the parsers would be 1.50 s" in error(answer)
    service.__exit__()


def test_too_large_an_upload(model, run):
    service = Service(model, run, Settings(upload_bytes=MIB))
    answer = Client(create_app(service)).upload("/api/predict", bytes(2 * MIB))
    assert answer.status_code == 413 and "at most 1 MiB" in error(answer)
    service.__exit__()


def test_before_it_has_started_it_is_not_well(model, run):
    service = Service(model, run, Settings())
    answer = Client(create_app(service)).get("/healthz")
    assert answer.status_code == 503 and "are down" in error(answer)
    service.__exit__()


def test_an_error_of_its_own_says_nothing_of_the_upload(client, service, ecg, monkeypatch, capsys):
    def broken(*_):
        raise KeyError("the secret name of a patient")

    monkeypatch.setattr(service.model, "answer", broken)
    answer = client.upload("/api/predict", ecg, "secret.csv")
    assert answer.status_code == 500 and error(answer) == "the service met an error of its own."
    said = capsys.readouterr().err
    assert said.startswith("twelvelead: KeyError at broken") and "secret" not in said.replace("at broken", "")
    assert len(said.splitlines()) == 1
