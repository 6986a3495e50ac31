"""The twelve leads by name; limb leads derived exactly; what is missing is named."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twelvelead.errors import ConfigError, FormatError
from twelvelead.formats.recording import Recording
from twelvelead.inference.lead_selection import select_leads
from twelvelead.leads import LEADS

LIMB, CHEST = LEADS[:6], LEADS[6:]


def twelve(samples: int = 50) -> dict[str, np.ndarray]:
    """Twelve leads that keep Einthoven's law."""
    random = np.random.default_rng(0)
    i, ii = random.normal(size=(2, samples))
    limb = {"I": i, "II": ii, "III": ii - i, "aVR": -(i + ii) / 2, "aVL": i - ii / 2, "aVF": ii - i / 2}
    return limb | {lead: random.normal(size=samples) for lead in CHEST}


def recording(leads: dict[str, np.ndarray]) -> Recording:
    return Recording(np.stack(list(leads.values()), axis=1).astype(np.float32), 100, tuple(leads), "made up")


@pytest.mark.parametrize("pair", list(combinations(LIMB, 2)), ids="-".join)
def test_any_two_limb_leads_give_the_other_four(pair: tuple[str, str]) -> None:
    whole = twelve()
    found = select_leads(recording({lead: whole[lead] for lead in (*pair, *CHEST)}))
    np.testing.assert_allclose(found.signal_mv, np.stack([whole[lead] for lead in LEADS], axis=1), atol=1e-5)
    assert f"derived from {' and '.join(lead for lead in LIMB if lead in pair)}" in found.steps[-1]


@given(
    st.permutations(LEADS),
    st.lists(st.sampled_from([str.upper, str.lower, "MDC_ECG_LEAD_{}".format]), min_size=12, max_size=12),
)
def test_any_order_and_spelling_gives_the_same(order: list[str], spellings: list) -> None:
    whole = twelve(5)
    shuffled = {spell(lead): whole[lead] for lead, spell in zip(order, spellings)}
    found = select_leads(recording(shuffled | {"Resp": np.zeros(5)}))
    np.testing.assert_allclose(found.signal_mv, np.stack([whole[lead] for lead in LEADS], axis=1), atol=1e-6)
    assert found.absent == ()


def test_a_missing_lead_is_named_and_zeros_are_a_choice() -> None:
    whole = twelve()
    del whole["V3"]
    with pytest.raises(FormatError, match=r"lead V3 missing; it has .*--missing-leads zero"):
        select_leads(recording(whole))
    found = select_leads(recording(whole), "zero")
    assert not found.signal_mv[:, LEADS.index("V3")].any() and found.absent == ("V3",)
    assert found.quality == ("lead V3 missing and set to zero: no model was trained on such ECGs",)
    with pytest.raises(ConfigError, match="missing leads"):
        select_leads(recording(whole), "guess")


def test_one_limb_lead_is_not_enough_for_the_others() -> None:
    whole = twelve()
    with pytest.raises(FormatError, match="lead II, III, aVR, aVL, aVF missing"):
        select_leads(recording({lead: whole[lead] for lead in ("I", *CHEST)}))


def test_short_gaps_are_filled_and_long_ones_make_a_lead_missing() -> None:
    whole = twelve(100)
    whole["V1"][10:14] = np.nan
    whole["aVF"][:50] = np.nan
    found = select_leads(recording(whole))
    v1 = found.signal_mv[:, LEADS.index("V1")]
    assert v1[9:15] == pytest.approx(np.linspace(v1[9], v1[14], 6))
    assert "lead V1: 0.04 s without valid samples" in "; ".join(found.quality)
    assert "lead aVF: 50 % of its samples are invalid" in "; ".join(found.quality)
    assert found.steps == ("aVF derived from I and II",)
    whole["V2"][:] = np.nan
    with pytest.raises(FormatError, match=r"lead V2 missing \(lead aVF: 50 % .*\) \(lead V2: 100 %"):
        select_leads(recording(whole))


def test_two_of_a_name_and_none_at_all_are_refused() -> None:
    whole = twelve(5)
    with pytest.raises(FormatError, match="lead II is there more than once"):
        select_leads(recording(whole | {"ii": whole["I"]}))
    with pytest.raises(FormatError, match="has none of the twelve leads; it has Resp"):
        select_leads(recording({"Resp": whole["I"]}), "zero")
