"""What docs/serve.md says: its commands work, its numbers are those of the code."""

import itertools
import re
import shlex
from pathlib import Path

import pytest

from twelvelead.formats.limits import LARGEST_FILE
from twelvelead.web import explaining, form, http_protocol, pictures
from twelvelead.web.examples import CODES, SEED, example_csv
from twelvelead.web.settings import MIB, SHORTEST_TOKEN, SHORTEST_WAIT_S, Settings
from twelvelead.web.shown_signal import LONGEST_SHOWN_S

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "serve.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^curl (.+)$", DOCS, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_answered(client, command):
    words = shlex.split(command)
    (address,) = (word for word in words if word.startswith("http://127.0.0.1:8000/"))
    path = address.removeprefix("http://127.0.0.1:8000")
    fields = dict(word.split("=", 1) for option, word in itertools.pairwise(words) if option == "-F")
    if "file" not in fields:
        assert client.get(path).status_code == 200
        return
    name = fields.pop("file").removeprefix("@")
    found = re.fullmatch(r"simulated-(\w+)\.csv", name)
    assert client.upload(path, example_csv(found[1]), name, **fields).status_code == 200


def test_there_are_commands():
    assert len(COMMANDS) >= 5


def test_numbers_are_those_of_the_code():
    settings = Settings()
    for said in (
        f"| an upload | {settings.upload_bytes // MIB} MiB, `--max-upload-mb` (1 to {LARGEST_FILE // MIB}) |",
        f"| {settings.bytes_at_once // settings.upload_bytes} times that |",
        f"| {form.MOST_FILES} files, {form.MOST_FIELDS} fields of {form.LARGEST_FIELD // 1024} KiB |",
        f"| {settings.longest_s / 3600:g} hour; 60 s to be explained |",
        f"| {settings.waiting} each |",
        f"| {explaining.WAITING}, {pictures.WAITING} |",
        f"| {settings.wait_seconds:g} s, `--max-wait` ({SHORTEST_WAIT_S:g} to {settings.answer_seconds:g}) |",
        f"| the wait for an explanation, a picture | {explaining.WAIT_S:g} s, {pictures.WAIT_S:g} s |",
        f"they may wait longer: {explaining.WAIT_S:g} s and {pictures.WAIT_S:g} s.",
        f"more than {settings.wait_seconds:g} s (`--max-wait`)",
        f"has waited {settings.wait_seconds:g} s for its turn",
        f"- by its length, {settings.waiting};",
        f"| an answer | {settings.answer_seconds:g} s |",
        f"| connections | {http_protocol.MOST_CONNECTIONS} |",
        f"too slowly is cut off ({http_protocol.PATIENCE_S:g} s), a body that is not there after "
        f"{settings.body_seconds:g} s",
        f"at most {settings.parser_bytes // 2**30} GiB of memory and {settings.parse_seconds:g} s",
        f"at least {SHORTEST_TOKEN} characters",
        f"At most the first {LONGEST_SHOWN_S:g} s",
        f"with the seed {SEED}",
        f"({', '.join(CODES.values())})",
    ):
        assert said in DOCS, said


def test_metrics_are_those_that_are_given(client):
    text = client.get("/metrics").text
    for name in re.findall(r"^\| `(twelvelead_\w+)`", DOCS, re.MULTILINE):
        assert f"# TYPE {name} " in text, name


def test_every_address_is_there(client):
    paths = client.get("/openapi.json").json()["paths"]
    for path in paths:
        assert path.replace("{name}", "MI") in DOCS
