"""The fast reading of a header against wfdb's own."""

import re

import pytest
import wfdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.small_dataset import PTBXL_ORDER, header_text, noise
from twelvelead.data.store.header import HeaderTemplate, match_plain_header
from twelvelead.leads import LEADS, canonical_lead

PLAIN = header_text("00001_lr", noise(1))
FIELDS = re.findall(r"\S+", PLAIN)


def check_against_wfdb(folder, text):
    """None, or what wfdb reads from the same text."""
    plain = match_plain_header(text.encode(errors="surrogateescape"))
    if plain is None:
        return None
    (folder / "x.hea").write_text(text, errors="surrogateescape", newline="")
    theirs = wfdb.rdheader(str(folder / "x"))
    assert theirs.n_sig == len(theirs.sig_name) == 12 and set(theirs.fmt) == {"16"}
    assert (plain.rate_hz, plain.samples) == (theirs.fs, theirs.sig_len)
    assert set(theirs.file_name) == {plain.data_file}
    assert plain.initial == theirs.init_value
    assert plain.checksum == [value % 65536 for value in theirs.checksum]
    order = plain.order or range(12)
    assert [canonical_lead(theirs.sig_name[i]) for i in order] == list(LEADS)
    assert theirs.adc_gain == [1000] * 12 and theirs.baseline == [0] * 12 and theirs.units == ["mV"] * 12
    assert set(theirs.samps_per_frame) == {1} and not any(theirs.skew) and not any(theirs.byte_offset)
    return plain


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("header")


def test_ptbxls_header_is_plain(folder):
    plain = check_against_wfdb(folder, PLAIN)
    assert plain.rate_hz == 100 and plain.samples == 1000 and plain.data_file == "00001_lr.dat"
    assert plain.initial == noise(1)[0].tolist() and plain.order is None


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t + "# Age: 50\n#\n\n  # Sex: F",
        lambda t: t.rstrip("\n"),
        lambda t: t.replace("1000.0(0)/mV", "1000/mV"),
        lambda t: t.replace(" 12 100 ", " 12 100.0 "),
        lambda t: t.replace("AVR", "aVR").replace("V6", "v6"),
    ],
)
def test_harmless_variants_are_plain_too(folder, change):
    assert check_against_wfdb(folder, change(PLAIN)) is not None


@given(st.permutations(PTBXL_ORDER))
def test_any_order_of_leads_is_sorted_out(folder, leads):
    assert check_against_wfdb(folder, header_text("x", noise(2), leads=leads)) is not None


@given(st.integers(0, 2**32), st.permutations(PTBXL_ORDER), st.sampled_from(["", "# 5 %d\n"]))
def test_a_template_writes_the_headers_of_other_records(seed, leads, comment):
    template = HeaderTemplate.of((header_text("00001_lr", noise(1), leads=leads) + comment).encode(), b"00001_lr")
    units = noise(seed)
    numbers = [int(x) for pair in zip(units[0], units.sum(axis=0, dtype="int64") % 65536) for x in pair]
    assert template.written(b"x-2", numbers).decode() == header_text("x-2", units, leads=leads) + comment


@pytest.mark.parametrize(
    "header",
    [
        PLAIN.replace("(0)", "(1)"),
        PLAIN.replace("00001_lr.dat", "other.dat"),
        PLAIN.replace("00001_lr.dat", "0.dat"),
        PLAIN.replace("00001_lr 12", "other 12"),
        re.sub(r" 0 (\d+) 0 I\n", r" 0 0\1 0 I\n", PLAIN.replace(" 16 0 ", " 16 0 00", 1)),
        PLAIN + "# \0",
    ],
)
def test_a_header_that_a_template_would_not_write_has_none(header):
    assert HeaderTemplate.of(header.encode(), b"00001_lr") is None


@pytest.mark.parametrize(
    "old, new",
    [
        (" 16 1000", " 212 1000"),
        (" 16 1000", " 16x2 1000"),
        (" 16 1000", " 16:1 1000"),
        (" 16 1000", " 16+24 1000"),
        ("1000.0(0)", "200.0(0)"),
        ("1000.0(0)", "1000.5(0)"),
        ("(0)", "(1)"),
        ("/mV", "/uV"),
        ("mV 16 0", "mV 16 1024"),
        ("mV 16 0", "mV 12 0"),
        ("00001_lr 12", "00001_lr/2 12"),
        (" 12 100 ", " 11 100 "),
        (" 12 100 ", " 12 100/360(5) "),
        ("AVL", "AVF"),
        ("AVL", "VX"),
        (" V6", " V6 x"),
        ("00001_lr.dat 16", "../00001_lr.dat 16"),
        ("00001_lr.dat 16", "/etc/passwd 16"),
    ],
)
def test_what_means_something_else_is_left_to_wfdb(old, new):
    assert old in PLAIN
    assert match_plain_header(PLAIN.replace(old, new, 1).encode()) is None
    assert match_plain_header(PLAIN.replace(old, new).encode()) is None


@given(
    st.integers(0, len(FIELDS) - 1), st.text(max_size=6) | st.text("0123456789.()/-+:xmuVI#~_ \t\r\n\x0b", max_size=8)
)
@example(0, "#1")
@example(1, "012")
@example(4, "a.b.dat")
@settings(max_examples=400)
def test_one_changed_field_is_refused_or_read_as_wfdb_reads_it(folder, number, text):
    fields = list(re.finditer(r"\S+", PLAIN))
    start, stop = fields[number].span()
    check_against_wfdb(folder, PLAIN[:start] + text + PLAIN[stop:])


@given(
    st.integers(0, len(PLAIN) - 1),
    st.sampled_from("0123456789.()/-+:xmuVI#~_ \t\r\n\x0b\x1c\x85\u2028é"),
    st.booleans(),
)
@settings(max_examples=400)
def test_one_changed_sign_is_refused_or_read_as_wfdb_reads_it(folder, position, sign, insert):
    check_against_wfdb(folder, PLAIN[:position] + sign + PLAIN[position + (not insert) :])


@given(st.lists(st.text("# \t\r\n\x0b\x0c\x1c\x1d\x85a\u2028"), max_size=4))
def test_comments_hide_nothing_that_wfdb_sees(folder, pieces):
    hidden = PLAIN.splitlines()[-1]
    check_against_wfdb(folder, PLAIN + hidden.join(pieces))


@pytest.mark.parametrize(("sign", "end"), [("#", "\nx"), ("# ", "\nx"), ("\n", "x"), (" ", "x"), (" \n", "x")])
def test_a_hostile_header_is_refused_in_one_pass(sign, end):
    # A search that began anew at every sign would outlast the tests' time limit.
    assert match_plain_header((PLAIN + sign * 10**6 + end).encode()) is None


def test_headers_of_ptbxl_are_plain(ptbxl_dir, folder):
    headers = sorted((ptbxl_dir / "records100").rglob("*.hea"))[::200]
    assert headers
    for path in headers:
        assert check_against_wfdb(folder, path.read_text()) is not None
