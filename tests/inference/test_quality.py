"""Doubts about signals: put in and found; and not found in clean ones."""

import numpy as np
import pytest
from scipy.signal import resample_poly

from twelvelead.data.simulate import simulate_ecg
from twelvelead.inference.quality import find_clipped, find_doubts, find_held
from twelvelead.leads import LEADS


def clean(seed: int = 0) -> np.ndarray:
    return resample_poly(simulate_ecg(["NORM"], seed=seed).astype(np.float64), 1, 5, axis=0)


def column(*leads: str) -> list[int]:
    return [LEADS.index(lead) for lead in leads]


def swapped(ecg: np.ndarray, kind: str) -> np.ndarray:
    """What the limb leads become when two electrodes are exchanged."""
    i, ii, iii, avr, avl, avf = ecg[:, :6].T
    limb = {"arms": (-i, iii, ii, avl, avr, avf), "leg": (-iii, -ii, -i, avf, avl, avr)}[kind]
    return np.concatenate([np.stack(limb, axis=1), ecg[:, 6:]], axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_a_clean_ecg_raises_no_doubt(seed: int) -> None:
    assert find_doubts(clean(seed)) == []
    assert find_clipped(clean(seed), 100) == []


def test_flat_leads_are_named_unless_known_to_be_absent() -> None:
    ecg = clean()
    ecg[:, column("V2", "V4")] = 0.2
    assert find_doubts(ecg) == ["lead V2, V4 flat"]
    assert find_doubts(ecg, absent=["V4"]) == ["lead V2 flat"]


def test_clipped_leads_are_named() -> None:
    ecg = clean()
    v2 = column("V2")[0]
    low, high = np.percentile(ecg[:, v2], [30, 70])
    ecg[:, v2] = np.clip(ecg[:, v2], low, high)
    assert find_clipped(ecg, 100) == ["lead V2 clipped"]


def test_held_ends_are_told_and_are_not_clipping() -> None:
    ecg = clean()
    assert find_held(ecg, 100) == (slice(0, 1000), [])
    ecg[:7], ecg[-30:] = ecg[7], ecg[-31]
    between, notes = find_held(ecg, 100)
    assert between == slice(7, 970)
    assert notes == [
        "all leads hold one value for the first 0.07 s",
        "all leads hold one value for the last 0.30 s",
    ]
    assert find_clipped(ecg[between], 100) == []
    assert find_held(np.ones((50, 12)), 100) == (slice(0, 50), [])


def test_noise_and_drift_are_named_with_their_size() -> None:
    time = np.arange(1000) / 100
    noisy, drifting = clean(), clean()
    noisy[:, column("V5")[0]] += np.random.default_rng(0).normal(0, 0.1, 1000)
    assert find_doubts(noisy)[0].startswith("lead V5 noisy (0.0")
    drifting[:, column("V1")[0]] += 2 * np.sin(2 * np.pi * 0.15 * time)
    (note,) = find_doubts(drifting)
    assert note.startswith("lead V1 drifting (the baseline wanders by ")


def test_limb_leads_that_contradict_each_other_are_told() -> None:
    ecg = clean()
    ecg[:, 3] = -ecg[:, 3]
    (note,) = find_doubts(ecg)
    assert "contradict each other (aVR is not −(I + II)/2)" in note
    ecg = clean()[:, [1, 0, *range(2, 12)]]
    assert any("III is not II − I" in note for note in find_doubts(ecg))


@pytest.mark.parametrize(("kind", "words"), [("arms", "electrodes of the arms"), ("leg", "right arm and left leg")])
def test_swapped_electrodes_are_found(kind: str, words: str) -> None:
    (note,) = find_doubts(swapped(clean(), kind))
    assert words in note


def test_on_real_records_swaps_are_found_and_seldom_seen_where_none_is(ptbxl_dir) -> None:
    from twelvelead.data.metadata import read_metadata
    from twelvelead.data.store import open_or_prepare

    store, metadata = open_or_prepare(ptbxl_dir, 100, None, None), read_metadata(ptbxl_dir)
    rows = store.rows_of(int(i) for i in metadata.index[metadata["strat_fold"] == 8])
    rows = rows[rows >= 0][::4]
    found = {"none": 0, "arms": 0, "leg": 0}
    for row in rows:
        ecg = store.signals[row] / 1000.0
        found["none"] += any("swapped" in note for note in find_doubts(ecg))
        for kind in ("arms", "leg"):
            found[kind] += any("swapped" in note for note in find_doubts(swapped(ecg, kind)))
    assert found["none"] <= 0.03 * len(rows)
    assert min(found["arms"], found["leg"]) >= 0.8 * len(rows)
