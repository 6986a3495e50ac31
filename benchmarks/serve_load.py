"""The service under load: what one ECG takes, how many a second there are, what happens beyond that.

    python benchmarks/serve_load.py --seconds 20
    ... --docs docs/serve.md            writes the table between the comments there

A server is started for it. One after the other: one client alone (with and without reading the file); N clients, each
with its next request as soon as it has an answer (closed loop); requests at a fixed rate, half, equal to and twice what
the closed loop reached (open loop: latency counts from when a request was due, so that waiting is not hidden). Every
answer is compared with that of the library. Prints a Markdown table; exit code 1 if an answer is wrong.
"""

import argparse
import asyncio
import json
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

import twelvelead as tl
from machine import describe
from page import conditions, put
from served import Served, markdown
from twelvelead.formats import read
from twelvelead.inference.predict import Model
from twelvelead.inference.prepare import prepare_recording
from twelvelead.web.examples import EXAMPLES, example_csv

TOLERANCE = 1e-5
CLOSED_CLIENTS = (1, 4, 16, 48)
OPEN_LOADS = (0.5, 1.0, 2.0)
PATIENCE_S = 120
"""For an answer."""

ALONE = 40
"""Requests, or calls, of one that is alone."""


@dataclass
class Found:
    """What a run of requests gave."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    """Of those that were answered."""
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: list[float] = field(default_factory=list)
    """Latencies of those that were refused."""
    wrong: int = 0

    def row(self, what: str) -> list[str]:
        asked = sum(self.statuses.values())
        answered = self.statuses[200]
        share = 100 * self.statuses[503] / max(asked, 1)
        other = asked - answered - self.statuses[503]
        refused = f"{share:.1f} % ({_ms(self.refusals, 99)})" if self.statuses[503] else "0 %"
        rate = f"{answered / self.seconds:.1f}"
        return [what, rate, _ms(self.latencies, 50), _ms(self.latencies, 99), refused, str(other), str(self.wrong)]


def main() -> int:
    """Run it all; prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each loop (default: %(default)s)")
    parser.add_argument("--run", help="model to serve (default: the one that comes along)")
    parser.add_argument("--workers", default="2", help="processes that read uploads (default: %(default)s)")
    parser.add_argument("--clients", type=int, nargs="+", default=CLOSED_CLIENTS, help="of the closed loops")
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    about = f"`--seconds {chosen.seconds:g}`, on {conditions(describe())}, which the clients had to share:"
    model = tl.load(chosen.run)
    files = [(example.file, example_csv(example.name)) for example in EXAMPLES]
    expected = [model.predict(content).probabilities for _, content in files]
    rows = [_alone(model, files[0][1], parse=False), _alone(model, files[0][1], parse=True)]
    words = ["--workers", chosen.workers, *(["--run", chosen.run] if chosen.run else [])]
    with Served(words) as server:
        asking = _Asking(server.address, files, expected)
        rows += asyncio.run(_loops(asking, chosen.seconds, chosen.clients))
    head = ["load", "ECG/s", "p50", "p99", "refused with 503 (p99)", "other errors", "wrong answers"]
    lines = [about, "", *markdown(head, [found.row(what) for what, found in rows]).splitlines()]
    print("\n".join(lines))
    if chosen.docs:
        put(chosen.docs, "load", lines)
    return 1 if any(found.wrong for _, found in rows) else 0


def _alone(model: Model, content: bytes, parse: bool) -> tuple[str, Found]:
    """The library's own time for one ECG: what the service adds to."""
    found = Found()
    prepared = prepare_recording(read(content), model.info)
    begin = time.perf_counter()
    for _ in range(ALONE):
        start = time.perf_counter()
        one = prepare_recording(read(content), model.info) if parse else prepared
        model.score([one.windows_mv])
        found.latencies.append(time.perf_counter() - start)
        found.statuses[200] += 1
    found.seconds = time.perf_counter() - begin
    return f"the library, one ECG, {'file to answer' if parse else 'without reading it'}", found


async def _loops(asking: "_Asking", seconds: float, clients: list[int]) -> list[tuple[str, Found]]:
    rows = []
    best = 0.0
    for number in clients:
        found = await asking.closed(number, seconds)
        best = max(best, found.statuses[200] / found.seconds)
        rows.append((f"closed loop, {number} client{'s' * (number > 1)}", found))
    for load in OPEN_LOADS:
        found = await asking.open(load * best, seconds)
        rows.append((f"open loop, {load:g} x capacity ({load * best:.0f}/s)", found))
    return rows


class _Asking:
    """Sends the examples in turn and looks at every answer.

    By sockets alone: a library for HTTP takes as long to send such a file as the service to answer.
    """

    def __init__(self, address: str, files: list[tuple[str, bytes]], expected: list[dict[str, float]]) -> None:
        url = httpx.URL(address)
        self._host, self._port = url.host, url.port or 80
        self._expected = expected
        # Bodies are made beforehand: the client must not be what is measured.
        made = [httpx.Request("POST", f"{address}/api/predict", files={"file": file}) for file in files]
        self._requests = [_bytes(request) for request in made]

    async def closed(self, clients: int, seconds: float) -> Found:
        found = Found()
        begin = time.perf_counter()

        async def one(number: int) -> None:
            while time.perf_counter() < begin + seconds:
                await self._ask(number, time.perf_counter(), found)
                number += 1

        await asyncio.gather(*(one(number) for number in range(clients)))
        found.seconds = time.perf_counter() - begin
        return found

    async def open(self, rate: float, seconds: float) -> Found:
        found = Found()
        begin = time.perf_counter()
        tasks = []
        for number in range(round(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self._ask(number, due, found)))
        await asyncio.gather(*tasks)
        found.seconds = time.perf_counter() - begin
        return found

    async def _ask(self, number: int, due: float, found: Found) -> None:
        which = number % len(self._requests)
        status, body = await _answer(self._host, self._port, *self._requests[which])
        took = time.perf_counter() - due
        found.statuses[status] += 1
        if status == 200:
            found.latencies.append(took)
            said = json.loads(body)["probabilities"]
            found.wrong += any(abs(said[name] - p) > TOLERANCE for name, p in self._expected[which].items())
        elif status == 503:
            found.refusals.append(took)


def _bytes(request: httpx.Request) -> tuple[bytes, bytes]:
    body = request.read()
    head = (
        f"POST {request.url.path} HTTP/1.1\r\nHost: {request.url.netloc.decode()}\r\nConnection: close\r\n"
        f"Content-Type: {request.headers['content-type']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


async def _answer(host: str, port: int, head: bytes, body: bytes) -> tuple[int, bytes]:
    """Status and body, over a connection of its own; 0 if sending broke or no answer came."""
    loop = asyncio.get_running_loop()
    answer = b""
    with socket.socket() as connection, suppress(OSError, TimeoutError):
        connection.setblocking(False)
        async with asyncio.timeout(PATIENCE_S):
            await loop.sock_connect(connection, (host, port))
            await loop.sock_sendall(connection, head + body)  # without a look at an answer that may be there already
            while piece := await loop.sock_recv(connection, 65536):
                answer += piece
    first, _, rest = answer.partition(b"\r\n\r\n")
    return (int(first[9:12]), rest) if first.startswith(b"HTTP/1.1 ") else (0, b"")


def _ms(seconds: list[float], percent: float) -> str:
    return f"{1000 * np.percentile(seconds, percent):.0f} ms" if seconds else "-"


if __name__ == "__main__":
    sys.exit(main())
