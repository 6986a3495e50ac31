"""Opening a store: what is damaged is told, with what to do."""

import json

import numpy as np
import pytest

from twelvelead.data.store import SignalStore, prepare
from twelvelead.errors import DataError


@pytest.fixture
def folder(small):
    return prepare(small.folder).store.folder


def edit_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


DAMAGE = {
    "manifest no JSON": lambda f: (f / "manifest.json").write_text("{"),
    "manifest empty": lambda f: (f / "manifest.json").write_text(""),
    "manifest of bytes": lambda f: (f / "manifest.json").write_bytes(b"\xff"),
    "manifest without leads": lambda f: (f / "manifest.json").write_text('{"format": 1}'),
    "manifest with another key": lambda f: edit_manifest(f, other=1),
    "manifest with rows of text": lambda f: edit_manifest(f, rows="5"),
    "array missing": lambda f: (f / "signals.npy").unlink(),
    "array empty": lambda f: (f / "signals.npy").write_bytes(b""),
    "array cut": lambda f: (f / "signals.npy").write_bytes((f / "signals.npy").read_bytes()[:-1]),
    "array no array": lambda f: (f / "signals.npy").write_bytes(b"PK\3\4 some other file"),
    "array with a broken head": lambda f: (f / "signals.npy").write_bytes(b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 118),
    "array of objects": lambda f: np.save(f / "signals.npy", np.array([{}] * 5), allow_pickle=True),
    "array of another shape": lambda f: np.save(f / "signals.npy", np.zeros((5, 1000, 8), np.int16)),
    "array of another type": lambda f: np.save(f / "signals.npy", np.zeros((5, 1000, 12), np.float32)),
    "array too short": lambda f: np.save(f / "signals.npy", np.zeros((4, 1000, 12), np.int16)),
    "table missing": lambda f: (f / "records.parquet").unlink(),
    "table no table": lambda f: (f / "records.parquet").write_bytes(b"PAR1 and nothing"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_with_what_to_do(folder, damage):
    DAMAGE[damage](folder)
    with pytest.raises(DataError, match=r"(?s)delete .* and prepare again"):
        SignalStore.open(folder)


def test_no_store_says_how_to_make_one(tmp_path):
    with pytest.raises(DataError, match=r"no signal store in .*; make one with `twelvelead prepare DATA`"):
        SignalStore.open(tmp_path)


def test_a_store_of_another_format_is_built_anew(small, folder):
    edit_manifest(folder, format=0)
    (folder / "signals.npy").write_bytes(b"older")
    with pytest.raises(DataError, match="no signal store"):
        SignalStore.open(folder)
    result = prepare(small.folder)
    assert result.read == 5 and (result.store.signals[result.store.rows_of([3])[0]] == small.units[3]).all()


def test_what_the_store_says_of_itself(small, folder):
    store = SignalStore.open(folder)
    assert store.rate_hz == 100 and store.signals.shape == (5, 1000, 12) and store.signals.dtype == np.int16
    assert store.rows_of([21, 4, 7]).tolist() == [2, -1, 0] and store.rows_of([]).shape == (0,)
    assert store.problems == [] and list(store.entries) == [7, 3, 21, 12, 9]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["leads"][3] == "aVR" and manifest["units_per_mv"] == 1000 and manifest["records"] == 5
    with pytest.raises(ValueError, match="read-only"):
        store.signals[0, 0, 0] = 1
