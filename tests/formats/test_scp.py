"""SCP-ECG: what compression does to a signal is undone, exactly where it can be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.writers.ecg import BEATS, NAMES, SIGNAL_MV, SIGNAL_UV
from formats.writers.scp import Scp, scp, seal, with_reference
from twelvelead import formats
from twelvelead.errors import FormatError
from twelvelead.formats.scp.huffman import DEFAULT_TABLE, unpack

ZONES = [(r + 1 - 30, r + 1 + 30) for r in BEATS]


def test_the_default_table_is_that_of_the_standard():
    """EN 1064, annex C, table C.3: base codes as decimal numbers, first bit lowest."""
    codes = [(code.all_bits, code.value, code.prefix) for code in DEFAULT_TABLE.codes]
    assert codes[:5] == [(1, 0, 0), (3, 1, 1), (3, -1, 5), (4, 2, 3), (4, -2, 11)]
    assert codes[-4:] == [(10, 8, 255), (10, -8, 767), (18, 0, 511), (26, 0, 1023)]


def test_numbers_of_every_size_by_hand():
    bits = "0" + "100" + "101" + "1111111110" + "10000000" + "1111111111" + "0111111111111111" + "0000"
    packed = int("1" + bits + "0" * (-len(bits) % 8), 2).to_bytes(-(-len(bits) // 8) + 1, "big")[1:]
    assert unpack(packed, [DEFAULT_TABLE], 6, "x").tolist() == [0, 1, -1, -128, 32767, 0]


@given(st.lists(st.integers(-30000, 30000), min_size=3, max_size=60), st.sampled_from([0, 1]))
@settings(max_examples=60, deadline=None)
def test_any_signal_comes_back(values, differences):
    column = np.array(values)[:, np.newaxis] // (2 - (differences == 0))
    recording = formats.read(scp(units=column, names=["V1"], differences=differences))
    assert np.allclose(recording.signal_mv[:, 0], column[:, 0] / 1000, rtol=1e-6)


@pytest.mark.parametrize("step_nv", [500, 2500, 4880])
def test_the_step_is_in_nanovolts(step_nv):
    assert np.allclose(formats.read(scp(step_nv=step_nv)).signal_mv, SIGNAL_UV * step_nv * 1e-6, rtol=1e-6, atol=0)


def test_reference_beat_with_a_step_of_its_own():
    made = with_reference()
    made.reference = made.reference // 2
    made.reference_step_nv = 2000
    recording = formats.read(scp(made))
    assert np.allclose(recording.signal_mv, SIGNAL_MV, rtol=0, atol=1e-6)
    assert recording.notes == ("reference beats added back",)


def test_beats_of_another_kind_are_left_as_they_are():
    made = with_reference()
    made.beats = [(1, *beat[1:]) if i == 1 else beat for i, beat in enumerate(made.beats)]
    assert (formats.read(scp(made)).signal_mv == SIGNAL_MV).all()


def test_two_rates_are_exact_in_the_zones_and_close_between():
    recording = formats.read(scp(with_reference(zones=ZONES)))
    inside = np.zeros(len(SIGNAL_UV), dtype=bool)
    for first, last in ZONES:
        inside[first - 1 : last] = True
    assert recording.rate_hz == 500 and len(recording.signal_mv) == len(SIGNAL_UV)
    assert (recording.signal_mv[inside] == SIGNAL_MV[inside]).all()
    assert np.abs(recording.signal_mv - SIGNAL_MV).max() < 0.05  # the noise of 8 µV, four samples averaged
    assert "stored at 1/4 of the rate between the heart beats, interpolated" in recording.notes


def test_two_rates_of_a_slow_line_are_exact_to_the_rounding():
    ramp = np.repeat(np.arange(700)[:, np.newaxis] * 4, 12, axis=1)
    made = Scp(
        units=ramp, reference=np.zeros((120, 12), int), fiducial=61, beats=[(0, r, r, r) for r in BEATS], zones=ZONES
    )
    recording = formats.read(scp(made))
    # A line's ends are held for half a stretch of four samples; the middle of four whole steps is 6 µV.
    assert np.abs(recording.signal_mv - ramp / 1000).max() <= 0.0101


def test_leads_that_count_from_zero():
    recording = formats.read(scp(first=0, last=len(SIGNAL_UV)))
    assert (recording.signal_mv == SIGNAL_MV).all()
    assert (formats.read(scp(first=0)).signal_mv == SIGNAL_MV).all()


def test_a_lead_of_no_samples_is_refused():
    with pytest.raises(FormatError, match=r"holds no samples|reaches from sample 0 to 0|lacks"):
        formats.read(scp(units=SIGNAL_UV[:1, :1], names=["I"], first=0, last=0, differences=0))


def test_a_record_that_was_cut_at_the_formats_limit_is_read_as_far_as_it_goes():
    units = np.arange(32767)[:, np.newaxis] % 100
    recording = formats.read(scp(units=units, names=["II"], tables="without", differences=0, last=37855))
    assert (recording.signal_mv == units.astype(np.float32) / 1000).all()
    assert recording.notes == ("the file states 37855 samples and has room for 32767",)


def test_eight_leads_keep_their_order():
    names = [NAMES[i] for i in (0, 1, 6, 7, 8, 9, 10, 11)]
    recording = formats.read(scp(units=SIGNAL_UV[:, [0, 1, 6, 7, 8, 9, 10, 11]], names=names))
    assert recording.leads == tuple(names)


def test_checksums_that_were_never_made_are_told():
    record = bytearray(scp())
    record[:2] = b"\0\0"
    assert "the record has no checksum" in formats.read(bytes(record)).notes


def test_a_section_of_another_number_is_refused():
    record = bytearray(scp())
    place = int.from_bytes(record[22 + 36 : 22 + 40], "little")
    record[22 + 66 : 22 + 70] = place.to_bytes(4, "little")
    with pytest.raises(FormatError, match="where section 6 should be, there is another"):
        formats.read(seal(bytes(record)))
