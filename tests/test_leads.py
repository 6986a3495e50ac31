import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.errors import FormatError
from twelvelead.leads import LEADS, canonical_lead, lead_order


def test_the_order_is_the_clinical_one():
    assert LEADS == ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")


@pytest.mark.parametrize("name, lead", [("AVR", "aVR"), (" avl ", "aVL"), ("v6", "V6"), ("MLII", None), ("", None)])
def test_names_are_known_in_any_case(name, lead):
    assert canonical_lead(name) == lead


FRAMES = [
    "{}", " {} ", "MDC_ECG_LEAD_{}", "Lead {}", "LEAD_{}", "ECG {}", "EKG {}", "ECG Lead {}", "{}-Ref", "{} (mV)",
    "{} [uV]", "lead: {}",
]  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("case", [str.upper, str.lower, str])
def test_spellings_of_files(frame, case):
    assert [canonical_lead(case(frame.format(lead))) for lead in LEADS] == list(LEADS)


@pytest.mark.parametrize(
    "name", ["-aVR", "V5-V1", "I II", "V4R", "V7", "Lead", "ECG", "1", "IV", "MDC_ECG_LEAD_V3R", "Resp", "(I)", "ECG 1"]
)
def test_what_is_no_standard_lead(name):
    assert canonical_lead(name) is None


@pytest.mark.parametrize("name, lead", [("DI", "I"), ("DII", "II"), ("diii", "III")])
def test_romance_names(name, lead):
    assert canonical_lead(name) == lead


@given(st.permutations([*LEADS, "RESP", "MLII"]), st.randoms())
def test_any_order_and_case_with_other_channels_between(names, random):
    spelled = [random.choice([str.upper, str.lower, str])(name) for name in names]
    assert [names[i] for i in lead_order(spelled, "x")] == list(LEADS)


def test_what_is_missing_or_twice_is_named():
    with pytest.raises(FormatError, match=r"x\.hea: lead aVR, V6 missing; it has I, II"):
        lead_order(["I", "II", "III", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5"], "x.hea")
    with pytest.raises(FormatError, match=r"lead V1 is there more than once"):
        lead_order([*LEADS, "v1"], "x.hea")
