"""Hostile uploads, thousands of them, while an innocent client asks and checks every one of its answers.

    python benchmarks/serve_hostile.py --uploads 10000
    ... --docs docs/serve.md                            writes the tables between the comments there

A server is started for it. Uploads are: damaged files of every format that the tests' writers make, random bytes under
any name, files that claim or unpack to huge sizes, forms that are cut, nested, without end or with wrong names, WFDB
sets that lead elsewhere. Each must be answered within its time by a status that is meant (200, 400, 413, 422, 503) and
one sentence; the server must live, hold no more than before, and leave nothing behind. Prints Markdown tables; exit
code 1 if anything of that fails.
"""

import argparse
import asyncio
import io
import random
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import twelvelead as tl
from formats.mutations import HOSTILE, HOSTILE_TEXT, Change, damage
from formats.test_round_trips import FILES
from formats.writers import plain
from page import put
from served import Served, markdown
from twelvelead.data.simulate import simulate_ecg
from twelvelead.leads import LEADS
from twelvelead.web.examples import EXAMPLES, example_csv

MEANT = {200, 400, 413, 422, 503}
TOLERANCE = 1e-5
CLIENTS = 8
ADDRESSES = ("/api/predict", "/api/predict", "/api/predict", "/api/ecg", "/api/picture")
MOST_GROWTH_MIB = 200.0
NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "a\0b",
    "\r\nX: y",
    "x" * 5000,
    "",
    "..",
    "CON",
    "é\u202etxt.exe",
    '"; name="file',
]

Upload = tuple[str, str, bytes]
"""Kind, content type, body."""


class Hostile:
    """Makes uploads, always the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._written = {name: (write(), hints) for name, (write, hints) in FILES.items()}
        self._written |= {name: (content, {}) for name, content in _long_ones()}
        # Made once: a client that is busy with making them would seem to be a slow server.
        self._bombs, self._claims = list(_bombs()), list(_claims())
        self._makers: list[Callable[[], Upload]] = [
            *[self._damaged] * 12,
            *[self._random] * 3,
            *[self._cut_form] * 2,
            *[self._odd_form] * 2,
            self._bomb,
            self._claim,
            self._set,
        ]

    def next(self) -> Upload:
        return self._chance.choice(self._makers)()

    def _damaged(self) -> Upload:
        content, hints = self._chance.choice(list(self._written.values()))
        content = damage(content, [self._change() for _ in range(self._chance.randint(1, 4))])
        fields = {key.removesuffix("_hz"): ",".join(v) if isinstance(v, list) else str(v) for key, v in hints.items()}
        return self._form("a damaged file", self._name("d"), content, fields)

    def _change(self) -> Change:
        place = self._chance.random() ** self._chance.choice([1, 3, 8])
        new = self._chance.choice([*HOSTILE, *HOSTILE_TEXT, self._chance.randbytes(8)])
        return Change(self._chance.randint(0, 5), place, self._chance.randint(0, 40), new)

    def _random(self) -> Upload:
        begins = [
            b"",
            b"\x89HDF\r\n\x1a\n",
            b"\x93NUMPY\1\0",
            b"PK\3\4",
            b"\0" * 128 + b"DICM",
            b"<?xml?>",
            b"I,II\n1,2\n",
        ]
        content = self._chance.choice(begins) + self._chance.randbytes(self._chance.choice([0, 10, 1000, 100_000]))
        return self._form("random bytes", self._name("x"), content)

    def _bomb(self) -> Upload:
        return self._form("a bomb", self._name("b"), self._chance.choice(self._bombs))

    def _claim(self) -> Upload:
        return self._form("a huge claim", self._name("c"), self._chance.choice(self._claims))

    def _cut_form(self) -> Upload:
        _, content_type, body = self._form("", "ecg.csv", example_csv("NORM")[:20_000], {"rate": "500"})
        return "a cut form", content_type, body[: self._chance.randrange(len(body))]

    def _odd_form(self) -> Upload:
        part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n'
        name = self._chance.choice(NAMES).encode("utf-8", "replace")
        bodies = [
            part * 20_000,
            b"--b\r\n" + b"X: y\r\n" * 100_000,
            b"--b\r\n" + b"X" * 1_000_000,
            b"\r\n--" * 1_000_000,
            b'--b\r\nContent-Disposition: form-data; name="' + b"a" * 100_000 + b'"\r\n\r\n1\r\n--b--\r\n',
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n1\r\n--b--\r\n',
            part
            + b"--b\r\nContent-Disposition: form-data; name="
            + self._chance.randbytes(100)
            + b"\r\n\r\n1\r\n--b--",
        ]
        return "an odd form", "multipart/form-data; boundary=b", self._chance.choice(bodies)

    def _set(self) -> Upload:
        target = self._chance.choice(["/etc/passwd", "../../etc/passwd", "other.dat", "a.hea", "..", "~/x"])
        header = f"a 1 500 1000\n{target} 16 1000/mV 16 0 0 0 0 I\n".encode()
        files = [
            ("file", (name, content)) for name, content in [("a.hea", header), (target, self._chance.randbytes(2000))]
        ]
        request = httpx.Request("POST", "http://x/", files=files)
        return "a WFDB set", request.headers["content-type"], request.read()

    def _name(self, stem: str) -> str:
        suffix = self._chance.choice(
            [".csv", ".npy", ".npz", ".dcm", ".xml", ".edf", ".scp", ".mat", ".h5", ".hea", ""]
        )
        return self._chance.choice(NAMES) if self._chance.random() < 0.1 else f"{stem}{suffix}"

    def _form(self, kind: str, name: str, content: bytes, fields: dict[str, str] | None = None) -> Upload:
        request = httpx.Request("POST", "http://x/", files={"file": (name, content)}, data=fields)
        return kind, request.headers["content-type"], request.read()


def _long_ones() -> Iterator[tuple[str, bytes]]:
    """Files of ten seconds, which are prepared and predicted too; the tests' own are too short for that."""
    signal = simulate_ecg(["IMI"], seed=0)
    said = {"fs": 500.0, "leads": ",".join(LEADS), "unit": "mV"}
    yield "long csv", example_csv("MI")
    yield "long npz", plain.npz(signal=signal, fs=500, leads=np.array(LEADS), unit="mV")
    yield "long mat", plain.mat({"val": signal.T, **said})
    yield "long hdf5", plain.hdf5(signal)


