"""Servers in trouble: what passes is tried again, what does not is said at once."""

import io
import time
from dataclasses import replace

import pytest

from data.download.served import LIST, content
from twelvelead.data.download import download
from twelvelead.errors import DataError

RECORD = "records100/00000/00002_lr.dat"


def whole(folder, tree):
    return (folder / RECORD).read_bytes() == (tree / RECORD).read_bytes() and len(content(folder)) == 13


@pytest.mark.parametrize(
    "ways",
    [
        ["cut"], ["gibberish"], ["chunked"], ["later 0"], ["status 500"],
        ["status 502", "status 503", "status 504"], ["cut", "status 500", "later 0"], ["later never"],
        ["later Thu, 01 Jan 1970 00:00:00 GMT"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [RECORD, LIST])
def test_passing_trouble_is_survived(served, tree, tmp_path, fast, ways, path):
    if path == LIST:
        served.misbehave(path, "send")  # the look whether the server answers
    served.misbehave(path, *ways)
    download(tmp_path, source=served.address, patience=fast)
    assert whole(tmp_path, tree)
    assert served.behaviour[path] == []
    assert not list((tmp_path / ".twelvelead-download").glob("*.part"))


@pytest.mark.parametrize("way", ["wrong", "cut_without_length"])
def test_wrong_bytes_are_fetched_once_more(served, tree, tmp_path, fast, way):
    served.misbehave(RECORD, way)
    download(tmp_path, source=served.address, patience=fast)
    assert whole(tmp_path, tree) and served.asked[RECORD] == 2


@pytest.mark.parametrize("way", ["silence", "stall", "trickle"])
def test_a_silent_server_is_asked_again(served, tree, tmp_path, hasty, way):
    served.misbehave(RECORD, way)
    download(tmp_path, source=served.address, patience=hasty)
    assert whole(tmp_path, tree)
    assert served.asked[RECORD] >= 2


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("silence", r"in 2 attempts \(no answer for 0.3 s\); the same command goes on"),
        ("stall", r"in 2 attempts \(.*timed out\)"),
        ("trickle", r"in 2 attempts \(fewer than 1,000 bytes a second\)"),
    ],
)
def test_a_server_that_stays_silent_is_named(served, tmp_path, hasty, way, message):
    served.always[RECORD] = way
    with pytest.raises(DataError, match=f"{RECORD} could not be fetched from {served.address} {message}"):
        download(tmp_path, source=served.address, patience=replace(hasty, attempts=2))


@pytest.mark.parametrize(
    ("way", "message", "times"),
    [
        ("status 404", r"00002_lr.dat is not there \(HTTP 404\), though its SHA256SUMS.txt lists it", 1),
        ("status 403", r"is not there \(HTTP 403\)", 1),
        ("status 401", r"answers HTTP 401 Unauthorized; only 200 is of use", 1),
        ("status 206", r"answers HTTP 206 Partial Content; only 200 is of use", 1),
        ("status 500", r"in 4 attempts \(HTTP 500 Internal Server Error\)", 4),
        ("cut", r"in 4 attempts \(", 4),
        ("wrong", rf"{RECORD} of .* came twice with other bytes than its SHA256SUMS.txt says", 2),
        ("cut_without_length", "came twice with other bytes", 2),
        ("later 100000", r"asks to wait for 2\d,\d00 s \(HTTP 429 Too Many Requests\)|asks to wait for 100,000 s", 1),
        ("endless", "is refused: it has more than 1,048,576 bytes", 1),
        ("redirect file:///etc/passwd", "sends us on to 'file:///etc/passwd', which is not followed", 1),
        ("redirect ftp://127.0.0.1/x", "sends us on to 'ftp://127.0.0.1/x', which is not followed", 1),
        (f"redirect /{RECORD}", "leads in circles", 6),
    ],
)
def test_lasting_trouble_is_one_clear_sentence(served, tmp_path, fast, way, message, times):
    served.always[RECORD] = way
    with pytest.raises(DataError, match=message) as error:
        download(tmp_path, source=served.address, patience=fast)
    assert served.asked[RECORD] == times
    assert "\n" not in str(error.value)
    assert not (tmp_path / RECORD).exists()
    # Threads that were at work on other files may still be giving up.
    assert any(not list((tmp_path / ".twelvelead-download").glob("*.part")) for _ in map(time.sleep, [0.05] * 400))


def test_after_lasting_trouble_the_same_call_goes_on(served, tree, tmp_path, fast):
    served.always[RECORD] = "status 404"
    with pytest.raises(DataError):
        download(tmp_path, source=served.address, patience=fast, parallel=1)
    there = set(content(tmp_path))
    assert there
    served.always.clear()
    download(tmp_path, source=served.address, patience=fast)
    assert whole(tmp_path, tree)
    assert all(served.asked[path] == 1 for path in there - {LIST})


def test_redirects_on_the_web_are_followed(served, tree, tmp_path, fast):
    served.misbehave(RECORD, f"redirect /{RECORD}")
    served.misbehave("LICENSE.txt", f"redirect {served.address}LICENSE.txt")
    download(tmp_path, source=served.address, patience=fast)
    assert whole(tmp_path, tree)


@pytest.mark.parametrize(
    ("here", "there", "followed"),
    [
        ("https://a/x", "http://a/x", False),
        ("https://a/x", "https://b/x", True),
        ("http://a/x", "https://b/x", True),
        ("http://a/x", "/y", True),
        ("https://a/x", "FILE:///etc/passwd", False),
        ("https://a/x", "\xff\xfe", False),
        ("https://a/x", "https://[b/x", False),
        ("https://a:b@a/x", "data:,x", False),
    ],
)
def test_which_redirects_are_followed(here, there, followed):
    import requests

    from twelvelead.data.download.http_source import _Session

    response = requests.Response()
    response.raw = io.BytesIO()
    response.url, response.status_code, response.headers["location"] = here, 302, there
    with _Session() as session:
        if followed:
            assert session.get_redirect_target(response) == there
            return
        with pytest.raises(DataError, match="https://a/x sends us on to"):
            session.get_redirect_target(response)


def test_an_address_that_is_no_data_set(served, tmp_path, fast):
    with pytest.raises(DataError, match=r"records100/SHA256SUMS.txt is not there .* --from takes the address of the"):
        download(tmp_path / "new", source=served.address + "records100", patience=fast)
    with pytest.raises(DataError, match=r"http://127.0.0.1:1/ cannot be reached \(.*refused\); check the address"):
        download(tmp_path / "new", source="http://someone:secret@127.0.0.1:1/", patience=fast)


def test_a_list_without_end(served, tmp_path, fast):
    served.misbehave(LIST, "send")
    served.always[LIST] = "endless"
    with pytest.raises(DataError, match=r"SHA256SUMS.txt of .* is refused: it has more than 33,554,432 bytes"):
        download(tmp_path / "new", source=served.address, patience=fast)
    assert not (tmp_path / "new").exists()


def test_one_connection_serves_many_files(served, tmp_path, fast):
    """Kept connections: a new one for each of 43,600 files would take longer than the files."""
    ports = set()
    handler = served._server.RequestHandlerClass
    original = handler.do_GET

    def noting(self):
        ports.add(self.client_address)
        original(self)

    handler.do_GET = noting
    download(tmp_path, source=served.address, patience=fast, parallel=1)
    assert len(ports) <= 3
