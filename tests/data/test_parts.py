import csv
from dataclasses import replace

import numpy as np
import pytest

from twelvelead.config import DataOptions
from twelvelead.data.parts import load_parts
from twelvelead.errors import ConfigError, DataError


def add_records(small, count=30):
    small.rows.clear()
    codes = ["{'NORM': 100.0}", "{'IMI': 50.0, 'XYZ': 0.0}", "{'SR': 0.0}"]
    for i in range(count):
        small.add(2 * i + 1, strat_fold=i % 10 + 1, patient_id=float(i % 10), scp_codes=codes[i % 3])


def test_labels_split_and_rows_belong_together(small):
    add_records(small)
    small.folder.joinpath(small.rows[5]["filename_lr"] + ".dat").unlink()
    parts = load_parts(small.folder, DataOptions())
    assert parts.metadata.index[2] == 5 and parts.rows[2] == -1
    for name in ("train", "val", "test"):
        positions, rows, labels = parts.part(name)
        assert 2 not in positions
        for position, row, label in zip(positions, rows, labels):
            assert (parts.store.signals[row] == small.units[2 * position + 1]).all()
            assert (label == parts.labels.matrix[position]).all()
    assert parts.part("test")[0].tolist() == [9, 19, 29]
    assert any("1 of 30 records have no usable signal" in note for note in parts.notes)
    assert any("were ignored: XYZ" in note for note in parts.notes)


def test_unlabelled_records_are_kept_or_dropped(small):
    add_records(small)
    kept, dropped = (load_parts(small.folder, DataOptions(unlabelled=how)) for how in ("keep", "drop"))
    assert [sum(len(p.part(n)[0]) for n in ("train", "val", "test")) for p in (kept, dropped)] == [30, 21]
    assert not kept.labels.matrix[2].any() and kept.describe()["parts"]["test"]["unlabelled"] == 1
    about = dropped.describe()["parts"]
    assert [about[name]["unlabelled"] for name in ("train", "val", "test")] == [0, 0, 1]
    assert any("left out of training and validation" in note for note in dropped.notes)


def test_the_stratified_split_keeps_patients_unless_asked_otherwise(small):
    add_records(small)
    whole = load_parts(small.folder, DataOptions(split="stratified"))
    assert not any("WARNING" in note for note in whole.notes)
    free = load_parts(small.folder, DataOptions(split="stratified", split_by="record"))
    shared = {entry["second"]: entry["records"] for entry in free.describe()["patient_overlap"]}
    assert shared["test"] and any(note.startswith("WARNING") and "also in train" in note for note in free.notes)


def test_what_the_data_are_is_told(small):
    add_records(small)
    about = load_parts(small.folder, DataOptions(min_likelihood=60, min_samples=1)).describe()
    assert about["records"] == 30 and about["classes"] == ["NORM"] and "at least 60 %" in about["label_rule"]
    assert about["parts"]["val"] == {"records": 3, "patients": 1, "unlabelled": 2, "positives": {"NORM": 1}}
    assert about["data_version"] == "no complete release of PTB-XL (30 records)" and about["rate_hz"] == 100
    assert any("MI (0)" in note for note in about["notes"])


def test_an_empty_part_and_overlapping_folds_are_told(small):
    parts = load_parts(small.folder, DataOptions(test_folds=""))
    with pytest.raises(DataError, match="the test part is empty: strat_fold: train 1-8, val 9, test none"):
        parts.part("test")
    assert any("cannot be evaluated; there are records of folds" in note for note in parts.notes)
    with pytest.raises(ConfigError, match="fold 9 is in both train and val"):
        load_parts(small.folder, DataOptions(train_folds="1-9"))


def test_a_simulated_data_set(simulated, tmp_path):
    parts = load_parts(simulated, DataOptions(store=tmp_path))
    assert parts.describe()["data_version"] == "simulated (60 records)"
    assert (parts.rows >= 0).all() and parts.store.signals.shape[1:] == (1000, 12)


def test_ptbxl_by_an_independent_count(ptbxl_dir, tmp_path):
    """A few records only: the others count as missing."""
    with (ptbxl_dir / "ptbxl_database.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))[:41]
    (tmp_path / "records100").symlink_to(ptbxl_dir / "records100")
    with (tmp_path / "ptbxl_database.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    parts = load_parts(tmp_path, DataOptions())
    fold = header.index("strat_fold")
    for name, wanted in (("train", "1 2 3 4 5 6 7 8"), ("val", "9"), ("test", "10")):
        expected = [i for i, row in enumerate(rows) if row[fold] in wanted.split() and parts.rows[i] >= 0]
        assert np.array_equal(getattr(parts.split, name), expected)


def test_notes_are_of_the_split_that_is_shown(small):
    add_records(small)
    kept = load_parts(small.folder, DataOptions(split="stratified"))
    leaking = load_parts(small.folder, DataOptions(split="stratified", split_by="record"))
    assert not any("also in train" in note for note in kept.notes)
    assert replace(kept, split=leaking.split).notes == leaking.notes