def _bombs() -> Iterator[bytes]:
    """Small files that are large when they are unpacked."""
    zeros = bytes(64 * 2**20)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("signal.npy", plain.npy(np.zeros((1, 12)))[:128] + zeros)
        for number in range(8):
            packed.writestr(f"more{number}.npy", zeros)
    yield stream.getvalue()
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    yield f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><AnnotatedECG>&a9;</AnnotatedECG>'.encode()
    yield b"<AnnotatedECG>" + b"<a>" * 300_000
    packed_zeros = zlib.compress(zeros)
    yield plain.mat()[:128] + b"\x0f\0\0\0" + len(packed_zeros).to_bytes(4, "little") + packed_zeros


def _claims() -> Iterator[bytes]:
    """Files that say they are huge, and texts that are."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 12), }"
    yield b"\x93NUMPY\1\0v\0" + header.ljust(117) + b"\n"
    yield b"rec 12 500 99999999999\nrec.dat 16 1000 16 0 0 0 0 I\n"
    yield plain.csv().replace(b"0.002", b"1e308")
    yield b"0       " + b"x" * 244 + b"99999999" + b"1       " + b"256 " + b" " * 5000
    yield b"I,II\n" + b"1,2\n" * 3_000_000
    yield b"," * 2_000_000 + b"\n" + b"," * 2_000_000


class Watch:
    """What came back."""

    def __init__(self) -> None:
        self.answers: dict[str, Counter[int]] = {}
        self.slowest: Counter[str] = Counter()
        self.strange: list[str] = []
        self.innocent: Counter[str] = Counter()
        self.innocent_s: list[float] = []


def main() -> int:
    """Send it all; prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--uploads", type=int, default=10_000, help="hostile uploads (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", default="2", help="processes that read uploads (default: %(default)s)")
    parser.add_argument("--docs", type=Path)
    chosen = parser.parse_args()
    watch = Watch()
    with Served(["--workers", chosen.workers]) as server:
        asyncio.run(_innocent_for(server.address, 20, watch))
        before = server.state()
        begin = time.perf_counter()
        asyncio.run(_attack(server.address, chosen.uploads, Hostile(chosen.seed), watch))
        seconds = time.perf_counter() - begin
        time.sleep(6)  # for connections that are kept alive
        after = server.state()
        lives = server.lives
    fate = f"the server {'lives' if lives else 'DIED'}, exit code {server.exit_code}, {server.left} files left"
    lines = [f"{chosen.uploads:,} hostile uploads in {seconds:.0f} s; {fate}.", "", _answers(watch), ""]
    lines += [_states(before, after), "", _of_the_innocent(watch)]
    print("\n".join(lines))
    for line in watch.strange[:20]:
        print(f"strange: {line}")
    grown = after["memory of the server, MiB"] - before["memory of the server, MiB"]
    bad = watch.strange or watch.innocent["wrong"] or not lives or server.left or after["zombies"] > before["zombies"]
    if bad or grown > MOST_GROWTH_MIB:
        return 1
    if chosen.docs:
        put(chosen.docs, "hostile", lines)
    return 0


def _answers(watch: Watch) -> str:
    statuses = sorted(MEANT)
    rows = []
    for kind, found in sorted(watch.answers.items()):
        other = sum(count for status, count in found.items() if status not in MEANT)
        counts = [str(found[status]) for status in statuses]
        rows.append([kind, *counts, str(other), f"{watch.slowest[kind] / 1000:.1f} s"])
    return markdown(["upload", *map(str, statuses), "other", "slowest"], rows)


def _states(before: dict[str, float], after: dict[str, float]) -> str:
    return markdown(["", "before", "after"], [[name, f"{n:.0f}", f"{after[name]:.0f}"] for name, n in before.items()])


def _of_the_innocent(watch: Watch) -> str:
    answers = ", ".join(f"{count} {what}" for what, count in watch.innocent.most_common())
    p50, p99 = (1000 * np.percentile(watch.innocent_s, percent) for percent in (50, 99))
    return f"the innocent client: {answers}; p50 {p50:.0f} ms, p99 {p99:.0f} ms"


async def _attack(address: str, uploads: int, hostile: Hostile, watch: Watch) -> None:
    left = iter(range(uploads))
    innocent = asyncio.create_task(_innocent(address, watch))
    async with httpx.AsyncClient(base_url=address, timeout=300, trust_env=False) as client:

        async def attacker() -> None:
            for number in left:
                await _send(client, ADDRESSES[number % len(ADDRESSES)], hostile.next(), watch)

        await asyncio.gather(*(attacker() for _ in range(CLIENTS)))
    innocent.cancel()
    await asyncio.gather(innocent, return_exceptions=True)


async def _send(client: httpx.AsyncClient, path: str, upload: Upload, watch: Watch) -> None:
    kind, content_type, body = upload
    begin = time.perf_counter()
    try:
        answer = await client.post(path, content=body, headers={"content-type": content_type})
    except httpx.HTTPError as error:
        watch.answers.setdefault(kind, Counter())[0] += 1
        watch.strange.append(f"{kind}: {type(error).__name__}")
        return
    watch.slowest[kind] = max(watch.slowest[kind], round(1000 * (time.perf_counter() - begin)))
    watch.answers.setdefault(kind, Counter())[answer.status_code] += 1
    if answer.status_code not in MEANT:
        watch.strange.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
    elif answer.status_code != 200 and not _is_sentence(answer):
        watch.strange.append(f"{kind}: {answer.text[:300]!r}")


def _is_sentence(answer: httpx.Response) -> bool:
    body = answer.json()
    text = body.get("error", "")
    return body.keys() == {"error"} and text.isprintable() and 0 < len(text) < 1500 and "/tmp" not in text


async def _innocent(address: str, watch: Watch) -> None:
    while True:
        await _innocent_once(address, watch)


async def _innocent_for(address: str, times: int, watch: Watch) -> None:
    for _ in range(times):
        await _innocent_once(address, watch)


_MODEL = tl.load()
_FILES = [example_csv(example.name) for example in EXAMPLES]
_EXPECTED = [_MODEL.predict(content).probabilities for content in _FILES]


async def _innocent_once(address: str, watch: Watch) -> None:
    which = sum(watch.innocent.values()) % len(_FILES)
    begin = time.perf_counter()
    async with httpx.AsyncClient(base_url=address, timeout=300, trust_env=False) as client:
        answer = await client.post("/api/predict", files={"file": ("ecg.csv", _FILES[which])})
    watch.innocent_s.append(time.perf_counter() - begin)
    if answer.status_code != 200:
        watch.innocent[f"refused with {answer.status_code}"] += 1
        return
    said = answer.json()["probabilities"]
    wrong = any(abs(said[name] - p) > TOLERANCE for name, p in _EXPECTED[which].items())
    watch.innocent["wrong" if wrong else "answered rightly"] += 1


if __name__ == "__main__":
    sys.exit(main())
