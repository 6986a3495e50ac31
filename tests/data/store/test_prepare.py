"""The store against wfdb and against every defect of a record that was thought of."""

import os
import warnings

import numpy as np
import pytest
import wfdb

from data.small_dataset import PTBXL_ORDER, SmallDataset, header_text, noise, write_plain
from twelvelead.data.store import prepare
from twelvelead.errors import ConfigError, DataError
from twelvelead.leads import LEADS


def write_wfdb(path, signal, fmt="16", adc_gain=1000.0, baseline=0, units="mV"):
    """Write by the wfdb package; gain and baseline are one for all leads or one for each."""
    fields = {"fmt": fmt, "adc_gain": adc_gain, "baseline": baseline, "units": units}
    fields = {name: value if isinstance(value, list) else [value] * 12 for name, value in fields.items()}
    fields |= {"sig_name": list(LEADS), "d_signal": signal.astype("int64"), "write_dir": path.parent}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas on what wfdb does while writing
        wfdb.wrsamp(path.name, fs=100, **fields)


def edit_header(path, old, new, count=-1):
    header = path.with_suffix(".hea")
    text = header.read_text()
    assert old in text
    header.write_text(text.replace(old, new, count))


def edit_data(path, change):
    data = path.with_suffix(".dat")
    data.write_bytes(change(data.read_bytes()))


def rewrite(path, units, change):
    changed = units.copy()
    change(changed)
    write_plain(path, changed)


def set_lead(lead, value):
    return lambda path, units: rewrite(path, units, lambda u: u.__setitem__((slice(None), LEADS.index(lead)), value))


def shuffle_leads(path, units):
    order = np.random.default_rng(0).permutation(12)
    write_plain(path, units[:, order], leads=[[str.lower, str.upper, str][i % 3](LEADS[i]) for i in order])


def two_files(path, units):
    lines = header_text(path.name, units).splitlines()
    path.with_suffix(".dat").write_bytes(units[:, :6].tobytes())
    path.with_name("second.dat").write_bytes(units[:, 6:].tobytes())
    path.with_suffix(".hea").write_text("\n".join([*lines[:7], *(x.replace(path.name, "second") for x in lines[7:])]))


