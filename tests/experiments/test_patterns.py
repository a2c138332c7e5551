"""The statistics of the evidence targets, on tables made by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import patterns
from experiments.patterns import Tables

pytestmark = pytest.mark.unit

WEEKS = 260


def people(**columns: Any) -> pd.DataFrame:
    count = max(len(values) for values in columns.values())
    frame = {"person": np.arange(count), "referred_week": 0, "start_week": 200, "end_week": np.nan, "reentries": 0, "gone_week": np.nan, "ltcs": 4}
    frame = pd.DataFrame(frame | columns)
    for name in ("start_week", "end_week", "gone_week"):
        frame[name] = frame[name].astype("Int32")
    return frame


def tables(frame: pd.DataFrame, events: list[tuple[int, int, str]] = (), twins: pd.DataFrame | None = None) -> Tables:
    """`events`: (week, person, kind)."""
    log = pd.DataFrame(list(events), columns=["week", "person", "kind"])
    return Tables(frame, frame if twins is None else twins, log, pd.DataFrame({"referrals": np.full(WEEKS, 30)}))


def told(events: list[tuple[int, int, str]]) -> str:
    """What one person, started in week 190 and interviewed at the end, is taken to say."""
    t = tables(people(start_week=[190]), events)
    return patterns.interview_of(t.interviewed_at(WEEKS)).iloc[0]


FEWER = [(236, 0, "contact"), (240, 0, "contact"), (250, 0, "contact")]  # two in the quarter before, one in the last
SAME = [(240, 0, "contact"), (250, 0, "contact")]


def test_fewer_contacts_within_half_a_year_of_a_change_are_put_down_to_the_change():
    assert told([*FEWER, (234, 0, "handover_unmanaged")]) == "change"
    assert told([*FEWER, (233, 0, "handover_unmanaged")]) == "other"
    assert told([*SAME, (240, 0, "handover_managed")]) == "unchanged"


def test_fewer_contacts_in_a_running_setback_are_put_down_to_health():
    assert told([*FEWER, (250, 0, "setback")]) == "health"
    assert told([*FEWER, (250, 0, "setback"), (255, 0, "recovered")]) == "other"
    assert told([*SAME, (250, 0, "setback")]) == "unchanged"


def test_maintenance_is_tapering_unless_the_person_went_back_to_active():
    assert told([*SAME, (230, 0, "maintenance")]) == "tapering"
    assert told([*SAME, (230, 0, "maintenance"), (240, 0, "reactivated")]) == "unchanged"


def test_the_first_reason_that_applies_is_the_one_given():
    everything = [*FEWER, (240, 0, "handover_unmanaged"), (250, 0, "setback"), (230, 0, "maintenance")]
    assert told(everything) == "change"
    assert told(everything[:3] + everything[4:]) == "health"


def test_only_those_in_their_first_spell_12_to_21_months_after_its_start_are_interviewed():
    t = tables(people(start_week=[208, 169, 209, 168, 190], end_week=[np.nan, np.nan, np.nan, np.nan, 259]))
    assert len(t.interviewed_at(WEEKS)) == 2


def test_a_setback_that_ended_in_the_quarter_still_counts_as_one_of_the_quarter():
    over = [*FEWER, (240, 0, "setback"), (247, 0, "recovered")]
    before = [*FEWER, (230, 0, "setback"), (246, 0, "recovered")]
    shares = [tables(people(start_week=[190]), events).interviewed_at(WEEKS).setback_in_quarter.mean() for events in (over, before)]
    assert shares == [1, 0]


def test_time_on_the_programme_counts_open_spells_to_the_horizon_and_leaves_late_starters_out():
    t = tables(people(start_week=[100, 60, 101], end_week=[np.nan, 100, np.nan]))
    assert patterns.months_on_programme(t) == pytest.approx((160 + 40) / 2 / 4.345)


def test_uptake_leaves_out_the_newly_referred_and_counts_the_undecided_as_not_engaged():
    frame = people(referred_week=[0, 0, 247, 248], uptake=pd.array([True, False, pd.NA, True], "boolean"))
    assert patterns.uptake(tables(frame)) == pytest.approx(1 / 3)


def test_relapse_is_counted_within_a_year_of_a_remission_followed_for_a_year():
    events = [(10, 0, "remitted"), (36, 0, "depressed"), (50, 1, "remitted"), (102, 1, "depressed"), (60, 2, "remitted"), (113, 2, "depressed")]
    events += [(70, 3, "remitted"), (80, 3, "gone"), (209, 4, "remitted"), (212, 4, "depressed"), (90, 5, "remitted")]
    t = tables(people(start_week=[0] * 6), events)
    assert patterns.mood_relapse(t) == pytest.approx(2 / 4)
    assert patterns.early_relapse(t) == pytest.approx(1 / 2)


def test_admissions_are_those_of_the_year_after_referral_among_those_still_there():
    frame = people(referred_week=[0, 0, 0, 220], gone_week=[np.nan, np.nan, 30, np.nan], ltcs=[4, 1, 4, 4])
    t = tables(frame, [(51, 0, "admission"), (52, 1, "admission"), (5, 2, "admission"), (230, 3, "admission")])
    assert patterns.admissions(t) == pytest.approx(1 / 2)


def test_the_controlled_effect_is_the_mean_difference_from_the_twins_in_their_standard_deviations():
    treated, twins = people(latent_39=[31.0, 25.0, np.nan]), people(latent_39=[30.0, 24.0, 20.0])
    assert patterns.controlled_effect(tables(treated, twins=twins)) == pytest.approx(1 / np.std([30, 24], ddof=1))


def test_gain_over_time_compares_the_same_people_early_and_late():
    treated = people(latent_26=[32.0, 34.0], latent_78=[34.0, np.nan])
    twins = people(latent_26=[31.0, 30.0], latent_78=[31.0, 30.0])
    assert patterns.gain_over_time(tables(treated, twins=twins)) == pytest.approx(3.0)
