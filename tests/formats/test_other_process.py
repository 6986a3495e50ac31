"""A parser in a process of its own: answers, errors, crashes, hangs."""

import json
import signal
import subprocess
import sys

import pytest

from formats.writers import plain
from formats.writers.ecg import SIGNAL_MV
from twelvelead import formats
from twelvelead.errors import FormatError
from twelvelead.formats import hdf5, other_process
from twelvelead.formats.other_process import OtherProcess

HEAD = "from twelvelead.formats.other_process import serve\nfrom twelvelead.errors import FormatError\n"
ECHO = HEAD + "import os\nserve(lambda source, data: ({'source': source}, data) if data != b'die' else os._exit(3))"
REFUSE = HEAD + "def answer(source, data):\n    raise FormatError(f'{source}: no.')\nserve(answer)"
CHATTER = HEAD + "def answer(source, data):\n    print('hello')\n    return {}, data\nserve(answer)"


@pytest.fixture
def run():
    started = []

    def make(program, seconds=60.0):
        started.append(OtherProcess("", [sys.executable, "-c", program], seconds))
        return started[-1]

    yield make
    for process in started:
        process.close()


def test_bytes_of_any_size_come_back_in_turn(run):
    process = run(ECHO)
    for data in (b"", b"x\n" * 5, bytes(3_000_000)):
        facts, content = process.ask("a.h5", data)
        assert facts["source"] == "a.h5" and content == data


def test_its_errors_are_ours(run):
    process = run(REFUSE)
    for name in ("a", "b"):
        with pytest.raises(FormatError, match=f"^{name}: no\\.$"):
            process.ask(name, b"x")


def test_a_crash_is_an_error_and_the_next_file_is_read(run):
    process = run(ECHO)
    with pytest.raises(FormatError, match=r"a\.h5: the file is damaged: it makes its library crash\."):
        process.ask("a.h5", b"die")
    assert process.ask("b.h5", b"live")[1] == b"live"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_answer_that_was_not_waited_for_is_not_given_to_the_next_file(run, monkeypatch, error):
    def interrupted(stream):
        raise error

    process = run(ECHO)
    with monkeypatch.context() as patch, pytest.raises(error):
        patch.setattr(other_process, "_receive", interrupted)
        process.ask("a.h5", b"of a")
    facts, content = process.ask("b.h5", b"of b")
    assert (facts["source"], content) == ("b.h5", b"of b")


def test_a_hang_is_an_error(run):
    process = run("import time; time.sleep(600)", seconds=0.3)
    with pytest.raises(FormatError, match=r"the file is damaged: it takes too long\."):
        process.ask("a.h5", b"x" * 1_000_000)


def test_nonsense_is_an_error(run):
    with pytest.raises(FormatError, match="damaged"):
        run("print('nonsense')").ask("a.h5", b"x")


def test_what_a_library_prints_is_not_taken_for_an_answer(run):
    assert run(CHATTER).ask("a.h5", b"x")[1] == b"x"


def test_the_process_of_hdf5_survives_its_own_death():
    assert (formats.read(plain.hdf5()).signal_mv == SIGNAL_MV).all()
    first = hdf5._PROCESS._process
    first.kill()
    first.wait()
    assert (formats.read(plain.hdf5()).signal_mv == SIGNAL_MV).all()
    assert hdf5._PROCESS._process is not first


@pytest.mark.parametrize("facts", [{"shape": [10**9, 12]}, {"dtype": "O"}, {"shape": [-1, 12]}])
def test_lies_of_the_other_process_are_noticed(monkeypatch, facts):
    said = {"dtype": "<f4", "shape": [2, 12], "names": ["ecg"], "rate_hz": 500.0, "leads": None, "units": None} | facts
    monkeypatch.setattr(hdf5._PROCESS, "ask", lambda source, data: (said, bytes(96)))
    with pytest.raises(FormatError, match="damaged"):
        formats.read(plain.hdf5())


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an alarm")
def test_one_that_hangs_ends_itself_when_nobody_ends_it():
    hang = HEAD + "import time\nserve(lambda source, data: time.sleep(600))"
    request = json.dumps({"source": "a", "seconds": 0.3 - other_process.ALARM_LATER_S, "bytes": 0}).encode() + b"\n"
    done = subprocess.run([sys.executable, "-c", hang], input=request, capture_output=True)
    assert done.returncode == -signal.SIGALRM
