"""A real server process: sockets, slow and rude clients, its beginning and its end."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from inference.made_onnx import made_model, written
from twelvelead.web.examples import example_csv
from twelvelead.web.settings import MIB

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")

TOKEN = "a-token-of-the-tests"

RUN = "import sys; from twelvelead.cli import main; sys.exit(main())"
IMPATIENT = """
from twelvelead.web import http_protocol, settings
http_protocol.PatientProtocol.patience_s = 1.0
http_protocol.PatientProtocol.most_connections = 40
settings.Settings.__dataclass_fields__["body_seconds"].default = 1.0
settings.Settings.__init__.__defaults__ = tuple(
    1.0 if value == 60.0 else value for value in settings.Settings.__init__.__defaults__)
"""
NO_ROOM = """
from twelvelead.web import settings
settings.Settings.__init__.__defaults__ = tuple(
    0 if value == 64 else value for value in settings.Settings.__init__.__defaults__)
"""
NO_TORCH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "lightning_fabric", "safetensors", "onnx", "captum"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""


class Server:
    """A `twelvelead serve` at a free port."""

    def __init__(self, run: Path, folder: Path, *words: str, before: str = "", environment=None) -> None:
        command = [sys.executable, "-c", before + RUN, "serve", "--run", str(run), "--port", "0", "--workers", "1"]
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        given = os.environ | {"TMPDIR": str(self.temporary), "OMP_NUM_THREADS": "1"} | (environment or {})
        self.process = subprocess.Popen(
            [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given,
            start_new_session=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        self.notice = self.process.stdout.readline()
        found = re.match(r"http://\S+:(\d+)/", line)
        assert found, line + self.process.stderr.read()
        self.port = int(found[1])
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=120)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=120)

    def raw(self, request: bytes) -> bytes:
        """Send bytes, read to the end."""
        with self.connect() as connection:
            connection.sendall(request)
            return read_all(connection)

    def blind(self, head: bytes, body: bytes) -> bytes:
        """Send the head and, once it is answered, the whole body without a look at that; read to a regular end."""
        with self.connect() as connection:
            connection.sendall(head)
            assert select.select([connection], [], [], 120)[0]
            connection.sendall(body)
            received = b""
            while piece := connection.recv(65536):  # would raise after a reset
                received += piece
            return received

    def end(self, by: int = signal.SIGINT) -> tuple[int, str, str]:
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(by)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err


def read_all(connection: socket.socket) -> bytes:
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def server(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(run, tmp_path_factory.mktemp("server"), "--max-upload-mb", "1", before=IMPATIENT)
    yield started
    code, _, err = started.end()
    assert (code, err) == (130, "twelvelead: the service has ended.\n")
    assert not list(started.temporary.iterdir()), "something was left in the folder for temporary files"


def well(server: Server) -> bool:
    found = server.client.post("/api/predict", files={"file": ("ecg.csv", example_csv("MI"))})
    return found.status_code == 200 and 0 <= found.json()["probabilities"]["MI"] <= 1


def test_it_answers(server):
    assert "not a medical device" in server.notice
    assert well(server)
    assert "server" not in server.client.get("/healthz").headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..\\app.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/%00",
        "/static/",
        "/../app.py",
    ],
)
def test_no_path_leads_out_of_the_page(server, path):
    answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert answer.split(b" ")[1] in (b"404", b"400") and b"create_app" not in answer and b"root:" not in answer


def test_a_foreign_host_name(server):
    answer = server.raw(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403") and b"content-security-policy" in answer


def test_a_body_without_a_length_is_counted(server):
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    head = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    answer = server.raw(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + piece * 20 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413") and b"at most 1 MiB" in answer


def test_a_stated_length_is_believed_before_a_byte_comes(server):
    head = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "begin",
    [b"", b"G", b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\n"],
    ids=["nothing", "a letter", "half a head"],
)
def test_a_head_that_never_ends_is_cut(server, begin):
    with server.connect() as connection:
        connection.sendall(begin)
        assert read_all(connection) == b""
    assert well(server)


def test_a_second_head_that_never_ends_is_cut(server):
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HT")
        assert read_all(connection).startswith(b"HTTP/1.1 200")


def test_a_body_that_never_ends_is_refused(server):
    head = b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    answer = server.raw(head + b"Content-Length: 1000\r\nConnection: close\r\n\r\nx")
    assert answer.startswith(b"HTTP/1.1 408")


def test_a_client_that_takes_no_answer_is_cut(server):
    """Its many requests' answers fill what the system holds for it."""
    request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(1)
        while not holds(server, connection):  # it has not been accepted yet
            time.sleep(0.05)
        with suppress(OSError):  # nothing more fits, or it is cut already
            while True:
                connection.sendall(request * 50)
        while holds(server, connection):
            time.sleep(0.05)
    assert well(server)


def holds(server: Server, connection: socket.socket) -> bool:
    """Whether the server has its end of a connection; a client who reads nothing may learn of the cut much later."""
    ends = [f":{server.port:04X}", f":{connection.getsockname()[1]:04X}"]
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(ends == [word[-5:] for word in words[1:3]] and words[9] != "0" for words in lines)


def test_more_connections_than_allowed_do_not_shut_out_the_next_ones(server):
    held = [server.connect() for _ in range(60)]
    for connection in held:
        assert read_all(connection) == b""
        connection.close()
    assert well(server)


def test_what_is_no_http(server):
    assert server.raw(b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert server.raw(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").startswith(b"HTTP/1.1 400")
    with suppress(OSError):  # it may be cut while it sends
        server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 2_000_000 + b"\r\n\r\n")
    assert well(server)


def test_what_follows_an_answer_may_be_anything(server):
    """The service says nothing of it on stderr, which the fixture looks at."""
    head = b"POST /api/nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 404")
        connection.sendall(b"zz\r\n")
        assert b"HTTP/1.1" not in read_all(connection)
    assert well(server)


