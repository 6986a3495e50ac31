"""No reader, for any bytes, does anything but give a valid recording or raise the library's own error."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.mutations import changes, damage, sealed
from formats.test_round_trips import FILES
from formats.writers import plain, scp
from twelvelead import formats
from twelvelead.errors import DataError, FormatError
from twelvelead.formats.limits import MOST_LEADS, MOST_VALUES

HINTS = {"rate_hz": 500.0, "leads": ["I", "II", "V1"], "unit": "mV"}
MAGIC = [
    b"", b"\x89HDF\r\n\x1a\n", b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM", b"\x93NUMPY\1\0", b"PK\3\4", b"0       ",
    b"\xffBIOSEMI", b"\0" * 128 + b"DICM", b"<?xml version='1.0'?><AnnotatedECG>", b"<RestingECG>", b"<restingecgdata>",
    b"I,II,V1\n1,2,3\n", b"rec 3 500\nrec.dat 16 ", b"\0\0\xff\0\0\0" + b"\0\0\0\0\x88\0\0\0\x14\x14SCPECG",
]  # fmt: skip

few = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def read_or_refuse(source, **hints) -> None:
    """Read; whatever comes must be as promised."""
    try:
        recording = formats.read(source, **hints)
    except (FormatError, DataError) as error:
        message = str(error)
        assert message.endswith(".") and message.isprintable() and len(message) < 1500, message
        return
    assert recording.signal_mv.ndim == 2 and recording.signal_mv.dtype == np.float32
    assert recording.signal_mv.shape[1] == len(recording.leads) <= MOST_LEADS
    assert 0 < recording.signal_mv.size <= MOST_VALUES and not np.isinf(recording.signal_mv).any()
    assert math.isfinite(recording.rate_hz) and recording.rate_hz > 0
    assert all(name.isprintable() for name in (*recording.leads, *recording.notes))


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return {name: write() for name, (write, _) in FILES.items()}


@given(st.sampled_from(MAGIC), st.binary(max_size=400), st.booleans())
@settings(max_examples=500, deadline=None)
def test_any_bytes(magic, rest, hinted):
    read_or_refuse(magic + rest, **(HINTS if hinted else {}))


@given(st.sampled_from(formats.known_formats()), st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_under_any_name(format_, rest):
    for suffix in format_.suffixes:
        read_or_refuse(rest, name="a" + suffix, **HINTS)


@pytest.mark.parametrize("name", FILES)
@given(made=changes)
@few
def test_damaged_files(written, name, made):
    read_or_refuse(damage(written[name], made), **FILES[name][1])


@given(made=changes, which=st.sampled_from(["plain", "reference", "two rates"]))
@settings(max_examples=200, deadline=None)
def test_damaged_scp_with_checksums_made_right(made, which):
    zones = [(130, 190), (330, 390)] if which == "two rates" else []
    record = scp.scp() if which == "plain" else scp.scp(scp.with_reference(zones=zones, beats=[(0, 120, 151, 200)] * 2))
    read_or_refuse(sealed(damage(record, made)))


@given(made=changes, file=st.sampled_from([".hea", ".mat"]))
@few
def test_damaged_wfdb_records(tmp_path, made, file):
    header = plain.write_challenge(tmp_path)
    path = header.with_suffix(file)
    path.write_bytes(damage(path.read_bytes(), made))
    for named in (header, header.with_suffix(".mat")):
        read_or_refuse(named)
