"""The same person meets the same luck in every scenario: what a lever does not touch stays bit-identical."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import Parameters, SocialPrescribingService
from sim.people import People

pytestmark = pytest.mark.unit

BASE = {"referrals.first_year": 300, "referrals.later_years": 300, "workforce.posts": 4, "community.services": 12}
TRAITS = [name for name, column in People.columns.items() if column.static]
TABLES = ("weekly", "people", "episodes", "panel", "events", "services", "link_workers", "states", "summary_table")
WEEKS = 78


def run(weeks: int = WEEKS, seed: int = 1, **changes: object) -> SocialPrescribingService:
    p = Parameters().replace(BASE | {key.replace("__", "."): value for key, value in changes.items()})
    model = SocialPrescribingService(p, seed=seed, weeks=weeks)
    model.run()
    return model


def differing(one: SocialPrescribingService, two: SocialPrescribingService, names, n: int | None = None, rows=slice(None)) -> list[str]:
    """Return the columns of people in which the two differ (missing equals missing)."""
    n = min(one.people.n, two.people.n) if n is None else n
    values = ((name, getattr(one.people, name)[:n][rows], getattr(two.people, name)[:n][rows]) for name in names)
    return [name for name, a, b in values if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")]


@pytest.fixture(scope="module")
def base():
    return run()


LEVERS = {
    "more posts": {"workforce__posts": 8},
    "turnover": {"workforce__turnover": 2.0},
    "lower cap": {"workforce__caseload_cap": 20},
    "shorter programme": {"programme__length_weeks": 13},
    "fewer services": {"community__services": 3},
    "austerity": {"community__austerity": True},
    "complex people first": {"allocation__list_order": "complexity"},
    "signposting": {"contact__schedule": "signposting"},
    "managed handovers": {"handover__managed_share": 1.0},
    "usual care": {"programme__enabled": False},
    "goals set by the service": {"contact__personalised": False},
}


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_leaves_arrivals_traits_and_life_as_they_were(base, lever):
    """Who comes, when, who they are, their new conditions and when they are gone: the same to the last bit."""
    other = run(**LEVERS[lever])
    assert other.people.n == base.people.n
    assert differing(base, other, [*TRAITS, "referred_week", "gone_week", "ltcs", "alive"]) == []
    assert not other.results.people.equals(base.results.people)  # the lever does something


def test_life_events_happen_at_all(base):
    """Otherwise the test above would have no teeth."""
    assert (base.people.gone_week[: base.people.n] >= 0).sum() > 5
    fresh = SocialPrescribingService(base.parameters, seed=1, weeks=WEEKS)
    assert (base.people.ltcs[: base.people.n] > fresh.people.ltcs[: base.people.n]).sum() > 5


@pytest.mark.parametrize("personalised", [True, False])
def test_people_who_never_enter_the_service_live_the_same_life_without_it(personalised):
    """Their setbacks, moods, goals, wellbeing, practice and visits are bit-identical in usual care."""
    served, twins = (run(contact__personalised=personalised, programme__enabled=enabled) for enabled in (True, False))
    n = served.people.n
    never = np.flatnonzero(served.people.episode[:n] == 0)
    assert len(never) > 50
    service_only = {"state", "listed_week", "calls", "uptake", "end_week", "exit_reason", "exit_state"}
    assert differing(served, twins, set(People.columns) - service_only, rows=never) == []
    assert served.people.setbacks[never].sum() > 10


def test_without_the_service_nobody_has_goals_set_for_them():
    """Usual care is the same whatever the service would have done."""
    one, two = (run(contact__personalised=personalised, programme__enabled=False) for personalised in (True, False))
    assert differing(one, two, People.columns) == []


def test_a_lever_that_acts_later_changes_nothing_before(base):
    other = run(community__sudden_loss_share=0.8, community__sudden_loss_week=40)
    assert_same_weeks(base, other, 40)
    assert not base.results.weekly.iloc[40].equals(other.results.weekly.iloc[40])


def assert_same_weeks(one: SocialPrescribingService, two: SocialPrescribingService, weeks: int) -> None:
    """Fail unless weekly records, caseloads and events of the first `weeks` are the same."""
    pd.testing.assert_frame_equal(one.results.weekly[:weeks], two.results.weekly[:weeks], check_exact=True)
    pd.testing.assert_frame_equal(one.results.states[:weeks], two.results.states[:weeks], check_exact=True)
    a, b = (model.results.events[lambda e: e.week < weeks].reset_index(drop=True) for model in (one, two))
    pd.testing.assert_frame_equal(a, b, check_exact=True)


def test_more_people_leave_earlier_people_as_they_were():
    """Twice the referrals: the first people are the same people, though they come sooner."""
    few = SocialPrescribingService(Parameters().replace(BASE | {"referrals.counts": (5,) * 30}), seed=1, weeks=30)
    many = SocialPrescribingService(Parameters().replace(BASE | {"referrals.counts": (10,) * 29 + (5000,)}), seed=1, weeks=30)
    drawn = [*TRAITS, "ltcs", "confidence", "motivation", "depressed", "latent", "dip"]
    assert differing(few, many, drawn, n=150) == []


def test_people_who_come_later_do_not_disturb_the_lives_of_those_before():
    """With no service to share, a crowd in week 20 leaves everybody before it bit-identical for good."""
    counts = (6,) * 52
    crowd = counts[:20] + (2000,) + counts[21:]
    few, many = (run(weeks=52, referrals__counts=c, programme__enabled=False) for c in (counts, crowd))
    assert differing(few, many, People.columns, n=120) == []


# One worker, and nothing scarce: what one person does takes nothing from another.
PLENTY = {
    "workforce__posts": 1, "workforce__caseload_cap": 100_000, "workforce__intake_per_week": 1000, "workforce__sickness": 0, "workforce__turnover": 0,
    "allocation__call_hours": 0, "community__services": 16, "community__places_min": 100_000, "community__places_max": 100_000,
    "contact__first_hours": 0, "contact__follow_up_hours": 0, "contact__check_in_hours": 0, "contact__setback_hours": 0,
    "contact__instrumental_hours": 0, "contact__gap_hours": 0, "contact__accompaniment_hours": 0,
    "contact__check_ins_after_exit": True, "programme__length_weeks": 26, "life__new_condition_rate": 2.0,
}  # fmt: skip


def test_where_nothing_is_scarce_some_peoples_end_leaves_all_others_bit_identical():
    """No draw goes by the place in a filtered list: taking people out of every list moves nobody else's luck."""
    whole = run(**PLENTY)
    fewer = SocialPrescribingService(whole.parameters, seed=1, weeks=WEEKS)
    taken = np.array([0, 3, 4, 20, 21, 22, 35])
    while fewer.week < WEEKS:
        if fewer.week == 10:
            fewer.people.gone_at[taken] = 10
        if fewer.week in (20, 30, 40):  # some are still on the list
            waiting = fewer.people.waiting()[:2]
            fewer.people.gone_at[waiting] = fewer.week
            taken = np.append(taken, waiting)
        fewer.step()
    assert len(taken) > 7
    others = np.setdiff1d(np.arange(whole.people.n), taken)
    assert (whole.people.episode[taken] > 0).any()
    assert differing(whole, fewer, ["contacts", "latent"], rows=taken) != []
    assert differing(whole, fewer, People.columns, rows=others) == []
    for name in ("contacts", "activity_starts", "attendances", "setbacks", "onward_referrals", "extensions", "goals_achieved"):
        assert getattr(whole.people, name)[others].any(), name  # there was luck to be moved