READABLE = {
    "plain": lambda path, units: None,
    "leads in another order and case": shuffle_leads,
    "Windows line ends and comments": lambda path, units: edit_header(path, "\n", "\r\n# <age>: 60\r\n"),
    "blanks before a comment": lambda path, units: edit_header(path, " V6\n", " V6\n  # <age>: 60\n"),
    "date and time": lambda path, units: edit_header(path, " 100 1000\n", " 100 1000 12:00:00 09/11/1984\n"),
    "gain 200": lambda path, units: write_wfdb(path, units // 5, adc_gain=200.0),
    "gain 4880": lambda path, units: write_wfdb(path, units, adc_gain=4880.0),
    "baseline 17": lambda path, units: write_wfdb(path, units, baseline=17),
    "a gain and a baseline for each lead": lambda path, units: write_wfdb(
        path, units // 4, adc_gain=[float(200 + i) for i in range(12)], baseline=list(range(12))
    ),
    "format 212": lambda path, units: write_wfdb(path, units // 4, fmt="212", adc_gain=250.0),
    "format 24": lambda path, units: write_wfdb(path, units, fmt="24"),
    "format 32": lambda path, units: write_wfdb(path, units, fmt="32"),
    "format 80": lambda path, units: write_wfdb(path, units // 50, fmt="80", adc_gain=20.0),
    "unit uV": lambda path, units: write_wfdb(path, units, adc_gain=1.0, units="uV"),
    "unit V": lambda path, units: write_wfdb(path, units, adc_gain=1e6, units="V"),
    "two signal files": two_files,
}


@pytest.mark.parametrize("kind", READABLE)
def test_the_store_equals_wfdb(small, kind):
    path = small.add(5)
    READABLE[kind](path, small.units[5])
    store = prepare(small.folder).store
    assert store.entries[5].status == "ok", store.entries[5].reason
    theirs = wfdb.rdrecord(str(path))
    order = [[name.upper() for name in theirs.sig_name].index(lead.upper()) for lead in LEADS]
    scale = {"mV": 1.0, "uV": 1e-3, "V": 1e3}[theirs.units[0]]
    signal = store.signals[store.rows_of([5])[0]] / 1000
    assert np.abs(signal - theirs.p_signal[:, order] * scale).max() <= 0.000501  # half a unit, and float32
    for ecg_id in (7, 3, 21, 12, 9):
        assert (store.signals[store.rows_of([ecg_id])[0]] == small.units[ecg_id]).all()


LEFT_OUT = [
    ("no header", lambda p, u: p.with_suffix(".hea").unlink(), "file not found: 00005_lr.hea"),
    ("no signals", lambda p, u: p.with_suffix(".dat").unlink(), "file not found: 00005_lr.dat"),
    ("truncated", lambda p, u: edit_data(p, lambda b: b[:-2]), "truncated: 00005_lr.dat has 23998 bytes, not 24000"),
    ("empty", lambda p, u: edit_data(p, lambda b: b""), "truncated: 00005_lr.dat has 0 bytes"),
    ("too long", lambda p, u: edit_data(p, lambda b: b + b"\0\0"), "too long: 00005_lr.dat has 24002 bytes"),
    ("one sample changed", lambda p, u: edit_data(p, lambda b: b[:-1] + bytes([b[-1] ^ 1])), "checksum of lead V6"),
    (
        "two leads exchanged",
        lambda p, u: edit_data(p, lambda b: u[:, [1, 0, *range(2, 12)]].tobytes()),
        "checksum of lead I, II differs",
    ),
    (
        "two samples exchanged",
        lambda p, u: edit_data(p, lambda b: u[[1, 0, *range(2, 1000)]].tobytes()),
        "first sample of lead I, II, III, aVR",
    ),
    ("invalid samples", lambda p, u: rewrite(p, u, lambda u: u.__setitem__((5, 3), -32768)), "NaN) in aVR"),
    ("a lead invalid", set_lead("V2", -32768), "invalid samples (NaN) in V2"),
    ("all leads flat", lambda p, u: write_plain(p, np.full_like(u, 7)), "all leads are flat"),
    ("all zero", lambda p, u: write_plain(p, np.zeros_like(u)), "all leads are flat"),
    ("another rate", lambda p, u: write_plain(p, u, rate=500), "sampled at 500 Hz, not 100 Hz"),
    ("another length", lambda p, u: write_plain(p, u[:999]), "999 samples, not 1000"),
    ("longer", lambda p, u: write_plain(p, noise(1, 5000)), "5000 samples, not 1000"),
    ("no samples", lambda p, u: edit_header(p, " 100 1000\n", " 100 0\n"), "wfdb cannot read it"),
    ("eleven leads", lambda p, u: write_plain(p, u[:, :11], leads=PTBXL_ORDER[:11]), "lead V6 missing"),
    ("a lead twice", lambda p, u: edit_header(p, " V6\n", " V5\n"), "lead V6 missing"),
    ("unknown lead", lambda p, u: edit_header(p, " V6\n", " V7\n"), "lead V6 missing"),
    ("unknown unit", lambda p, u: edit_header(p, "/mV", "/mmHg"), "unit 'mmHg' is no voltage"),
    ("unknown format", lambda p, u: edit_header(p, " 16 1000", " 17 1000"), "wfdb cannot read it"),
    ("gain 0.001", lambda p, u: edit_header(p, "1000.0(0)", "0.001(0)"), "beyond the store's ±32.767 mV"),
    ("header cut", lambda p, u: edit_header(p, p.with_suffix(".hea").read_text()[-30:], ""), "lead V6 missing"),
    ("header empty", lambda p, u: p.with_suffix(".hea").write_text(""), "no WFDB record line"),
    ("header of bytes", lambda p, u: p.with_suffix(".hea").write_bytes(bytes(range(256))), "00005_lr.hea: "),
    ("header is a folder", lambda p, u: (p.with_suffix(".hea").unlink(), p.with_suffix(".hea").mkdir()), "00005_lr"),
    ("two segments", lambda p, u: edit_header(p, "00005_lr 12", "00005_lr/2 12"), "multi-segment"),
    ("a million leads", lambda p, u: edit_header(p, " 12 100", " 1000000 100"), "1000000 channels"),
    ("a billion samples", lambda p, u: edit_header(p, " 100 1000\n", " 500 999999999\n"), "truncated at 24000 bytes"),
    ("signals elsewhere", lambda p, u: edit_header(p, "00005_lr.dat", "../x.dat"), "'../x.dat' does not lie beside"),
    ("absolute path", lambda p, u: edit_header(p, "00005_lr.dat", str(p) + ".dat"), "does not lie beside"),
    ("drive", lambda p, u: edit_header(p, "00005_lr.dat", "C:x.dat"), "'C:x.dat' does not lie beside"),
    ("URL", lambda p, u: edit_header(p, "00005_lr.dat", "https://h/x.dat"), "does not lie beside"),
    ("parent folder", lambda p, u: edit_header(p, "00005_lr.dat", ".."), "not found"),
]


@pytest.mark.parametrize("change, reason", [pytest.param(*row[1:], id=row[0]) for row in LEFT_OUT])
def test_a_defect_leaves_out_its_record_and_no_other(small, change, reason):
    path = small.add(5)
    change(path, small.units[5])
    store = prepare(small.folder).store
    entry = store.entries[5]
    assert (entry.status, entry.row) == ("left out", -1) and reason in entry.reason
    assert not entry.reason.endswith(".")
    assert [problem.ecg_id for problem in store.problems] == [5]
    assert len(store.signals) == 5 and store.rows_of([5]).tolist() == [-1]
    for ecg_id in (7, 3, 21, 12, 9):
        assert (store.signals[store.rows_of([ecg_id])[0]] == small.units[ecg_id]).all()


@pytest.mark.parametrize(
    "name, reason",
    [
        ("../records100/00000/00005_lr", "leads outside the data folder"),
        ("records100/../../x", "leads outside the data folder"),
        ("/etc/passwd", "leads outside the data folder"),
        ("records100\\00000\\00005_lr", "a sign that no PTB-XL path has"),
        ("C:/x", "a sign that no PTB-XL path has"),
        ("", "no file name given"),
        ("records100/00000/" + "x" * 300, "File name too long"),
        ("records100/00000/00005_lr.dat", "file not found: 00005_lr.dat.hea"),
    ],
)
def test_a_path_of_the_table_that_lies_is_not_followed(small, name, reason):
    small.add(5)
    small.rows[5]["filename_lr"] = name
    small.save()
    entry = prepare(small.folder).store.entries[5]
    assert entry.status == "left out" and reason in entry.reason


def test_a_flat_lead_is_kept_and_said(small):
    path = small.add(5)
    set_lead("aVL", 12)(path, small.units[5])
    store = prepare(small.folder).store
    assert (store.entries[5].status, store.entries[5].reason) == ("kept", "flat lead aVL")
    assert (store.signals[store.rows_of([5])[0]][:, 4] == 12).all()


def test_flat_and_invalid_leads_are_named_whatever_their_order(small):
    for ecg_id, value in ((5, 0), (6, -32768)):
        path = small.add(ecg_id)
        units = small.units[ecg_id]
        units[:, LEADS.index("V1")] = value
        write_plain(path, units[:, ::-1], leads=PTBXL_ORDER[::-1])
    store = prepare(small.folder).store
    assert store.entries[5].reason == "flat lead V1"
    assert store.entries[6].reason == "invalid samples (NaN) in V1"
    assert (store.signals[store.rows_of([5])[0]] == small.units[5]).all()


def test_nothing_readable_at_all_is_an_error_with_the_first_reason(small):
    with pytest.raises(DataError, match=r"none of the 5 records .* at 500 Hz; the first: records500.*file not found"):
        prepare(small.folder, 500)
    with pytest.raises(ConfigError, match="sampling rate"):
        prepare(small.folder, 250)


def test_a_folder_without_the_table_says_what_to_give(tmp_path):
    with pytest.raises(DataError, match=r"ptbxl_database\.csv not found: give the folder that holds PTB-XL's"):
        prepare(str(tmp_path))


def test_both_rates_lie_side_by_side(small):
    for ecg_id, row in small.rows.items():
        path = small.folder / row["filename_hr"]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_plain(path, noise(100 + ecg_id, 5000), rate=500)
    slow, fast = prepare(small.folder).store, prepare(small.folder, 500).store
    assert slow.signals.shape == (5, 1000, 12) and fast.signals.shape == (5, 5000, 12)
    assert (fast.signals[fast.rows_of([21])[0]] == noise(121, 5000)).all()


def test_random_damage_never_escapes_as_another_error(small):
    """Bytes of headers and signals changed at random: every record gets a verdict."""
    random = np.random.default_rng(0)
    for ecg_id in range(100, 400):
        path = small.add(ecg_id)
        file = path.with_suffix(random.choice([".hea", ".hea", ".dat"]))
        content = bytearray(file.read_bytes())
        for _ in range(random.integers(1, 4)):
            at = random.integers(0, len(content))
            content[at : at + random.integers(0, 3)] = random.choice(list(b"0123456789 #/()-.x\n\xff"), 1).tobytes()[:1]
        file.write_bytes(bytes(content))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = prepare(small.folder).store
    assert {entry.status for entry in store.entries.values()} <= {"ok", "kept", "left out"}
    for ecg_id in (7, 3, 21, 12, 9):
        assert (store.signals[store.rows_of([ecg_id])[0]] == small.units[ecg_id]).all()


def test_a_symbolic_link_inside_the_folder_is_followed(small, tmp_path):
    path = small.add(5)
    os.replace(path.with_suffix(".dat"), tmp_path / "elsewhere.dat")
    path.with_suffix(".dat").symlink_to(tmp_path / "elsewhere.dat")
    assert prepare(small.folder).store.entries[5].status == "ok"


def test_the_simulated_data_set_equals_wfdb(simulated, tmp_path):
    store = prepare(simulated, store=tmp_path).store
    assert not store.problems
    for ecg_id, entry in list(store.entries.items())[::7]:
        theirs = wfdb.rdrecord(str(simulated / entry.file), physical=False)
        assert (store.signals[store.rows_of([ecg_id])[0]] == theirs.d_signal).all()


@pytest.fixture(scope="module")
def part_of_ptbxl(ptbxl_dir, tmp_path_factory):
    """Some 30 records of PTB-XL from all over it."""
    folder = tmp_path_factory.mktemp("ptbxl")
    header, *lines = (ptbxl_dir / "ptbxl_database.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    complete = [line for line in lines if line.count('"') % 2 == 0 and line[0].isdigit()]
    (folder / "ptbxl_database.csv").write_text(header + "".join(complete[:: len(complete) // 30]), encoding="utf-8")
    for name in ("records100", "records500"):
        (folder / name).symlink_to(ptbxl_dir / name)
    return folder


def test_records_of_ptbxl_equal_wfdb(part_of_ptbxl):
    store = prepare(part_of_ptbxl).store
    stored = [entry for entry in store.entries.values() if entry.row >= 0]
    assert stored
    for entry in stored:
        signal, fields = wfdb.rdsamp(str(part_of_ptbxl / entry.file))
        assert [name.upper() for name in fields["sig_name"]] == [lead.upper() for lead in LEADS]
        assert (store.signals[entry.row] == np.rint(signal * 1000)).all()


def test_small_dataset_is_as_said(small: SmallDataset):
    assert wfdb.rdrecord(str(small.add(5)), physical=False).d_signal.tolist() == small.units[5].tolist()
