"""Signs measured as a reader would, on noise-free recordings of plain severity, in several people.

The limits are those of the AHA/ACCF/HRS recommendations 2009 that the code cites.
"""

import numpy as np
import pytest

PEOPLE = range(6)
FACING = {
    "inferior": ("II", "III", "aVF"),
    "anteroseptal": ("V1", "V2", "V3"),
    "anterior": ("V2", "V3", "V4"),
    "anterolateral": ("I", "aVL", "V4", "V5", "V6"),
    "lateral": ("I", "aVL", "V5", "V6"),
    "inferolateral": ("II", "III", "aVF", "V5", "V6"),
}
LIMBS = ("I", "II", "III", "aVR", "aVL", "aVF")
CHEST = ("V1", "V2", "V3", "V4", "V5", "V6")

each_person = pytest.mark.parametrize("person", PEOPLE)


@each_person
def test_normal(clean, person):
    ecg = clean("NORM", seed=person)
    assert 70 <= ecg.qrs_ms() < 110
    assert -35 <= ecg.axis() <= 100
    assert ecg.qrs("aVR").sum() < 0
    assert -ecg.qrs("V1").min() > ecg.qrs("V1").max()  # rS in V1
    assert ecg.qrs("V5").max() > -ecg.qrs("V5").min()  # R in V5
    assert 120 <= ecg.heart.pr_ms <= 200
    beat = ecg.beat()
    p = ecg.cut("II", beat.onset_s - ecg.heart.pr_ms / 1000, beat.onset_s - 0.02)
    assert p.max() - p[0] > 0.03  # P upright in II


@each_person
@pytest.mark.parametrize(
    ("code", "least", "most"),
    [("CLBBB", 120, 185), ("CRBBB", 120, 175), ("IRBBB", 98, 120), ("ILBBB", 98, 120),
     ("IVCD", 110, 150)],
)  # fmt: skip
def test_qrs_duration_of_blocks(clean, person, code, least, most):
    assert least < clean(code, seed=person).qrs_ms() < most


@each_person
def test_left_bundle_branch_block_shape(clean, person):
    ecg = clean("CLBBB", seed=person)
    assert ecg.qrs("V1").sum() < 0 < ecg.qrs("V6").sum()
    assert ecg.qrs("V6").min() > -0.08  # no q wave
    assert ecg.st("V1") > 0 > ecg.st("V6")  # opposite to the QRS complex


@each_person
def test_right_bundle_branch_block_shape(clean, person):
    ecg = clean("CRBBB", seed=person)
    late = len(ecg.qrs("V1")) // 2
    assert ecg.qrs("V1")[late:].max() > 0.3  # R'
    assert ecg.qrs("V6")[late:].min() < -0.2  # broad S


@each_person
def test_axis_of_fascicular_blocks(clean, person):
    anterior, posterior = clean("LAFB", seed=person), clean("LPFB", seed=person)
    assert -90 < anterior.axis() < -45
    assert 90 < posterior.axis() < 180
    assert anterior.qrs("III").sum() < 0 < anterior.qrs("aVL").sum()
    assert posterior.qrs("I").sum() < 0 < posterior.qrs("III").sum()


@each_person
def test_left_ventricular_hypertrophy_meets_sokolow_and_strains(clean, person):
    ecg = clean("LVH", seed=person)
    tallest = max(ecg.qrs("V5").max(), ecg.qrs("V6").max())
    assert -ecg.qrs("V1").min() + tallest > 3.5
    assert ecg.st("V6") < 0


@each_person
def test_right_ventricular_hypertrophy(clean, person):
    ecg = clean("RVH", seed=person)
    assert ecg.axis() > 90
    assert ecg.qrs("V1").max() > -ecg.qrs("V1").min()


@each_person
def test_low_voltage(clean, person):
    ecg = clean("LVOLT", seed=person)
    assert max(np.ptp(ecg.qrs(lead)) for lead in LIMBS) < 0.5
    assert max(np.ptp(ecg.qrs(lead)) for lead in CHEST) < 1.0


@each_person
@pytest.mark.parametrize(
    ("code", "wall"),
    [("IMI", "inferior"), ("ASMI", "anteroseptal"), ("AMI", "anterior"),
     ("ALMI", "anterolateral"), ("LMI", "lateral"), ("ILMI", "inferolateral")],
)  # fmt: skip
def test_infarction_by_territory(clean, person, code, wall):
    acute = clean(code, seed=person, stage="acute")
    old = clean(code, seed=person, stage="old")
    for lead in FACING[wall]:
        assert acute.st(lead) > 0.08
        assert old.qrs(lead)[:25].min() < -0.05  # a Q wave within 50 ms


@each_person
def test_posterior_infarction_is_upside_down_in_v2(clean, person):
    ecg, normal = clean("PMI", seed=person, stage="acute"), clean("NORM", seed=person)
    assert ecg.st("V2") < -0.1
    ratio = [e.qrs("V2").max() / -e.qrs("V2").min() for e in (ecg, normal)]
    assert ratio[0] > 1.5 * ratio[1]