def test_its_parser_may_be_killed(server):
    (parser,) = children(server.process.pid)
    os.kill(parser, signal.SIGKILL)
    answers = [server.client.post("/api/predict", files={"file": ("a.csv", example_csv("MI"))}) for _ in range(2)]
    # It may have been asked before the system had ended it.
    assert answers[0].status_code in (200, 422) and answers[1].status_code == 200
    assert children(server.process.pid) != [parser]


def test_a_port_in_use_is_one_line(server, run, capsys):
    from twelvelead.cli import main

    assert main(["serve", "--run", str(run), "--port", str(server.port)]) == 1
    assert capsys.readouterr().err == (
        f"twelvelead: port {server.port} of 127.0.0.1 is in use; choose another with --port.\n"
    )


def test_a_warning_and_sigterm(run, tmp_path):
    open_to_all = Server(run, tmp_path, "--host", "0.0.0.0")
    code, _, err = open_to_all.end(signal.SIGTERM)
    assert code == 0 and err.startswith("warning: anybody who reaches 0.0.0.0 can use this service; give it a token")


def test_the_token_is_asked_for_and_kept_from_the_parsers(run, tmp_path):
    secured = Server(run, tmp_path, "--host", "0.0.0.0", environment={"TWELVELEAD_TOKEN": TOKEN})
    try:
        assert secured.client.get("/api/model").status_code == 401
        assert secured.client.get("/api/model", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        for child in children(secured.process.pid):
            assert TOKEN.encode() not in Path(f"/proc/{child}/environ").read_bytes()
    finally:
        code, _, err = secured.end()
    assert (code, err) == (130, "twelvelead: the service has ended.\n")


@pytest.fixture(scope="module")
def full(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A patient server that asks for its token and has room for nobody."""
    folder = tmp_path_factory.mktemp("full")
    words = ("--max-upload-mb", "1")
    started = Server(run, folder, *words, before=NO_ROOM, environment={"TWELVELEAD_TOKEN": TOKEN})
    yield started
    started.end()


UPLOAD = b"POST /api/predict HTTP/1.1\r\nConnection: close\r\n"
LOCAL = b"Host: localhost\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=b\r\n"
KNOWN = b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"
LENGTH = b"Content-Length: 900000\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "status", "says"),
    [
        (UPLOAD + LOCAL + FORM + KNOWN + LENGTH, 503, b"too many requests wait for the model"),
        (UPLOAD + LOCAL + FORM + KNOWN + b"Content-Length: 2000000\r\n\r\n", 413, b"at most 1 MiB"),
        (UPLOAD + LOCAL + FORM + LENGTH, 401, b"needs its token"),
        (UPLOAD + b"Host: evil.example\r\n" + LENGTH, 403, b"not known by the name"),
        (UPLOAD + LOCAL + KNOWN + LENGTH, 400, b"no multipart/form-data"),
        (b"no HTTP\r\n\r\n", 400, b"Invalid HTTP request"),
    ],
    ids=["no room", "length", "token", "host", "type", "no HTTP"],
)
def test_who_sends_without_looking_has_the_answer(full, head, status, says):
    answer = full.blind(head, bytes(900_000))
    assert answer.startswith(b"HTTP/1.1 %d" % status) and says in answer


def test_an_exported_file_is_served_without_pytorch(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NO_TORCH)  # for the processes that the server starts, too
    paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    server = Server(written(made_model(), tmp_path), tmp_path, environment=environment)
    try:
        found = server.client.post("/api/predict", files={"file": ("ecg.csv", example_csv("MI"))})
        assert found.json()["probabilities"].keys() == {"A", "B"}
        explained = server.client.post("/api/explain", files={"file": ("ecg.csv", example_csv("MI"))})
        assert explained.status_code == 501
        assert server.client.post("/api/picture", files={"file": ("a.csv", example_csv("MI"))}).status_code == 200
    finally:
        assert server.end()[0] == 130


def test_killed_without_warning_it_leaves_no_process(run, tmp_path):
    server = Server(run, tmp_path)
    parsers = children(server.process.pid)
    assert parsers
    server.end(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{parser}").exists() for parser in parsers):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--port", "70000"], 2, "--port is 70000; allowed is 0 to 65535"),
        (["--workers", "0"], 2, "--workers is 0; allowed is 1 or more"),
        (["--max-upload-mb", "0"], 2, "--max-upload-mb is 0; allowed is 1 to 256"),
        (["--max-wait", "0"], 2, "--max-wait is 0; allowed is 0.05 to 120"),
        (["--max-upload-mb", "257"], 2, "--max-upload-mb is 257; allowed is 1 to 256"),
        (["--token-file", "nowhere"], 2, "--token-file nowhere cannot be read"),
        (["--run", "nowhere"], 1, "no run folder or exported file nowhere"),
        (["--host", "no.such.host.invalid"], 1, "cannot listen at port 8000 of no.such.host.invalid"),
    ],
)
def test_errors_are_one_line(words, code, says, capsys, monkeypatch, tmp_path):
    from twelvelead.cli import main

    monkeypatch.chdir(tmp_path)
    assert main(["serve", *words]) == code
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if not line.startswith("warning: ")]
    assert captured.out == "" and len(lines) == 1 and says in lines[0]


def test_sizes_are_mebibytes(server):
    assert server.client.get("/api/model").json()["limits"]["upload_bytes"] == MIB
