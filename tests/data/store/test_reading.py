"""Records read in blocks against the same records read one by one."""

import numpy as np
import pytest

from data.small_dataset import PTBXL_ORDER, SmallDataset, noise, write_plain
from twelvelead.data.store import reading
from twelvelead.data.store.reading import BlockReader
from twelvelead.data.store.record import read_record
from twelvelead.leads import LEADS

GAINS = ["1000.0(0)/mV", "1000/mV", "200(3)/mV"]


def one_by_one(folder, names):
    rows = np.empty((len(names), 1000, 12), "<i2")
    return rows, [read_record(folder, name, 100, row) for name, row in zip(names, rows)]


def check(folder, names):
    """Both ways give the same samples and the same verdicts; returns these."""
    rows, verdicts = one_by_one(folder, names)
    reader = BlockReader(folder, 100)
    for start in range(0, len(names), reader.most):
        part = slice(start, start + reader.most)
        block, found = reader.read(names[part])
        assert found == verdicts[part]
        for theirs, ours, verdict in zip(rows[part], block, found):
            assert verdict.status == "left out" or (theirs == ours).all()
    return verdicts


@pytest.fixture
def many(tmp_path):
    """Records of every order of leads, spelling of the gain and kind of flat, invalid or damaged samples, shuffled."""
    data, random = SmallDataset(tmp_path), np.random.default_rng(0)
    for ecg_id in range(1, 121):
        path, units = data.add(ecg_id), data.units[ecg_id].copy()
        lead, kind = random.integers(12), random.integers(8)
        if kind < 2:
            units[:, lead if kind else slice(None)] = random.integers(-5, 5)
        if kind == 2:
            units[random.integers(1000), lead] = -32768
        leads = PTBXL_ORDER if random.random() < 0.5 else list(random.permutation(PTBXL_ORDER))
        write_plain(path, units, gain=random.choice(GAINS), leads=leads)
        if kind == 3:
            content = bytearray(path.with_suffix(".dat").read_bytes())
            content[random.integers(len(content))] ^= 1
            path.with_suffix(".dat").write_bytes(content)
    return data


def test_blocks_equal_records_read_one_by_one(many, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK_BYTES", 7 * 24_000)
    verdicts = check(many.folder, [row["filename_lr"] for row in many.rows.values()])
    assert {verdict.status for verdict in verdicts} == {"ok", "kept", "left out"}
    assert any("checksum" in verdict.reason for verdict in verdicts)
    assert any("invalid" in verdict.reason for verdict in verdicts)


@pytest.mark.parametrize("name", [None, 5.0, float("nan"), "", "a.b", "../x", "records100/00000/00099_lr"])
def test_a_name_that_is_no_usual_path_gets_the_verdict_of_one_record(small, name):
    check(small.folder, ["records100/00000/00003_lr", name, "records100/00000/00007_lr"])


@pytest.mark.parametrize("text", ["# Age: 50 %d %s\n", "#" + "x" * 5000, "# \0\n", "# 00003_lr\n"])
def test_comments_may_say_anything(small, text):
    names = [row["filename_lr"] for row in small.rows.values()]
    for name in names[1:4]:
        with (small.folder / f"{name}.hea").open("a") as stream:
            stream.write(text)
    assert all(verdict.status == "ok" for verdict in check(small.folder, names))


@pytest.mark.parametrize("leads", [PTBXL_ORDER, PTBXL_ORDER[::-1]])
def test_a_usual_record_is_read_once(small, leads, monkeypatch):
    for ecg_id, row in small.rows.items():
        write_plain(small.folder / row["filename_lr"], small.units[ecg_id], leads=leads)

    def refuse(*given):
        raise AssertionError(given)

    monkeypatch.setattr(reading, "read_record", refuse)
    block, verdicts = BlockReader(small.folder, 100).read([row["filename_lr"] for row in small.rows.values()])
    assert all(verdict.status == "ok" for verdict in verdicts)
    order = [[name.upper() for name in leads].index(lead.upper()) for lead in LEADS]
    for row, units in zip(block, small.units.values()):
        assert (row == units[:, order]).all()


@pytest.mark.parametrize("samples", [1, 7, 30, 1000, 5000])
def test_sums_are_those_of_the_checksum(samples):
    block = np.stack([noise(seed, samples) for seed in range(3)])
    assert (reading._sum_over_time(block.view(np.uint16)) == block.sum(axis=1, dtype=np.int64) % 65536).all()