@each_person
@pytest.mark.parametrize(
    ("code", "wall"),
    [("INJAS", "anteroseptal"), ("INJAL", "anterolateral"), ("INJIN", "inferior"),
     ("ISCIN", "inferior"), ("ISCLA", "lateral")],
)  # fmt: skip
def test_st_falls_below_the_usual_where_the_inner_layer_suffers(clean, person, code, wall):
    ecg, normal = clean(code, seed=person), clean("NORM", seed=person)
    for lead in FACING[wall]:
        assert ecg.st(lead) < normal.st(lead) - 0.01


@each_person
def test_intervals(clean, person):
    assert clean("1AVB", seed=person).heart.pr_ms > 200
    assert clean("WPW", seed=person).heart.pr_ms < 120
    assert clean("LNGQT", seed=person).heart.qtc_ms > 460
    first, normal = clean("1AVB", seed=person), clean("NORM", seed=person)
    for ecg in (first, normal):  # PR as the signal has it: from P wave to QRS complex
        onset = ecg.beat().onset_s
        p = min(ecg.timing.p_waves, key=lambda w: abs(w.onset_s + ecg.heart.pr_ms / 1000 - onset))
        assert onset - p.onset_s == pytest.approx(ecg.heart.pr_ms / 1000, abs=1e-9)


@each_person
def test_long_qt_ends_the_t_wave_later(clean, person):
    ends = []
    for code in ("NORM", "LNGQT"):
        ecg = clean(code, seed=person)
        onset = ecg.beat().onset_s
        t_wave = np.abs(ecg.cut("V3", onset + 0.2, onset + 0.62))
        ends.append(t_wave.argmax())
    assert ends[1] > ends[0]


@each_person
def test_atrial_enlargement(clean, person):
    left, right = clean("LAO/LAE", seed=person), clean("RAO/RAE", seed=person)
    assert left.heart.p["left"].end_ms - 1 >= 120
    onset = right.beat().onset_s
    p = right.cut("II", onset - right.heart.pr_ms / 1000 - 0.02, onset - 0.02)
    assert p.max() - p[0] > 0.2


@each_person
def test_atrial_fibrillation_has_no_p_and_uneven_beats(clean, person):
    ecg, normal = clean("AFIB", seed=person), clean("NORM", seed=person)
    assert not ecg.timing.p_waves
    spread = [np.std([b.rr_s for b in e.timing.beats]) for e in (ecg, normal)]
    assert spread[0] > max(0.06, 1.3 * spread[1])


def test_flutter_waves_repeat_near_300_a_minute(clean):
    ecg = clean("AFLT", seed=1)
    spectrum = np.abs(np.fft.rfft(ecg.signal[:, 2] - ecg.signal[:, 2].mean()))
    assert 4.4 <= np.argmax(spectrum[40:60]) / 10 + 4 <= 5.4


@each_person
def test_rates(clean, person):
    def rate(code: str) -> float:
        return 60 / float(np.mean([b.rr_s for b in clean(code, seed=person).timing.beats[1:]]))

    assert rate("SBRAD") < 60
    assert rate("STACH") > 99
    assert rate("SVTAC") > 140
    assert rate("3AVB") < 55


def test_third_degree_block_has_more_p_waves_than_beats_and_no_tie(clean):
    ecg = clean("3AVB", seed=2)
    assert len(ecg.timing.p_waves) > 1.3 * len(ecg.timing.beats)
    p = np.array([w.onset_s for w in ecg.timing.p_waves])
    gaps = [b.onset_s - p[p < b.onset_s].max() for b in ecg.timing.beats if b.onset_s > p.min()]
    assert np.std(gaps) > 0.05


@each_person
def test_second_degree_block_drops_beats(clean, person):
    ecg = clean("2AVB", seed=person)
    assert len(ecg.timing.beats) < len(ecg.timing.p_waves)


def test_bigeminy_is_every_second_beat(clean):
    kinds = [b.kind for b in clean("BIGU", seed=3).timing.beats]
    assert set(kinds[1::2]) != set(kinds[::2])


@each_person
def test_extra_beat_comes_early_and_wide(clean, person):
    ecg = clean("PVC", seed=person)
    beats = ecg.timing.beats
    usual = np.median([b.rr_s for b in beats])
    early = [b for b in beats if b.kind == "premature"]
    assert early
    assert all(b.rr_s < 0.85 * usual for b in early)
    assert ecg.heart.premature.qrs_ms > 120


@each_person
def test_pacing_spikes_stand_before_wide_beats(clean, person):
    ecg = clean("PACE", seed=person)
    spike = next(s for s in ecg.timing.spikes if s > 2)
    jump = np.abs(np.diff(ecg.cut("II", spike - 0.006, spike + 0.006))).max()
    assert jump > 0.1  # mV from one sample to the next
    assert ecg.heart.paced.qrs_ms > 120
    assert len(ecg.timing.spikes) == len(ecg.timing.beats)
