"""Who may ask, and what every answer carries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twelvelead.errors import ConfigError
from twelvelead.web.metrics import Metrics
from twelvelead.web.outermost import Outermost
from twelvelead.web.security import Gate, SecurityHeaders
from twelvelead.web.settings import Settings
from web.conftest import Client

TOKEN = "0123456789abcdef"


async def well(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"well"})


def client(**settings) -> Client:
    return Client(SecurityHeaders(Outermost(Gate(well, Settings(**settings)), Metrics())))


@pytest.mark.parametrize(
    ("host", "settings", "status"),
    [
        ("localhost", {}, 200),
        ("LOCALHOST:8000", {}, 200),
        ("127.0.0.1:1", {}, 200),
        ("[::1]:8000", {}, 200),
        ("192.168.1.7:8000", {"host": "0.0.0.0"}, 200),
        ("evil.example", {}, 403),
        ("evil.example:8000", {"host": "0.0.0.0"}, 403),
        ("localhost.evil.example", {}, 403),
        ("127.0.0.1.evil.example", {}, 403),
        ("ecg.example", {"allowed_hosts": ("ECG.example",)}, 200),
        ("pc", {"host": "pc"}, 200),
        ("", {}, 403),
    ],
)
def test_host_names(host, settings, status):
    answer = client(**settings).get("/", headers={"host": host})
    assert answer.status_code == status
    if status != 200:
        assert "not known by the name" in answer.json()["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "https://localhost"}, 200),  # a proxy may speak TLS for it
        ({"origin": "http://localhost:9"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://localhost", "sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_other_sites_may_not_send(headers, status):
    assert client().post("/api/predict", headers=headers).status_code == status
    assert client().get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/api/model", None, 401),
        ("/api/model", f"Bearer {TOKEN}", 200),
        ("/api/model", f"bearer  {TOKEN}", 200),
        ("/api/model", f"Basic {TOKEN}", 401),
        ("/api/model", f"Bearer {TOKEN}x", 401),
        ("/api/model", "Bearer", 401),
        ("/metrics", None, 401),
        ("/", None, 200),
        ("/static/page.js", None, 200),
        ("/healthz", None, 200),
    ],
)
def test_the_token(path, given, status):
    answer = client(token=TOKEN).get(path, headers={} if given is None else {"authorization": given})
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer" and "Bearer TOKEN" in answer.json()["error"]


@given(st.binary(max_size=40))
@settings(max_examples=30)
def test_no_other_token_opens(value):
    value = value.replace(b"\n", b"").replace(b"\r", b"")
    assert client(token=TOKEN).get("/api/x", headers={b"authorization": b"Bearer " + value}).status_code == 401


@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_every_answer_has_the_headers(path):
    for host in ("localhost", "evil.example"):
        headers = client().get(path, headers={"host": host}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["", "short", "with a blank in its middle", "ä" * 20, "line\nbreak-and-more-of-it"])
def test_bad_tokens_are_refused(token):
    with pytest.raises(ConfigError, match="the token needs 16 or more visible"):
        Settings(token=token)
