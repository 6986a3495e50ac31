"""A web server for tests that misbehaves as told, and the list of checksums that a data set on it needs."""

import hashlib
import threading
from collections import Counter, defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LIST = "SHA256SUMS.txt"


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS.txt of all that lies in `folder`, as PhysioNet has it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != LIST)
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()} {p.relative_to(folder).as_posix()}\n" for p in files]
    (folder / LIST).write_text("".join(lines))


def content(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of all files but the download's own."""
    files = (p for p in folder.rglob("*") if p.is_file())
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}
    return {name: data for name, data in found.items() if not name.startswith(".")}


class Served:
    """Serves a folder on this machine; knows what was asked for.

    Args:
        folder: what to serve; files are read at each request.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: Counter[str] = Counter()
        self.ranges: list[str | None] = []
        self.behaviour: defaultdict[str, list[str]] = defaultdict(list)
        self.always: dict[str, str] = {}
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def misbehave(self, path: str, *how: str) -> None:
        """Answer the next requests for `path` in these ways, then properly."""
        self.behaviour[path] += how

    def close(self) -> None:
        """Let go of waiting requests and stop."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self):
            with suppress(ConnectionError):  # the client was killed
                super().handle()

        def do_GET(self):
            path = self.path.lstrip("/")
            served.asked[path] += 1
            served.ranges.append(self.headers.get("Range"))
            ways = served.behaviour[path]
            how, _, detail = (ways.pop(0) if ways else served.always.get(path, "send")).partition(" ")
            file = served.folder / path
            if how == "send" and not file.is_file():
                how, detail = "status", "404"
            body = file.read_bytes() if file.is_file() else b""
            try:
                getattr(self, f"way_{how}")(body, detail)
            except OSError:
                self.close_connection = True  # the client went away

        def head(self, status, length, **headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if length is not None:
                self.send_header("Content-Length", str(length))
            self.end_headers()

        def way_send(self, body, detail):
            self.head(200, len(body))
            self.wfile.write(body)

        def way_status(self, body, detail):
            self.head(int(detail), 4)
            self.wfile.write(b"sad\n")

        def way_later(self, body, detail):
            self.head(429, 0, Retry_After=detail)

        def way_redirect(self, body, detail):
            self.head(302, 0, Location=detail)

        def way_silence(self, body, detail):
            served.over.wait()
            self.close_connection = True

        def way_stall(self, body, detail):
            self.head(200, len(body))
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            served.over.wait()
            self.close_connection = True

        def way_cut(self, body, detail):
            self.head(200, len(body))
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True

        def way_cut_without_length(self, body, detail):
            self.head(200, None, Connection="close")
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True

        def way_wrong(self, body, detail):
            self.way_send(bytes(len(body)), detail)

        def way_trickle(self, body, detail):
            self.head(200, len(body))
            for byte in body:
                if served.over.wait(0.02):
                    break
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            self.close_connection = True

        def way_chunked(self, body, detail):
            self.head(200, None, Transfer_Encoding="chunked")
            for start in range(0, len(body), 1000):
                part = body[start : start + 1000]
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def way_endless(self, body, detail):
            self.head(200, None, Connection="close")
            while not served.over.is_set():
                self.wfile.write(bytes(2**20))

        def way_gibberish(self, body, detail):
            self.wfile.write(b"\0\xff not HTTP at all\r\n\r\n")
            self.close_connection = True

        def log_message(self, *given):
            pass

    return Handler