def test_a_longer_horizon_leaves_earlier_weeks_bit_identical():
    short = run(weeks=40)
    p = short.parameters
    long = SocialPrescribingService(p, seed=1, weeks=300)
    while long.week < 40:
        long.step()
    assert long.people.n == short.people.n
    assert differing(short, long, People.columns) == []
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(short.results, table), getattr(long.results, table), check_exact=True, obj=table)
    long.run()
    assert_same_weeks(short, long, 40)


def test_stepping_past_the_horizon_is_the_same_as_a_longer_run(base):
    """Beyond the horizon people are drawn a year at a time: it shows nowhere."""
    stepped = run(weeks=5)
    while stepped.week < WEEKS:
        stepped.step()
    assert differing(base, stepped, People.columns) == []
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(base.results, table), getattr(stepped.results, table), check_exact=True, obj=table)


def test_difference_of_a_scenario_with_itself_is_exactly_zero(base):
    again = run()
    for table in TABLES:
        one, two = getattr(base.results, table), getattr(again.results, table)
        pd.testing.assert_frame_equal(one, two, check_exact=True, obj=table)
        numbers = one.select_dtypes("number")
        assert ((numbers - two[numbers.columns]).fillna(0) == 0).all().all()


def test_reading_results_half_way_changes_nothing(base):
    """Looking at tables and agents draws no luck."""
    watched = SocialPrescribingService(base.parameters, seed=1, weeks=WEEKS)
    while watched.week < WEEKS:
        watched.step()
        if watched.week % 20 == 0:
            assert watched.results.summary
            assert len(watched.users) == watched.people.n
    pd.testing.assert_frame_equal(base.results.people, watched.results.people, check_exact=True)
